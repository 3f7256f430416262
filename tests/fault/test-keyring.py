# SPDX-License-Identifier: GPL-3.0-or-later
"""The keyring is locked, absent, or dies: it is said, the program works, and no secret goes to the disk instead."""

import unittest

from labtest import main, wait_for
from world import Lab, Window, World, answer_page, check_words


def log_in(world, lab):
    """Signs in, and gives what the command said."""
    person = lab.person("ada")
    process = world.start(lab, "login")
    code = answer_page(world.browser.wait_for_url(), person)
    assert process.wait(30) == 0, world.log(process.log_name)
    process.stdout.close()
    world.secrets |= {person["password"], code}
    return world.said(process)


class Commands(unittest.TestCase):
    def test_absent(self):
        with World(keyring="absent") as world, Lab() as lab:
            self.assertIn("There is no keyring", check_words(log_in(world, lab)))
            status, output, said = world.run(lab, "machines")
            self.assertEqual((status, output), (3, ""))
            self.assertIn("Sign in first", check_words(said))
            world.check_files()
            world.check_logs()

    def test_locked(self):
        """Nobody answers the prompt, which is the same as declining it."""
        with World(keyring="locked") as world, Lab() as lab:
            self.assertIn("The keyring is locked", check_words(log_in(world, lab)))
            status, output, said = world.run(lab, "machines")
            self.assertEqual((status, output), (1, ""))
            self.assertIn("The keyring is locked", check_words(said))
            world.check_files()
            world.check_logs()

    def test_no_collection(self):
        """A keyring that was never used, and nobody who gives it a password."""
        with World(keyring="empty") as world, Lab() as lab:
            log_in(world, lab)
            self.assertEqual(world.run(lab, "machines")[0], 3)
            world.check_files()
            world.check_logs()

    def test_dies_between(self):
        with World(keyring="unlocked") as world, Lab() as lab:
            log_in(world, lab)
            keyring = next(process for process in world.processes if "gnome-keyring" in process.args[0])
            keyring.kill()
            keyring.wait()
            status, _output, said = world.run(lab, "machines")
            self.assertEqual(status, 3)
            self.assertIn("Sign in first", check_words(said))
            world.check_files()


class InTheWindow(unittest.TestCase):
    def test_life(self):
        """Unlocked, then locked, then gone: the list goes on, and the banner says what cannot be kept."""
        with World(display="labwc", keyring="unlocked") as world, Lab() as lab:
            from labtest import bus

            window = Window(world, lab)
            window.sign_in("ada")
            machine = lab.person("ada")["machines"][0]["name"]
            window.wait_for_state(machine, "Stopped")
            wait_for(bus.secret_items, 10, "the sign-in is in the keyring")

            # What signs in again is out of reach now: the list stays as it was.
            bus.lock_secret_collections()
            lab.fault("expired-token", path="nvironments$", count=100)
            window.actions.activate("refresh", window=1)
            window.see("saved passwords cannot be used")
            window.see("The Keyring Is Locked. Showing the list of")
            self.assertIn("Stopped", window.row(machine).name)

            keyring = next(process for process in world.processes if "gnome-keyring" in process.args[0])
            keyring.kill()
            keyring.wait()
            lab.clear_faults()
            window.see("There is no keyring")
            window.actions.activate("refresh", window=1)
            if window.frame.find_all("label", contains="Sign in again"):
                window.actions.activate("sign-in-again", window=1)
                answer_page(world.browser.wait_for_url(), lab.person("ada"))
            window.frame.wait_gone("label", contains="Showing the list of")
            self.assertIn("Stopped", window.row(machine).name)

            window.quit()
            world.check_logs()
            world.check_files()


if __name__ == "__main__":
    main()
