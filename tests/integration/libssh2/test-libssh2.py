#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test-libssh2.py SOURCES PROGRAMS: libssh2's own tests with the change that the bundled one carries, against an sshd
set up as their Dockerfile (SOURCES/openssh_server) does it, so that none is left out for the want of Docker."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from labtest import main, wait_for  # noqa: E402

SOURCES = Path(sys.argv.pop(1))
PROGRAMS = Path(sys.argv.pop(1))

# From the Dockerfile and the tests.
USER = "libssh2"
PASSWORD = "my test password"
PORT = 4711

# Those that the list of the sources lacks.
MORE_CIPHERS = ["chacha20-poly1305@openssh.com"]

# OpenSSH has no DSA any more, and libssh2 has it only when it is asked for.
NOT_POSSIBLE = {"test_auth_pubkey_ok_dsa"}

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
PidFile none
StrictModes no
UsePAM yes
KbdInteractiveAuthentication yes
PerSourcePenalties no
MaxStartups 100
HostKey {folder}/ssh_host_rsa_key
HostKey {folder}/ssh_host_ecdsa_key
HostKey {folder}/ssh_host_ed25519_key
AuthorizedKeysFile {folder}/authorized_keys
TrustedUserCAKeys {folder}/ca_user_keys.pub
"""


def answers():
    try:
        with socket.create_connection(("127.0.0.1", PORT), timeout=1) as connection:
            return connection.recv(4) == b"SSH-"
    except OSError:
        return False


class Libssh2(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = Path(tempfile.mkdtemp(prefix="lc-libssh2-"))
        cls.folder.chmod(0o755)
        # Copies, because sshd and the tests want keys that only their owner reads.
        cls.keys = cls.folder / "keys"
        shutil.copytree(SOURCES, cls.keys)
        for path in cls.keys.rglob("*key*"):
            path.chmod(0o600)
        server = cls.keys / "openssh_server"
        for name in ["authorized_keys", "ca_user_keys.pub"]:
            (server / name).chmod(0o644)
        if subprocess.run(["id", USER], capture_output=True).returncode != 0:
            subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", USER], check=True)
        subprocess.run(["chpasswd"], input=f"{USER}:{PASSWORD}\n", text=True, check=True)
        Path("/run/sshd").mkdir(exist_ok=True)
        config = cls.folder / "config"
        config.write_text(CONFIG.format(port=PORT, folder=server) + (server / "sshd_config").read_text())
        cls.sshd = subprocess.Popen(["/usr/sbin/sshd", "-D", "-f", config, "-E", cls.folder / "log"])
        wait_for(answers, 20, "sshd")

    @classmethod
    def tearDownClass(cls):
        cls.sshd.terminate()
        cls.sshd.wait()
        shutil.rmtree(cls.folder)

    def run_program(self, name, **extra):
        env = dict(
            os.environ,
            srcdir=str(self.keys),
            OPENSSH_NO_DOCKER="1",
            USER=USER,
            PRIVKEY=str(self.keys / "key_rsa"),
            PUBKEY=str(self.keys / "key_rsa.pub"),
            **extra,
        )
        done = subprocess.run([PROGRAMS / name], env=env, capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


def add(name, program, **extra):
    def test(self):
        self.run_program(program, **extra)

    setattr(Libssh2, "test_" + name, test)


for path in sorted(PROGRAMS.glob("test_*")):
    if path.is_file() and os.access(path, os.X_OK) and path.name not in NOT_POSSIBLE:
        add(path.name.removeprefix("test_"), path.name)
for algorithm in (SOURCES / "test_read_algos.txt").read_text().split() + MORE_CIPHERS:
    kind = "MAC" if algorithm.startswith("hmac-") else "CRYPT"
    add(f"read_{algorithm}", "test_read", **{f"FIXTURE_TEST_{kind}": algorithm})

if __name__ == "__main__":
    main()
