# SPDX-License-Identifier: GPL-3.0-or-later
"""Connecting to real machines on which something is wrong: exit codes, words, and how it goes on."""

import json
import signal
import socket
import unittest
import urllib.parse

import requests
from labtest import main, wait_for
from labtest.notebook import Jupyter
from world import RealLab, World, check_words

LIMIT = 60


class Connect(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = cls.enterClassContext(World(keyring="unlocked"))
        cls.lab = cls.enterClassContext(RealLab())
        cls.machine = cls.world.log_in(cls.lab, "ada")["machines"][0]
        cls.name = f"{cls.machine['lab']}/{cls.machine['name']}"
        cls.world.secrets.add(cls.machine["password"])
        cls.answers = f"login={cls.machine['login']}\npassword={cls.machine['password']}\nhost-key=accept-new\n"
        # From here on the machine is known, and its password in the keyring.
        process, url = cls.open(cls.answers)
        cls.close(process)

    @classmethod
    def open(cls, answers="", name=None):
        process = cls.world.start(cls.lab, "connect", "notebook", "--no-browser", name or cls.name, answers=answers)

        def url():
            line = process.stdout.readline().decode()
            assert line, cls.world.said(process)
            return line.strip() if line.startswith("http") else None

        found = None
        while found is None:
            found = url()
        cls.world.secrets.add(Jupyter(found).token)
        return process, found

    @classmethod
    def close(cls, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0, cls.world.log(process.log_name)
        process.stdout.close()

    def connect(self, answers=""):
        process, url = self.open(answers)
        self.assertGreaterEqual(Jupyter(url).get("/api/status")["kernels"], 0)
        return process, url

    def works(self, answers=""):
        process, url = self.connect(answers)
        self.close(process)
        return url

    def fails(self, status, *words, answers=""):
        arguments = ("connect", "notebook", "--no-browser", self.name)
        done, output, said = self.world.run(self.lab, *arguments, answers=answers, seconds=LIMIT)
        self.assertEqual((done, output), (status, ""), said)
        for part in words:
            self.assertIn(part, check_words(said))
        return said

    def tearDown(self):
        self.world.check_logs()
        self.world.check_files()

    # Logging in

    def test_password_changed(self):
        """The one in the keyring is refused; the new one is asked for, and replaces it."""
        self.lab.inside(f"echo {self.machine['login']}:Another-Password-1 | chpasswd")
        self.world.secrets.add("Another-Password-1")
        try:
            self.fails(4, "The machine refused the login", answers="password=No-Password-1\n")
            self.works("password=No-Password-2\npassword=Another-Password-1\n")
            self.works()
        finally:
            self.lab.inside(f"echo {self.machine['login']}:{self.machine['password']} | chpasswd")
        self.works(f"password={self.machine['password']}\n")

    def test_password_expired(self):
        """The machine lets one in, and does nothing before a new password was chosen: one is, and it goes on."""
        login, new = self.machine["login"], "Another-Password-2"
        self.world.secrets.add(new)
        self.lab.inside(f"chage -d 0 {login}")
        try:
            said = self.fails(4, "The machine refused the login", answers="answer=abc\n" * 6)
            self.assertIn("passwd: ", said)
            self.works(f"answer=abc\nanswer=abc\nanswer={new}\nanswer={new}\n")
            self.works()
        finally:
            self.lab.inside(f"echo {login}:{self.machine['password']} | chpasswd; chage -d 20000 {login}")
        self.works(f"password={self.machine['password']}\n")

    def test_host_key_changed(self):
        """Blocked and explained, until somebody who knows says that it is right."""
        self.lab.inside("rm /etc/ssh/ssh_host_*; ssh-keygen -A")
        said = self.fails(5, "host key has changed", "SHA256:", answers="host-key=accept-new\n")
        self.assertIn("forget-host", said)
        status, output, said = self.world.run(self.lab, "forget-host", self.name)
        self.assertEqual((status, output), (0, ""), said)
        self.fails(5, "host key is not known")
        self.works("host-key=accept-new\n")
        self.works()

    # What is missing on the machine

    def test_no_jupyter(self):
        self.lab.inside("pkill -u student -f jupyter || true; chmod 0 /usr/bin/jupyter*")
        try:
            self.fails(1, "A program is missing", "upyter")
        finally:
            self.lab.inside("chmod 755 /usr/bin/jupyter*")
        self.works()

    def test_forwarding_forbidden(self):
        self.lab.inside("echo AllowTcpForwarding no >/etc/ssh/sshd_config.d/00-test.conf")
        try:
            self.fails(4, "This is not allowed", "orward")
        finally:
            self.lab.inside("rm /etc/ssh/sshd_config.d/00-test.conf")
        self.works()

    # What happens meanwhile

    def test_jupyter_ends(self):
        process, url = self.connect()
        self.lab.inside("pkill -KILL -u student -f jupyter")
        self.assertEqual(process.wait(30), 1, self.world.log(process.log_name))
        check_words(self.world.said(process))
        process.stdout.close()
        with self.assertRaises(requests.ConnectionError):
            Jupyter(url).get("/api/status")
        self.works()

    def test_machine_is_stopped(self):
        process, _url = self.connect()
        self.assertEqual(self.world.run(self.lab, "stop", self.name)[0], 0)
        self.wait_for_loss(process)
        self.works()

    def test_connection_is_lost(self):
        """What is open says so, waits until the machine can be reached again, and is at the same address as before."""
        process, url = self.connect()
        self.lab.inside("chmod 0 /usr/sbin/sshd; pkill -KILL sshd")
        try:
            wait_for(lambda: "econnect" in self.world.said(process), 30, "it tells")
            self.assertIsNone(process.poll())
        finally:
            self.lab.inside("chmod 755 /usr/sbin/sshd")

        def is_back():
            try:
                return Jupyter(url).run("6 * 7") == "42"
            except requests.ConnectionError:
                return False

        wait_for(is_back, 60, "it is back at the same address", 0.5)
        check_words(self.world.said(process))
        self.close(process)

    def wait_for_loss(self, process):
        """It says that it is interrupted, or ends and says why."""
        wait_for(lambda: process.poll() is not None or "reconnect" in self.world.said(process).lower(), 60, "it tells")
        check_words(self.world.said(process))
        if process.poll() is None:
            self.close(process)
        else:
            self.assertEqual(process.returncode, 6, self.world.said(process))
            process.stdout.close()

    def test_lab_is_killed(self):
        process, _url = self.connect()
        port = self.lab.port
        self.lab.kill()
        self.lab.restart(port)
        self.wait_for_loss(process)
        self.works()

    def test_port_taken(self):
        """The port of last time belongs to somebody else by now: another one does as well."""
        port = urllib.parse.urlsplit(self.works()).port
        with socket.create_server(("127.0.0.1", port)):
            self.assertNotEqual(urllib.parse.urlsplit(self.works()).port, port)

    def test_two_at_once(self):
        """Two commands share the machine, and neither disturbs the other."""
        first, first_url = self.connect()
        second, second_url = self.connect()
        self.assertNotEqual(urllib.parse.urlsplit(first_url).port, urllib.parse.urlsplit(second_url).port)
        self.close(first)
        Jupyter(second_url).get("/api/status")
        self.close(second)

    def test_interrupted_at_any_time(self):
        """Ctrl+C is obeyed at once, whatever it does just then."""
        for words in ("Reach", "identity", "Log in"):
            process = self.world.start(self.lab, "connect", "notebook", "--no-browser", self.name, answers="")
            wait_for(lambda: words in self.world.said(process) or process.poll() is not None, 30, words)
            process.send_signal(signal.SIGINT)
            self.assertIn(process.wait(10), (0, 130), self.world.said(process))
            process.stdout.close()
        status, output, _said = self.world.run(self.lab, "machines", "--json")
        self.assertEqual((status, json.loads(output)[0]["state"]), (0, "running"))


if __name__ == "__main__":
    main()
