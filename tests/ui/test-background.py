# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program with an open notebook: what becomes of it when its window is closed, and when one quits."""

import subprocess
import unittest

import requests
from labtest import Session, main, program, wait_for
from labtest.notebook import Jupyter, follow
from labtest.notifications import Notifications
from labtest.page import answer_page
from labtest.sandbox import Sandbox


class Background(unittest.TestCase):
    known = False

    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session(display="labwc", keyring="unlocked", settings="keyfile"))
        cls.lab = cls.enterClassContext(Sandbox(cls.session))
        cls.notifications = cls.enterClassContext(Notifications())
        cls.person = cls.lab.person("ada")
        cls.machine = cls.person["machines"][0]

    def setUp(self):
        from labtest import a11y, bus

        self.process = self.session.spawn([program("labconnect"), "--cloud", self.lab.url])
        self.application = a11y.application(self.process)
        self.window = self.application.find("frame")
        self.actions = bus.Actions()
        self.base = self.open_notebook()

    def tearDown(self):
        self.session.stop(self.process)
        self.assertNotIn("CRITICAL", self.session.log("labconnect"))

    def open_notebook(self):
        """Signs in and logs in the first time; then the keyring knows."""
        known = type(self).known
        if not known:
            self.window.find("button", "Sign In").click()
            answer_page(self.session.browser.wait_for_url(), self.person)
        row = self.window.find("list item", contains=f"{self.machine['name']},", seconds=20)
        row.find("button", "Open Notebook").click()
        if not known:
            dialog = self.window.find("dialog", "Log In", seconds=30)
            dialog.find("text", "Password").fill(self.machine["password"])
            dialog.find("button", "Log In").click()
            self.window.find("button", "Trust", seconds=60).click()
            type(self).known = True
        base = Jupyter(follow(self.session.browser.wait_for_url(120))).base
        self.window.find(contains="1 open connection")  # the browser may be faster
        return base

    def answers(self):
        try:
            return requests.get(self.base, timeout=10).ok
        except requests.ConnectionError:
            return False

    def frames(self):
        return self.application.find_all("frame")

    def test_close_and_come_back(self):
        """Without its window it goes on, and says so; a second start shows the window again."""
        self.window.action("window.close")
        shown = wait_for(lambda: self.notifications.shown.get("background"), 20, "a notification is shown")
        self.assertEqual(shown["title"], "LabConnect Runs in the Background")
        self.assertEqual(shown["body"], "1 connection stays open.")
        self.assertEqual(shown["default-action"], "app.activate")
        self.assertEqual([button["action"] for button in shown["buttons"]], ["app.quit"])
        wait_for(lambda: not self.frames(), 20, "the window is gone")
        self.assertIsNone(self.process.poll())
        self.assertTrue(self.answers())

        done = subprocess.run([program("labconnect")], capture_output=True, text=True, timeout=20)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        wait_for(self.frames, 20, "the window is back")
        wait_for(lambda: not self.notifications.shown, 20, "the notification is withdrawn")
        self.assertTrue(self.answers())

    def test_quit_asks(self):
        """Both answers do what they say."""
        self.actions.activate("quit")
        question = self.window.find(("dialog", "alert"), "Quit LabConnect?")
        question.find(contains="1 open connection is closed")
        question.find("button", "Cancel").click()
        self.window.wait_gone(("dialog", "alert"), "Quit LabConnect?")
        self.assertIsNone(self.process.poll())
        self.assertTrue(self.answers())

        self.actions.activate("quit")
        self.window.find(("dialog", "alert"), "Quit LabConnect?").find("button", "Quit").click()
        self.assertEqual(self.process.wait(20), 0)
        self.assertFalse(self.answers())

    def test_quit_from_the_notification(self):
        """Nobody sees a question in a window that is hidden: it comes back with it."""
        self.window.action("window.close")
        wait_for(lambda: not self.frames(), 20, "the window is gone")
        self.actions.activate("quit")
        window = self.application.find("frame", seconds=20)
        window.find(("dialog", "alert"), "Quit LabConnect?").find("button", "Quit").click()
        self.assertEqual(self.process.wait(20), 0)


if __name__ == "__main__":
    main()
