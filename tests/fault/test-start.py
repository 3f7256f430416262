# SPDX-License-Identifier: GPL-3.0-or-later
"""Starting a machine that does not start: what the window and the command line say, and how it goes on."""

import json
import unittest
from pathlib import Path

from labtest import main, wait_for
from world import Lab, Window, World, check_words

START = "startEnvironment"


def seed_with_an_hour(folder):
    """The class as it is, with one hour for each machine."""
    source = Path(__file__).parents[2] / "src/sandbox/service/seed/default.json"
    seed = json.loads(source.read_text(encoding="utf-8"))
    for account in seed["labAccounts"]:
        for lab in account["labs"]:
            lab["usageQuota"] = "PT1H"
    path = Path(folder, "seed.json")
    path.write_text(json.dumps(seed), encoding="utf-8")
    return path


class InTheWindow(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(display="labwc", keyring="unlocked"))
        cls.lab = cls.enterClassContext(Lab(seed=seed_with_an_hour(cls.world.root)))
        cls.window = Window(cls.world, cls.lab)
        cls.addClassCleanup(cls.window.quit)
        cls.window.sign_in("ada")
        cls.machine = cls.lab.person("ada")["machines"][0]["name"]
        cls.window.wait_for_state(cls.machine, "Stopped")

    def tearDown(self):
        self.lab.clear_faults()
        self.world.check_logs()

    def act(self, name):
        self.window.row(self.machine).action(name)

    def stop(self):
        self.window.wait_for_state(self.machine, "Running")
        self.act("machine.stop")
        self.window.wait_for_state(self.machine, "Stopped")

    def read_details(self, *words):
        """The whole story, in the dialog behind the row."""
        self.act("machine.details")
        dialog = self.window.frame.find("dialog", contains="Starting")
        for part in words:
            self.window.see(part, where=dialog)
        for label in dialog.find_all("label"):
            check_words(label.name)
        dialog.action("sheet.close")
        self.window.frame.wait_gone("dialog")

    def test_operation_fails(self):
        self.lab.fault("fail-operation", path=START, code="AllocationFailed", message="No room in this region.")
        self.act("machine.start")
        self.window.see("It Failed on the Other Side")
        self.read_details("It Failed on the Other Side", "No room in this region.")
        self.window.wait_for_state(self.machine, "Stopped")
        self.act("machine.start")
        self.stop()

    def test_refused_for_a_while(self):
        self.lab.fault("throttle", path=START, retryAfter=3600, count=100)
        self.act("machine.start")
        self.window.see("Too Many Requests")
        self.assertIn("Stopped", self.window.row(self.machine).name)

    def test_slow_and_cancelled(self):
        """Giving up waiting is quick; the machine goes its way, and the row shows which."""
        before = self.window.usage()
        self.lab.fault("slow-operation", path=START, seconds=8)
        self.act("machine.start")
        self.window.wait_for_state(self.machine, "Starting")
        self.act("machine.cancel")
        self.window.frame.wait_gone("button", "Cancel", seconds=2)
        self.assertEqual(self.window.frame.find_all(contains="Something Went Wrong"), [])
        self.stop()
        wait_for(lambda: self.window.usage()[0] <= before[0], 10, f"no more threads than {before}")

    def test_used_up(self):
        self.act("machine.start")
        self.window.wait_for_state(self.machine, "Running")
        self.lab.advance(2 * 3600)
        self.stop()
        self.act("machine.start")
        self.window.see("No Hours Left")
        self.read_details("No Hours Left", "Ask your teacher for more")
        self.assertIn("Stopped", self.window.row(self.machine).name)


class OnTheCommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(keyring="unlocked"))
        cls.lab = cls.enterClassContext(Lab(seed=seed_with_an_hour(cls.world.root)))
        machine = cls.world.log_in(cls.lab, "ada")["machines"][0]
        cls.name = f"{machine['lab']}/{machine['name']}"

    def tearDown(self):
        self.lab.clear_faults()
        self.world.check_logs()

    def fails(self, status, *words):
        done, output, said = self.world.run(self.lab, "start", self.name)
        self.assertEqual((done, output), (status, ""), said)
        for part in words:
            self.assertIn(part, check_words(said))

    def test_operation_fails(self):
        self.lab.fault("fail-operation", path=START, code="AllocationFailed", message="There is no room.")
        self.fails(1, "It failed at the other end", "There is no room.")

    def test_not_allowed(self):
        self.lab.fault("error", path=START, status=403, code="AuthorizationFailed", message="No.")
        self.fails(4, "This is not allowed")

    def test_used_up(self):
        self.assertEqual(self.world.run(self.lab, "start", self.name)[0], 0)
        self.lab.advance(2 * 3600)
        self.assertEqual(self.world.run(self.lab, "stop", self.name)[0], 0)
        self.fails(7, "The hours of this machine are used up")


if __name__ == "__main__":
    main()
