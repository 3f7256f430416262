# SPDX-License-Identifier: GPL-3.0-or-later
"""Leaving while something is open or under way: asked about, in order, and nothing stays behind."""

import signal
import unittest

import requests
from labtest import main, program, wait_for
from labtest.notebook import Jupyter, follow
from world import RealLab, Window, World, children


class Quit(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(display="labwc", keyring="unlocked"))
        cls.lab = cls.enterClassContext(RealLab())
        cls.person = cls.world.log_in(cls.lab, "ada")
        cls.machine = cls.person["machines"][0]
        cls.name = f"{cls.machine['lab']}/{cls.machine['name']}"
        cls.world.secrets.add(cls.machine["password"])
        # The machine runs and is known, its password is in the keyring.
        answers = f"login={cls.machine['login']}\npassword={cls.machine['password']}\nhost-key=accept-new\n"
        process = cls.world.start(cls.lab, "connect", "notebook", "--no-browser", cls.name, answers=answers)
        while not process.stdout.readline().startswith(b"http"):
            assert process.poll() is None, cls.world.said(process)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        process.stdout.close()

    def setUp(self):
        self.window = Window(self.world, self.lab)
        self.window.wait_for_state(self.machine["name"], "Running")
        self.addCleanup(lambda: self.window.quit())

    def tearDown(self):
        self.lab.clear_faults()
        self.world.check_logs()

    def open_notebook(self):
        self.window.row(self.machine["name"]).find("button", "Open Notebook").click()
        url = follow(self.world.browser.wait_for_url(60))
        self.jupyter = Jupyter(url)
        self.world.secrets.add(self.jupyter.token)
        self.jupyter.get("/api/status")
        self.window.frame.find(contains="1 open connection")  # the browser may be faster

    def shown(self):
        from labtest import a11y

        return a11y.application(self.window.process).find_all("frame")

    def assert_gone(self):
        self.assertEqual(self.window.process.wait(20), 0)
        with self.assertRaises(requests.ConnectionError):
            self.jupyter.get("/api/status")

    def test_asks_and_stays(self):
        self.open_notebook()
        self.window.actions.activate("quit")
        dialog = self.window.frame.find(("dialog", "alert"), contains="Quit LabConnect?")
        dialog.find("button", "Cancel").click()
        self.window.frame.wait_gone(("dialog", "alert"))
        self.jupyter.get("/api/status")
        self.window.actions.activate("quit")
        dialog = self.window.frame.find(("dialog", "alert"), contains="Quit LabConnect?")
        dialog.find("button", "Quit").click()
        self.assert_gone()

    def test_background_and_back(self):
        """Closed, it keeps the connection; started again, it is the same window."""
        self.open_notebook()
        self.window.frame.action("window.close")
        wait_for(lambda: not self.shown(), 10, "the window is gone")
        self.jupyter.get("/api/status")
        second = self.world.spawn([program("labconnect")], name="second")
        self.assertEqual(second.wait(20), 0)
        wait_for(self.shown, 10, "the window is back")
        self.window.process.send_signal(signal.SIGTERM)
        self.assert_gone()

    def test_terminated(self):
        self.open_notebook()
        self.window.process.send_signal(signal.SIGTERM)
        self.assert_gone()

    def test_killed(self):
        """Nothing outlives it, not even when it could not clean up; the next one works."""
        self.open_notebook()
        self.assertEqual(children(self.window.process.pid), [])
        self.window.process.kill()
        self.window.process.wait()
        with self.assertRaises(requests.ConnectionError):
            self.jupyter.get("/api/status")
        self.window = Window(self.world, self.lab)
        self.open_notebook()

    def test_while_it_works(self):
        """Ctrl+Q while a machine starts: it ends, the machine goes its way."""
        self.assertEqual(self.world.run(self.lab, "stop", self.name)[0], 0)
        self.window.actions.activate("refresh", window=1)
        self.window.wait_for_state(self.machine["name"], "Stopped")
        self.lab.fault("slow-operation", path="startEnvironment", seconds=6)
        self.window.row(self.machine["name"]).action("machine.start")
        self.window.wait_for_state(self.machine["name"], "Starting")
        self.window.actions.activate("quit")
        self.assertEqual(self.window.process.wait(10), 0)
        wait_for(lambda: "running" in self.world.run(self.lab, "machines")[1], 20, "the machine runs")


if __name__ == "__main__":
    main()
