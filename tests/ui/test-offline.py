# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program while its service cannot be reached: the last-known list, or a page that says why there is none."""

import unittest

from labtest import Session, main, program
from labtest.lab_service import LabService, without_machines
from labtest.page import answer_page


class Offline(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session(display="labwc", keyring="unlocked", settings="keyfile"))
        with LabService(without_machines()) as lab:
            cls.lab = lab
            process, window = cls.start()
            window.find("button", "Sign In").click()
            people = lab.ready["people"]
            answer_page(cls.session.browser.wait_for_url(), people[0])
            cls.machine = window.find("list item", contains="Stopped", seconds=20).name.split(",")[0]
            assert cls.session.stop(process) == 0

    @classmethod
    def start(cls):
        from labtest import a11y

        process = cls.session.spawn([program("labconnect"), "--cloud", cls.lab.url])
        return process, a11y.application(process).find("frame")

    def setUp(self):
        self.process, self.window = self.start()

    def tearDown(self):
        self.assertEqual(self.session.stop(self.process), 0)
        self.assertNotIn("CRITICAL", self.session.log("labconnect"))

    def test_1_last_known(self):
        """It is shown at once and marked; what cannot be told now is not claimed."""
        row = self.window.find("list item", contains=f"{self.machine},")
        self.window.find(contains="You are offline", seconds=20)
        self.assertIn("Last known state", row.name)

    def test_2_nothing_known(self):
        cache = self.session.home / ".cache/labconnect/catalog.gvariant"
        self.stop_and_forget(cache)
        self.window.find(name="You Are Offline", seconds=20)
        self.window.find("button", "Try Again")

    def stop_and_forget(self, cache):
        self.assertEqual(self.session.stop(self.process), 0)
        cache.unlink()
        self.process, self.window = self.start()


if __name__ == "__main__":
    main()
