# SPDX-License-Identifier: GPL-3.0-or-later
"""What the local lab says when it cannot start, and that it stops when it is told to."""

import json
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import unittest
from pathlib import Path

from labtest import main
from labtest.lab_service import LabService, without_machines

SEED = {
    "tenants": [{"id": "5c001000-0000-4000-8000-000000000009", "domain": "own.example", "name": "Own"}],
    "people": [
        {
            "id": "5c002000-0000-4000-8000-000000000009",
            "tenant": "own.example",
            "userName": "kay@own.example",
            "givenName": "Kay",
            "familyName": "Own",
            "password": "once-upon-a-time",
        }
    ],
}


class Start(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="labconnect-start-"))
        self.addCleanup(shutil.rmtree, self.folder)

    def refused(self, sentence, *arguments):
        done = subprocess.run([without_machines(), *map(str, arguments)], capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertEqual(done.stdout, "")
        self.assertIn(sentence, done.stderr)
        self.assertNotIn("CRITICAL", done.stderr)

    def test_options(self):
        self.refused("--state DIR")
        self.refused("'more' is not understood", "--state", self.folder, "more")
        self.refused("from 1 to 65535", "--state", self.folder, "--port", "70000")
        self.refused("--nonsense", "--nonsense")
        done = subprocess.run([without_machines(), "--version"], capture_output=True, text=True, timeout=30)
        self.assertRegex(done.stdout, r"^labconnect-sandbox \d")

    def test_folder(self):
        file = self.folder / "file"
        file.write_text("")
        self.refused("cannot be made", "--state", file / "below")

    def test_database(self):
        (self.folder / "state.db").write_text("This is no database. " * 200)
        self.refused("The state cannot be read or written", "--state", self.folder)

    def test_newer_state(self):
        with sqlite3.connect(self.folder / "state.db") as database:
            database.execute("PRAGMA user_version = 99")
        database.close()
        self.refused("newer version", "--state", self.folder)

    def test_port(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.refused("in use", "--state", self.folder, "--port", taken.getsockname()[1])

    def test_seed(self):
        seed = self.folder / "seed.json"
        wrong = ("", "[]", "{", '{"people": 1}', '{"people": [1]}', '{"people": [{}]}', '{"roles": [{"role": "x"}]}')
        for text in wrong:
            with self.subTest(text):
                seed.write_text(text)
                self.refused("", "--state", self.folder / "state", "--seed", seed)
        self.refused("", "--state", self.folder / "state", "--seed", self.folder / "missing")
        # A failure leaves nothing half done.
        seed.write_text(json.dumps(SEED))
        with LabService(without_machines(), state=str(self.folder / "state"), seed=seed) as service:
            people = [person["userName"] for person in service.ready["people"]]
            self.assertEqual(people, ["kay@own.example"])
            service.sign_in("kay@own.example")
        # Later another file may be given: it tells nothing of people who are not there.
        for text in ("{}", '{"people": 1, "labAccounts": [1]}', '{"people": [{"userName": 1}, 2]}'):
            seed.write_text(text)
            with LabService(without_machines(), state=str(self.folder / "state"), seed=seed) as service:
                self.assertEqual(service.ready["people"], [])

    def test_signals(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with LabService(without_machines(), state=str(self.folder)) as service:
                service.process.send_signal(number)
                self.assertEqual(service.process.wait(20), 0)
                service.process.stdout.close()
                self.assertEqual(list(Path(service.runtime).rglob("*.cloud")), [])


if __name__ == "__main__":
    main()
