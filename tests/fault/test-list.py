# SPDX-License-Identifier: GPL-3.0-or-later
"""The list of machines while the service misbehaves: the words in the window, the last known list, and the way back."""

import json
import signal
import unittest

from labtest import main, wait_for
from world import Lab, Window, World, answer_page, check_words

LAB = "Data science with Python"
MACHINE = "vm-1"
LISTING = "nvironments$"


class List(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(display="labwc", keyring="unlocked"))
        cls.lab = cls.enterClassContext(Lab())
        cls.window = Window(cls.world, cls.lab)
        cls.addClassCleanup(cls.window.quit)
        cls.window.sign_in("ada")
        cls.machine = cls.lab.person("ada")["machines"][0]["name"]
        cls.window.wait_for_state(cls.machine, "Stopped")

    def tearDown(self):
        self.lab.clear_faults()
        self.refresh()
        self.wait_for_no_banner()
        self.world.check_logs()

    def refresh(self):
        self.window.actions.activate("refresh", window=1)

    def banners(self):
        titles = self.window.frame.find_all(role="label", contains="Showing the list of")
        return [title.name for title in titles]

    def wait_for_banner(self, words, seconds=20):
        wait_for(lambda: [title for title in self.banners() if words in title], seconds, f"a banner says {words}")
        for title in self.banners():
            check_words(title)
        # What was known stays there to be read, and to be worked with.
        self.assertIn("Stopped", self.window.row(self.machine).name)

    def wait_for_no_banner(self):
        def gone():
            assert not self.banners(), self.banners()
            assert "Last known" not in self.window.row(self.machine).name
            return True

        wait_for(gone, 20, "the list is fresh again")

    def test_throttled_for_a_moment(self):
        """What passes in a second is no news for anybody."""
        self.lab.fault("throttle", path=LISTING, retryAfter=1, count=2)
        self.refresh()
        wait_for(lambda: not self.lab.faults_left(), 20, "it was asked until it answered")
        self.wait_for_no_banner()

    def test_throttled_for_long(self):
        self.lab.fault("throttle", path=LISTING, retryAfter=3600, count=100)
        self.refresh()
        self.wait_for_banner("Too Many Requests")

    def test_service_error(self):
        self.lab.fault("error", path=LISTING, status=500, code="InternalServerError", message="Oops.", count=100)
        self.refresh()
        self.wait_for_banner("It Failed on the Other Side")

    def test_cut(self):
        self.lab.fault("cut", path=LISTING, count=100)
        self.refresh()
        self.wait_for_banner("You are offline")

    def test_no_json(self):
        self.lab.fault("invalid-json", path=LISTING, count=100)
        self.refresh()
        self.wait_for_banner("An Answer That Makes No Sense")

    def test_hang(self):
        """A list that does not come blocks nothing, and asking again gives up the first question."""
        before = self.window.usage()
        self.lab.fault("hang", path=LISTING, count=1)
        self.refresh()
        wait_for(lambda: not self.lab.faults_left(), 10, "the question was asked")
        self.refresh()
        self.wait_for_no_banner()
        wait_for(lambda: self.window.usage() <= before, 10, f"no thread and no file more than {before}")

    def test_expired_token(self):
        """A new access token is fetched, and nobody notices."""
        self.lab.fault("expired-token", path=LISTING, count=1)
        self.refresh()
        wait_for(lambda: not self.lab.faults_left(), 10, "the question was asked")
        self.wait_for_no_banner()
        self.assertEqual(self.window.frame.find_all("label", contains="Sign in again"), [])

    def test_service_gone_and_back(self):
        port = self.lab.port
        self.lab.kill()
        try:
            self.refresh()
            self.wait_for_banner("You are offline")
        finally:
            self.lab.restart(port)

    def test_withdrawn_sign_in(self):
        self.lab.advance(366 * 24 * 3600)
        self.refresh()
        self.window.see("Sign in again as ada@school.example")
        self.assertIn(self.machine, self.window.row(self.machine).name)
        self.window.actions.activate("sign-in-again", window=1)
        dialog = self.window.frame.find("dialog", contains="Sign In")
        if buttons := dialog.find_all("button", "Sign In"):
            buttons[0].click()
        answer_page(self.world.browser.wait_for_url(), self.lab.person("ada"))
        self.window.frame.wait_gone("label", contains="Sign in again as")
        self.window.frame.wait_gone("dialog")


class Commands(unittest.TestCase):
    """The same with the command line: exit codes and words."""

    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(keyring="unlocked"))
        cls.lab = cls.enterClassContext(Lab())
        cls.world.log_in(cls.lab, "ada")

    def tearDown(self):
        self.lab.clear_faults()
        status, output, _said = self.world.run(self.lab, "machines", "--json")
        self.assertEqual(status, 0)
        self.assertEqual(len(json.loads(output)), 2)
        self.world.check_logs()
        self.world.check_files()

    def fails(self, status, words):
        done, output, said = self.world.run(self.lab, "machines")
        self.assertEqual((done, output), (status, ""), said)
        self.assertIn(words, check_words(said))

    def test_throttled(self):
        self.lab.fault("throttle", path=LISTING, retryAfter=3600, count=100)
        self.fails(9, "The service asks to wait")

    def test_service_error(self):
        self.lab.fault("error", path=LISTING, status=500, message="Oops.", count=100)
        self.fails(1, "It failed at the other end")

    def test_cut(self):
        self.lab.fault("cut", path=LISTING, count=100)
        self.fails(6, "It cannot be reached")

    def test_no_json(self):
        self.lab.fault("invalid-json", path=LISTING, count=100)
        self.fails(1, "The answer makes no sense")

    def test_gone(self):
        port = self.lab.port
        self.lab.kill()
        try:
            self.fails(6, "It cannot be reached")
        finally:
            self.lab.restart(port)

    def test_hang_and_interrupt(self):
        self.lab.fault("hang", path=LISTING)
        process = self.world.start(self.lab, "machines")
        wait_for(lambda: not self.lab.faults_left(), 10, "it has asked")
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(5), 130)
        process.stdout.close()

    def test_expired_token(self):
        self.lab.fault("expired-token", path=LISTING)

    def test_withdrawn_sign_in(self):
        self.lab.advance(366 * 24 * 3600)
        self.fails(3, "labconnectctl login")
        self.world.log_in(self.lab, "ada")


if __name__ == "__main__":
    main()
