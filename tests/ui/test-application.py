# SPDX-License-Identifier: GPL-3.0-or-later
"""The real program in a session of its own, driven through accessibility and its actions."""

import signal
import subprocess
import unittest

from labtest import Session, main, program, wait_for

# Nothing listens there: the program must not mind.
CLOUD = "http://127.0.0.1:9"


class Application(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.session = Session(display="labwc")
        cls.session.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.session.__exit__(None, None, None)

    def setUp(self):
        from labtest import a11y, bus

        self.process = self.session.spawn([program("labconnect")])
        self.window = a11y.application(self.process).find("frame")
        self.actions = bus.Actions()

    def tearDown(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)

    def second(self, *arguments):
        return subprocess.run([program("labconnect"), *arguments], capture_output=True, text=True, timeout=20)

    def test_first_page(self):
        self.window.find("button", "Sign In")
        self.window.find("combo box", "Cloud")
        self.window.find("button", "Main Menu")

    def test_quit(self):
        self.actions.activate("quit")
        self.assertEqual(self.process.wait(10), 0)

    def test_terminate(self):
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(10), 0)

    def test_one_instance(self):
        """A second start hands its option over, and leaves."""
        done = self.second("--cloud", CLOUD)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
        self.window.find("label", CLOUD)
        self.assertIsNone(self.process.poll())

    def test_bad_cloud(self):
        done = self.second("--cloud", "http://example.com")
        self.assertEqual(done.returncode, 1)
        self.assertIn("http://example.com", done.stderr)

    def test_version(self):
        done = self.second("--version")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(done.stdout, r" \d+\.\d+\.\d+\n$")

    def test_running_operations(self):
        """SIGUSR1 prints the report and is harmless: the program goes on."""
        self.process.send_signal(signal.SIGUSR1)
        self.actions.wait_enabled("quit")
        self.assertIsNone(self.process.poll())
        wait_for(lambda: "Running operations:\nnone" in self.session.log("labconnect"), 20, "the report")

    def test_dialogs(self):
        for action, title in [("preferences", "Preferences"), ("shortcuts", "Keyboard Shortcuts")]:
            self.actions.activate(action, window=1)
            self.window.find("dialog", title).find("button", "Close").click()
            self.window.wait_gone("dialog", title)

    def test_sign_in_opens_the_browser(self):
        """The page is asked of the cloud's authority, and giving up returns to the start."""
        self.second("--cloud", CLOUD)
        self.window.find("label", CLOUD)
        self.window.find("button", "Sign In").click()
        url = self.session.browser.wait_for_url()
        self.assertTrue(url.startswith(CLOUD + "/"), url)
        self.assertNotIn("secret", url)
        self.window.find("button", "Cancel").click()
        self.window.find("button", "Sign In")


if __name__ == "__main__":
    main()
