# SPDX-License-Identifier: GPL-3.0-or-later
"""A student with an invitation and a machine that wants a first password, in the real program."""

import unittest

from labtest import Session, main, program, wait_for
from labtest.notebook import Jupyter, follow
from labtest.page import answer_page
from labtest.sandbox import Sandbox

PASSWORD = "Universal-Machine-1936"


class FirstConnection(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session(display="labwc", keyring="unlocked", settings="keyfile"))
        cls.lab = cls.enterClassContext(Sandbox(cls.session))

    def setUp(self):
        from labtest import a11y, bus

        self.process = self.session.spawn([program("labconnect"), "--cloud", self.lab.url])
        self.window = a11y.application(self.process).find("frame")
        self.actions = bus.Actions()

    def tearDown(self):
        self.session.stop(self.process)
        log = self.session.log("labconnect")
        self.assertNotIn("CRITICAL", log)
        self.assertNotIn(PASSWORD, log)

    def type_password(self, dialog, text, again, verdict):
        dialog.find("text", "New Password").fill(text)
        dialog.find("text", "New Password Again").fill(again)
        wait_for(lambda: dialog.find("status bar").text == verdict, 10, verdict)

    def test_first_password(self):
        self.window.find("button", "Sign In").click()
        answer_page(self.session.browser.wait_for_url(), self.lab.person("alan"))
        self.window.find("list item", contains="vm-", seconds=20).find("button", "Open Notebook").click()

        dialog = self.window.find("dialog", "Set a Password", seconds=60)
        dialog.find(contains="12 to 123 characters")
        self.type_password(dialog, "short", "short", "Too short")
        self.assertNotIn("sensitive", dialog.find_all("button", "Set")[0].states)
        self.type_password(dialog, PASSWORD, PASSWORD + "!", "The two are not the same")
        self.type_password(dialog, PASSWORD, PASSWORD, "This password will do")
        dialog.find("button", "Set").click()

        question = self.window.find(("dialog", "alert"), contains="Is This “", seconds=60)
        question.find("button", "Trust").click()
        jupyter = Jupyter(follow(self.session.browser.wait_for_url(60)))
        self.assertEqual(jupyter.run("6*7"), "42")


if __name__ == "__main__":
    main()
