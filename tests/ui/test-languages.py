# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program in French: nothing that has a translation is still in English, on any page."""

import gettext
import os
import unittest

from labtest import Session, main, program, wait_for
from labtest.lab_service import LabService, without_machines
from labtest.page import answer_page

DIALOGS = ["join-lab", "accounts", "connections", "preferences", "shortcuts", "troubleshooting"]


def bare(text):
    return text.replace("_", "")


class French(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = cls.enterClassContext(Session(display="labwc", keyring="unlocked", language="fr_FR.UTF-8"))
        cls.lab = cls.enterClassContext(LabService(without_machines()))
        folder = os.environ["LABCONNECT_LOCALE_DIR"]
        cls.words = gettext.translation("labconnect", folder, languages=["fr"])
        catalog = {bare(key): bare(text) for key, text in cls.words._catalog.items() if isinstance(key, str) and key}
        french = set(catalog.values())
        cls.english = {key for key, text in catalog.items() if key != text and key not in french}

    def setUp(self):
        from labtest import a11y, bus

        self.process = self.session.spawn([program("labconnect"), "--cloud", self.lab.url])
        self.window = a11y.application(self.process).find("frame")
        self.actions = bus.Actions()

    def tearDown(self):
        self.assertEqual(self.session.stop(self.process), 0)

    def word(self, text):
        return bare(self.words.gettext(text))

    def check(self):
        seen = {text for node in self.window.find_all() for text in (node.name, node.description, node.text)}
        self.assertEqual(seen & self.english, set())

    def test_pages(self):
        self.window.find("button", self.word("_Sign In"))
        self.check()
        self.window.find("button", self.word("_Sign In")).click()
        url = self.session.browser.wait_for_url()
        self.check()
        answer_page(url, self.lab.ready["people"][0])
        row = self.window.find("list item", contains=self.word("Stopped"), seconds=20)
        self.check()
        for action in DIALOGS:
            with self.subTest(action):
                self.actions.activate(action, window=1)
                self.see_dialog()
        for action in ["machine.connect"]:
            with self.subTest(action):
                row.action(action)
                self.see_dialog()

    def see_dialog(self):
        dialog = self.window.find("dialog")
        self.check()
        closing = {self.word("_Cancel"), self.word("Close"), "Fermer"}
        buttons = wait_for(
            lambda: [button for button in dialog.find_all("button") if button.name in closing], 10, "it can be closed"
        )
        buttons[0].click()
        self.window.wait_gone("dialog")


if __name__ == "__main__":
    main()
