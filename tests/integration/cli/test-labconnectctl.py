#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""labconnectctl against a real local lab: the main job without a window, and what scripts rely on."""

import getpass
import json
import os
import pty
import re
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

from commandline import LIMIT, CommandLine, fill_in
from labtest import main, wait_for
from labtest.notebook import Jupyter

# Of no machine at all.
ANOTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2yRz8TyBDiSXvcBS0OXeOa2brUQJHqV0dPDT1vB/DZ"


def argument_lists():
    """What every login of this computer can read of every process."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            yield path.read_bytes()
        except OSError:
            continue


class Command(CommandLine):
    def openssh_knows(self, path, keys, before=""):
        """Writes a known hosts file of OpenSSH for the machine."""
        machine = self.machines()[path]
        file = self.session.home / ".ssh/known_hosts"
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.write_text("".join(f"{before}[{machine['host']}]:{machine['sshPort']} {key}\n" for key in keys))
        self.addCleanup(file.unlink, missing_ok=True)

    # In the order of their names, since starting machines takes time.

    def test_1_lists(self):
        accounts = json.loads(self.run_to_end("accounts", "--json"))
        self.assertEqual([account["userName"] for account in accounts], [self.person["userName"]])
        self.assertFalse(accounts[0]["needsSignIn"])
        self.assertIn(self.person["userName"], self.run_to_end("accounts"))

        labs = json.loads(self.run_to_end("labs", "--json"))
        self.assertIn(self.machine["lab"], [lab["name"] for lab in labs])
        self.assertIn(self.machine["lab"], self.run_to_end("labs"))

        machine = self.machines()[self.machine["path"]]
        self.assertEqual(machine["state"], "stopped")
        self.assertEqual(machine["login"], self.machine["login"])
        self.assertGreater(machine["quotaSeconds"], 0)
        table = self.run_to_end("machines", "--lab", self.machine["lab"]).splitlines()
        self.assertEqual(len(table), 2)
        self.assertEqual(table[0].index("STATE"), table[1].index("stopped"))

    def test_2_exit_codes(self):
        self.run_to_end("start", "no such machine", expect=8)
        self.run_to_end("start", self.machine["name"], expect=2)  # there are two
        self.run_to_end("start", expect=2)
        self.run_to_end("fly", expect=2)
        self.run_to_end("machines", "--fly", expect=2)
        self.run_to_end("forward", self.machine["path"], "8888:localhost", expect=2)
        self.run_to_end("connect", "telepathy", self.machine["path"], expect=2)
        self.run_to_end("labs", "--account", "nobody@school.example", expect=3)
        self.run_to_end("labs", answers=["passwort=x"], expect=2)
        for cloud, expected in (("http://127.0.0.1:9", 6), ("http://lab.example", 2)):
            done = subprocess.run(self.argv("login", "--device-code", cloud=cloud), capture_output=True, timeout=LIMIT)
            self.assertEqual(done.returncode, expected, done.stderr)
        self.assertIn("labconnectctl ", self.run_to_end("--version"))
        self.assertIn("forward", self.run_to_end("--help"))
        self.assertIn("LOCAL:HOST:REMOTE", self.run_to_end("forward", "--help"))

    def test_3_start_and_notebook(self):
        self.run_to_end("start", self.machine["path"])
        self.assertEqual(self.machines()[self.machine["path"]]["state"], "running")

        process, address = self.open(
            "connect", "notebook", self.machine["path"], "--no-browser", answers=self.answers()
        )
        jupyter = Jupyter(address)
        self.assertEqual(jupyter.run("6*7"), "42")
        self.assertFalse([line for line in argument_lists() if jupyter.token.encode() in line])
        errors = self.close(process)
        self.assertNotIn(jupyter.token, errors)
        self.assertNotIn(self.machine["password"], errors)

        # The password is in the keyring now, the server and its token are the same, the host key is known.
        process, again = self.open("connect", "notebook", self.machine["path"], "--no-browser", answers=[])
        self.assertEqual(again, address)
        self.close(process)

    def test_4_forward(self):
        port = self.machines()[self.machine["path"]]["sshPort"]
        process, address = self.open("forward", self.machine["path"], "0:localhost:22", answers=self.answers())
        host, local = address.rsplit(":", 1)
        self.assertNotEqual(int(local), port)
        process.send_signal(0)
        limits = Path(f"/proc/{process.pid}/limits").read_text()
        self.assertRegex(limits, r"Max core file size +0 ", "a crash would leave the password in a file")
        with socket.create_connection((host, int(local)), timeout=20):
            pass  # accepted here; what is at the other end is the machine's business
        self.close(process)
        with self.assertRaises(OSError):
            socket.create_connection((host, int(local)), timeout=5)

    def test_5_terminal(self):
        """The questions of a person without keyring items: the other machine, which wants a first password."""
        other = next(path for path, machine in self.machines().items() if machine["passwordRequired"])
        password = "Difference-Engine-1822"
        self.run_to_end("start", other)
        self.openssh_knows(other, [ANOTHER_KEY])
        pid, terminal = pty.fork()
        if pid == 0:
            argv = self.argv("forward", other, "0:localhost:22")
            os.execv(argv[0], argv)
        self.addCleanup(os.close, terminal)
        seen = ""

        def shows(text):
            nonlocal seen
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    seen += os.read(terminal, 65536).decode()
                except OSError:
                    pass
            return text in seen

        def answer(question, text):
            nonlocal seen
            wait_for(lambda: shows(question), LIMIT, f"the question “{question}”: {seen}")
            seen = seen[seen.index(question) + len(question) :]
            os.write(terminal, text.encode() + b"\n")

        answer("New password", password)
        answer("Once more", password)
        picture = "----[SHA256]-----+"
        wait_for(lambda: shows(picture), LIMIT, f"the picture of the host key: {seen}")
        wait_for(lambda: shows("Trust this machine"), LIMIT, f"the question: {seen}")
        self.assertRegex(seen, r"OpenSSH knows another host key at this address: ssh-ed25519\s+SHA256:")
        fingerprint = re.search(r"SHA256:\S+", seen)[0]
        answer("Trust this machine", fingerprint)
        wait_for(lambda: shows("127.0.0.1:"), LIMIT, f"the address: {seen}")
        self.assertNotIn(password, seen)
        os.write(terminal, b"\x03")

        def ended():
            shows("")
            return os.waitpid(pid, os.WNOHANG)

        status = wait_for(lambda: (found := ended())[0] and found, LIMIT, "the end")[1]
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.run_to_end("stop", other)

    def test_5b_host_keys(self):
        """Which were trusted so far, without asking the service."""
        keys = json.loads(self.run_to_end("host-keys", "--json"))
        self.assertEqual(len(keys), 2)
        for key in keys:
            self.assertEqual(key["trustedHow"], "asked")
            self.assertEqual(key["trustedBy"], getpass.getuser())
            self.assertRegex(key["fingerprint"], r"^SHA256:[A-Za-z0-9+/]{43}$")
            self.assertRegex(key["trustedAt"], r"^20\d\d-\d\d-\d\dT")
            self.assertIn(f"{key['machine']} ", self.run_to_end("host-keys", "list"))
        self.run_to_end("host-keys", "paint", expect=2)

    def test_6_refused(self):
        """Answers that are wrong or missing, on a machine that was reset and forgotten here."""
        folder = self.session.home / ".local/share/labconnect"
        (folder / "known_hosts").unlink()
        arguments = ("forward", self.machine["path"], "0:localhost:22", "--login", "somebody")
        self.run_to_end(*arguments, answers=self.answers(**{"host-key": None}), expect=5)
        self.run_to_end(*arguments, answers=self.answers(**{"host-key": "SHA256:not-this-one"}), expect=5)

        # Found among those of OpenSSH, it is not asked about; what is wrong then is the password.
        machine = self.machines()[self.machine["path"]]
        scan = ["ssh-keyscan", "-p", str(machine["sshPort"]), machine["host"]]
        scanned = subprocess.run(scan, capture_output=True, text=True, timeout=LIMIT)
        keys = [line.split(" ", 1)[1] for line in scanned.stdout.splitlines() if not line.startswith("#")]
        self.assertTrue(keys, scanned.stderr)
        self.openssh_knows(self.machine["path"], keys)
        wrong = self.answers(**{"host-key": None}, password="not-My-Secret-7")
        self.run_to_end(*arguments, answers=wrong, expect=4)
        listed = json.loads(self.run_to_end("host-keys", "--json"))
        self.assertEqual([key["trustedHow"] for key in listed], ["openssh"])

        # Revoked there, it is refused although it was trusted, and whatever the answers say.
        self.openssh_knows(self.machine["path"], keys, before="@revoked ")
        self.run_to_end(*arguments, answers=self.answers(), expect=5)
        self.assertIn("revoked", self.errors)
        self.openssh_knows(self.machine["path"], [])

        self.run_to_end(*arguments, answers=self.answers(password="not-My-Secret-7"), expect=4)
        self.assertNotIn("not-My-Secret-7", self.errors)

    def test_7_interrupted(self):
        """Ctrl+C at a question: nothing was done, and the terminal is as it was."""
        pid, terminal = pty.fork()
        if pid == 0:
            argv = self.argv("forward", self.machine["path"], "0:localhost:22", "--login", "nobody-yet")
            os.execv(argv[0], argv)
        self.addCleanup(os.close, terminal)
        seen = b""

        def asked():
            nonlocal seen
            if select.select([terminal], [], [], 0.05)[0]:
                seen += os.read(terminal, 65536)
            return b"Password of nobody-yet" in seen

        wait_for(asked, LIMIT, "the question")
        os.write(terminal, b"\x03")
        limit = time.monotonic() + LIMIT
        found = (0, 0)
        while not found[0] and time.monotonic() < limit:
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    os.read(terminal, 65536)
                except OSError:
                    pass
            found = os.waitpid(pid, os.WNOHANG)
        self.assertEqual(os.waitstatus_to_exitcode(found[1]), 130)

    def test_7b_make_key(self):
        """From then on no password is needed, and the key is in no file in the clear."""
        self.run_to_end("make-key", self.machine["path"], answers=self.answers())
        profiles = list(self.session.home.rglob("profiles.ini"))
        self.assertIn("Method=stored-key", profiles[0].read_text())
        process, _address = self.open("forward", self.machine["path"], "0:localhost:22", answers=[])
        self.assertFalse([line for line in argument_lists() if b"PRIVATE" in line])
        self.close(process)
        for path in self.session.home.rglob("*"):
            if path.is_file():
                self.assertNotIn(b"PRIVATE KEY", path.read_bytes(), path)

    def test_8_stop(self):
        self.run_to_end("stop", self.machine["path"])
        self.assertEqual(self.machines()[self.machine["path"]]["state"], "stopped")

    def test_9_device_code_and_logout(self):
        import requests

        self.run_to_end("logout")
        self.run_to_end("labs", expect=3)
        self.assertEqual(json.loads(self.run_to_end("accounts", "--json")), [])
        search = ["secret-tool", "search", "--all", "kind", "refresh-token"]
        left = subprocess.run(search, capture_output=True, text=True)
        self.assertEqual(left.stdout, "")

        process = self.start("login", "--device-code")
        self.addCleanup(lambda: process.poll() is None and process.kill())
        address, code = process.stdout.readline().split()
        web = requests.Session()
        page = fill_in(web, web.get(address, timeout=20), code=code)
        page = fill_in(web, page, username=self.person["userName"], password=self.person["password"])
        self.assertEqual(page.status_code, 200)
        _output, errors = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, errors)
        self.run_to_end("labs")


if __name__ == "__main__":
    sys.exit(main())
