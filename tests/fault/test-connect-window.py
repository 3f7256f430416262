# SPDX-License-Identifier: GPL-3.0-or-later
"""Connecting in the window while something is wrong: the questions, the words, cancelling, and what the lists show."""

import unittest

import requests
from labtest import main, wait_for
from labtest.notebook import Jupyter, follow
from world import RealLab, Window, World, check_words

DIALOGS = ("dialog", "alert")


class Connect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(display="labwc", keyring="unlocked"))
        cls.lab = cls.enterClassContext(RealLab())
        cls.window = Window(cls.world, cls.lab)
        cls.addClassCleanup(cls.window.quit)
        cls.machine = cls.window.sign_in("ada")["machines"][0]
        cls.world.secrets |= {cls.machine["password"], "Not-The-Password-1"}
        cls.window.wait_for_state(cls.machine["name"], "Stopped")

    def row(self):
        return self.window.row(self.machine["name"])

    def click(self):
        self.row().find("button", "Open Notebook").click()

    def log_in(self, password):
        dialog = self.window.frame.find("dialog", "Log In", seconds=30)
        dialog.find("text", "User Name").fill(self.machine["login"])
        dialog.find("text", "Password").fill(password)
        remember = dialog.find_all("check box", "Remember in Keyring")[-1]
        if "checked" not in remember.states:
            remember.click()
        dialog.find("button", "Log In").click()

    def trust(self):
        question = self.window.frame.find(DIALOGS, contains="Is This “", seconds=60)
        question.find("button", "Trust").click()

    def wait_for_notebook(self):
        url = follow(self.world.browser.wait_for_url(60))
        self.world.secrets.add(Jupyter(url).token)
        self.assertGreaterEqual(Jupyter(url).get("/api/status")["kernels"], 0)
        return url

    def wait_until_idle(self):
        self.row().find("button", "Open Notebook", seconds=30)

    def test_a_whole_story(self):
        """One after the other, since each needs what the one before has left."""
        self.cancel_each_question()
        self.wrong_password()
        self.connection_is_lost()
        self.machine_is_stopped()
        self.identity_changes()
        self.world.check_logs()
        self.world.check_files()

    def cancel_each_question(self):
        before = self.window.usage()
        self.click()
        self.window.frame.find("dialog", "Log In", seconds=30).find("button", "Cancel").click()
        self.wait_until_idle()
        self.click()
        self.log_in(self.machine["password"])
        question = self.window.frame.find(DIALOGS, contains="Is This “", seconds=60)
        question.find("button", "Cancel").click()
        self.wait_until_idle()
        self.assertEqual(self.world.browser.urls()[self.world.browser.seen :], [])
        wait_for(lambda: self.window.usage()[0] <= before[0], 20, f"no more threads than {before}")

    def wrong_password(self):
        self.click()
        self.log_in("Not-The-Password-1")
        self.trust()
        self.window.see("password", where=self.window.frame.find("dialog", "Log In", seconds=30))
        self.log_in(self.machine["password"])
        self.url = self.wait_for_notebook()

    def connection_is_lost(self):
        """The list says what is tried; the address in the browser is the same afterwards."""
        self.lab.inside("chmod 0 /usr/sbin/sshd; pkill -KILL sshd")
        try:
            wait_for(lambda: "Reconnecting" in self.connections(), 60, "the connection tells", 0.5)
        finally:
            self.lab.inside("chmod 755 /usr/sbin/sshd")

        def is_back():
            try:
                return Jupyter(self.url).get("/api/status")["kernels"] >= 0
            except requests.ConnectionError:
                return False

        wait_for(is_back, 60, "it is back at the same address", 0.5)
        wait_for(lambda: "Reconnecting" not in self.connections(), 30, "the connection tells", 0.5)

    def connections(self):
        self.window.actions.activate("connections", window=1)
        dialog = self.window.frame.find("dialog", "Connections")
        texts = [node.name for node in dialog.find_all("list item") + dialog.find_all("label")]
        dialog.action("sheet.close")
        self.window.frame.wait_gone("dialog")
        return check_words("\n".join(texts))

    def machine_is_stopped(self):
        """By somebody else: the row follows, and the connection does not look open any longer."""
        self.assertIn("Open", self.connections().splitlines())
        name = f"{self.machine['lab']}/{self.machine['name']}"
        status, _output, said = self.world.run(self.lab, "stop", name)
        self.assertEqual(status, 0, said)

        def tells():
            texts = self.connections()
            assert "Open" not in texts.splitlines(), texts
            return True

        wait_for(tells, 60, "the connection tells", 0.5)
        self.window.actions.activate("refresh", window=1)
        self.window.wait_for_state(self.machine["name"], "Stopped")

    def identity_changes(self):
        """Blocked and explained; who knows better says so in the menu."""
        name = f"{self.machine['lab']}/{self.machine['name']}"
        self.assertEqual(self.world.run(self.lab, "start", name)[0], 0)
        self.lab.inside("rm /etc/ssh/ssh_host_*; ssh-keygen -A")
        self.window.actions.activate("refresh", window=1)
        self.window.wait_for_state(self.machine["name"], "Running")
        self.close_all()
        self.click()
        dialog = self.window.frame.find("dialog", contains="Open Notebook", seconds=30)
        self.window.see("This Machine Is Not the One You Know", where=dialog, seconds=30)
        self.window.see("Forget Identity", where=dialog)
        dialog.action("sheet.close")
        self.window.frame.wait_gone("dialog")
        self.row().action("machine.forget-identity")
        self.window.frame.find(DIALOGS, contains="Forget the Identity").find("button", "Forget").click()
        self.click()
        self.trust()
        self.wait_for_notebook()

    def close_all(self):
        self.window.actions.activate("connections", window=1)
        dialog = self.window.frame.find("dialog", "Connections")
        for row in dialog.find_all("list item"):
            button = (row.find_all("button", "Dismiss") or row.find_all("button", "Close"))[0]
            button.click()
        dialog.find(name="Nothing Is Open", seconds=20)
        dialog.action("sheet.close")
        self.window.frame.wait_gone("dialog")


if __name__ == "__main__":
    main()
