# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that are damaged, a disk that is full, a home that cannot be written: said, set aside, nothing lost."""

import errno
import json
import os
import subprocess
import unittest
from pathlib import Path

from labtest import Missing, main
from world import Lab, World, answer_page, check_words

MACHINES = ("machines", "--json")


class Damage(unittest.TestCase):
    """What the program keeps is nonsense by now."""

    def setUp(self):
        self.world = self.enterContext(World(keyring="unlocked"))
        self.lab = self.enterContext(Lab())
        self.world.log_in(self.lab, "ada")
        self.data = Path(self.world.home, ".local/share/labconnect")

    def tearDown(self):
        self.world.check_logs()
        self.world.check_files()

    def lists(self):
        status, output, said = self.world.run(self.lab, *MACHINES)
        self.assertEqual(status, 0, said)
        self.assertEqual(len(json.loads(output)), 2)

    def test_accounts(self):
        path = self.data / "accounts.ini"
        damaged = b"\0[half of an account\nCloud=" + path.read_bytes()
        path.write_bytes(damaged)
        status, _output, said = self.world.run(self.lab, *MACHINES)
        self.assertEqual(status, 3, said)
        self.assertIn("Sign in first", check_words(said))
        self.assertEqual(path.with_name("accounts.ini.unreadable").read_bytes(), damaged)
        self.world.log_in(self.lab, "ada")
        self.lists()

    def test_everything(self):
        """Whatever file of ours is nonsense, the list comes."""
        folders = (self.data, Path(self.world.home, ".cache/labconnect"))
        for folder in folders:
            for path in folder.glob("*"):
                if path.name != "accounts.ini" and path.is_file():
                    path.write_bytes(b"\xff\0nonsense\n" * 100)
        self.lists()


class FullDisk(unittest.TestCase):
    """The folder for data is on a file system without a free byte, or one that is read-only."""

    def setUp(self):
        self.world = self.enterContext(World(keyring="unlocked"))
        self.lab = self.enterContext(Lab())
        self.data = Path(self.world.home, ".local/share/labconnect")
        self.data.mkdir(parents=True, exist_ok=True)
        mount = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "full", str(self.data)]
        if subprocess.run(mount, capture_output=True).returncode != 0:
            raise Missing("mounting a file system needs root")
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.data)], check=True)

    def fill(self):
        filler = os.open(self.data / "filler", os.O_CREAT | os.O_WRONLY)
        try:
            while os.write(filler, b"x" * 512):
                pass
        except OSError as error:
            self.assertEqual(error.errno, errno.ENOSPC)
        finally:
            os.close(filler)

    def test_no_room_to_sign_in(self):
        """It is told that nothing is remembered, and works as soon as there is room."""
        self.fill()
        person = self.lab.person("ada")
        process = self.world.start(self.lab, "login")
        answer_page(self.world.browser.wait_for_url(), person)
        process.wait(30)
        process.stdout.close()
        self.assertIn("No space left", self.world.log(process.log_name))
        self.assertIn("This computer cannot remember it", self.world.log(process.log_name))
        (self.data / "filler").unlink()
        self.world.log_in(self.lab, "ada")
        self.assertEqual(self.world.run(self.lab, *MACHINES)[0], 0)

    def test_no_room_later(self):
        """What is there stays as it is: no file is cut."""
        self.world.log_in(self.lab, "ada")
        before = (self.data / "accounts.ini").read_bytes()
        self.fill()
        status, output, said = self.world.run(self.lab, *MACHINES)
        self.assertEqual((status, len(json.loads(output))), (0, 2), said)
        self.assertEqual((self.data / "accounts.ini").read_bytes(), before)
        self.world.check_logs()

    def test_read_only(self):
        self.world.log_in(self.lab, "ada")
        subprocess.run(["mount", "-o", "remount,ro", str(self.data)], check=True)
        status, output, said = self.world.run(self.lab, *MACHINES)
        self.assertEqual((status, len(json.loads(output))), (0, 2), said)
        status, _output, said = self.world.run(self.lab, "logout")
        self.assertEqual(status, 4, said)
        self.assertIn("Read-only file system", check_words(said))


if __name__ == "__main__":
    main()
