# SPDX-License-Identifier: GPL-3.0-or-later
"""Several people, several clouds, several programs at once: nobody takes anything from anybody."""

import json
import unittest

from labtest import main, wait_for
from world import Lab, Window, World, answer_page, check_words


class Several(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(keyring="unlocked"))
        self.lab = self.enterContext(Lab())

    def tearDown(self):
        self.world.check_logs()
        self.world.check_files()

    def machines(self, lab, account=None):
        status, output, said = self.world.run(lab, "machines", "--json", account=account)
        self.assertEqual(status, 0, said)
        return json.loads(output)

    def test_two_labs(self):
        with Lab() as other:
            self.world.log_in(self.lab, "ada")
            self.world.log_in(other, "alan")
            self.assertEqual(len(self.machines(self.lab)), 2)
            self.assertEqual(len(self.machines(other)), 1)
            self.assertEqual(self.world.run(self.lab, "logout")[0], 0)
            self.assertEqual(self.world.run(self.lab, "machines")[0], 3)
            self.assertEqual(len(self.machines(other)), 1)

    def test_one_lab_gone(self):
        """The other one does not suffer."""
        with Lab() as other:
            self.world.log_in(self.lab, "ada")
            self.world.log_in(other, "ada")
            self.lab.kill()
            try:
                self.assertEqual(len(self.machines(other)), 2)
            finally:
                self.lab.start()

    def test_two_people(self):
        self.world.log_in(self.lab, "ada")
        self.world.log_in(self.lab, "alan")
        self.assertEqual(len(self.machines(self.lab, "ada@school.example")), 2)
        self.assertEqual(len(self.machines(self.lab, "alan@school.example")), 1)
        status, _output, said = self.world.run(self.lab, "logout")
        self.assertEqual(status, 2)
        self.assertIn("--account", check_words(said))

    def test_the_same_person_twice(self):
        self.world.log_in(self.lab, "ada")
        self.world.log_in(self.lab, "ada")
        accounts = json.loads(self.world.run(self.lab, "accounts", "--json")[1])
        self.assertEqual(len(accounts), 1, accounts)
        self.assertEqual(len(self.machines(self.lab)), 2)

    def test_commands_at_once(self):
        """Each renews the sign-in, and none spoils that of another."""
        self.world.log_in(self.lab, "ada")
        processes = [self.world.start(self.lab, "machines") for _ in range(4)]
        for process in processes:
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, 0, self.world.said(process))
        self.assertEqual(len(self.machines(self.lab)), 2)


class WindowAndCommands(unittest.TestCase):
    def test_at_once(self):
        with World(display="labwc", keyring="unlocked") as world, Lab() as lab:
            window = Window(world, lab)
            window.sign_in("ada")
            machine = lab.person("ada")["machines"][0]["name"]
            window.wait_for_state(machine, "Stopped")

            # Somebody else signs in on the command line, and starts the machine that the window shows.
            world.log_in(lab, "alan")
            name = f"{lab.person('ada')['machines'][0]['lab']}/{machine}"
            status, _output, said = world.run(lab, "start", name, account="ada@school.example")
            self.assertEqual(status, 0, said)
            window.actions.activate("refresh", window=1)
            window.wait_for_state(machine, "Running")

            # The window writes its own, and leaves what it did not know.
            lab.fault("expired-token", path="nvironments$")
            window.actions.activate("refresh", window=1)
            wait_for(lambda: not lab.faults_left(), 10, "it has asked")
            window.frame.wait_gone("label", contains="Showing the list of")
            self.assertEqual(window.frame.find_all("label", contains="Sign in again"), [])
            window.quit()
            accounts = json.loads(world.run(lab, "accounts", "--json")[1])
            self.assertEqual(len(accounts), 2, accounts)
            world.check_logs()
            world.check_files()

    def test_stores_are_shared(self):
        """What one program remembers is not forgotten when the other one writes."""
        with World(keyring="unlocked") as world, Lab() as lab:
            world.log_in(lab, "ada")
            names = [f"{machine['lab']}/{machine['name']}" for machine in lab.person("ada")["machines"]]
            waiting = world.start(lab, "login")
            url = world.browser.wait_for_url()
            for name in names:
                self.assertEqual(world.run(lab, "forget-host", name)[0], 0)
            world.log_in(lab, "edsger")
            answer_page(url, lab.person("alan"))
            self.assertEqual(waiting.wait(20), 0, world.log(waiting.log_name))
            waiting.stdout.close()
            accounts = json.loads(world.run(lab, "accounts", "--json")[1])
            self.assertEqual(len(accounts), 3, accounts)


if __name__ == "__main__":
    main()
