# SPDX-License-Identifier: GPL-3.0-or-later
"""What is on a disk stays, goes or is copied as it was asked for."""

import os
import threading

from labtest import main, wait_for
from machine_host import LIMIT, MachineError, MachineTest, host_key


class Disks(MachineTest):
    def disks(self):
        return sorted(os.listdir(os.path.join(self.state, "disks")))

    def test_is_kept(self):
        self.boot("pc")
        self.check_ssh("pc", "echo text > file")
        key = host_key(self.host.port("pc"))
        self.host.call("stop", "pc")
        self.assertEqual(self.host.quit(), 0)
        self.restart()
        self.host.call("start", "pc")
        self.assertEqual(self.check_ssh("pc", "cat file"), "text\n")
        self.assertEqual(host_key(self.host.port("pc")), key)

    def test_temporary_files_go(self):
        self.boot("pc")
        self.check_ssh("pc", "touch /tmp/file /dev/shm/file")
        self.host.call("stop", "pc")
        self.host.call("start", "pc")
        self.assertEqual(self.check_ssh("pc", "ls /tmp /dev/shm | grep file; true"), "")

    def test_reimage(self):
        self.boot("pc")
        self.check_ssh("pc", "echo text > file")
        key, port = host_key(self.host.port("pc")), self.host.port("pc")
        self.host.call("stop", "pc")
        self.host.call("reimage", "pc")
        self.host.call("start", "pc")
        self.assertNotEqual(self.ssh("pc", "true").returncode, 0)  # the password went with the disk
        self.host.call("set-password", "pc", "student", "secret")
        self.assertEqual(self.check_ssh("pc", "ls"), "Welcome.ipynb\n")
        self.assertNotEqual(host_key(port), key)
        self.assertEqual(self.host.port("pc"), port)

    def test_remove(self):
        self.boot("pc")
        self.check_ssh("pc", "echo text > file")
        self.host.call("stop", "pc")
        self.host.call("remove", "pc")
        self.assertEqual(self.host.port("pc"), 0)
        self.assertEqual(self.disks(), [])
        trash = os.path.join(self.state, "trash")
        wait_for(lambda: os.listdir(trash) == [], LIMIT, "dropped disks are deleted")
        self.boot("pc")
        self.assertEqual(self.check_ssh("pc", "ls"), "Welcome.ipynb\n")


class Publish(MachineTest):
    def publish(self):
        self.host.call("stop", "template")
        self.host.call("freeze", "template")
        self.host.call("start", "template")

    def test_needs_to_be_published(self):
        self.host.call("create", "template")
        with self.assertRaisesRegex(MachineError, "not been published"):
            self.host.call("create", "pc", "template")

    def test_template_that_was_never_started(self):
        self.host.call("create", "template")
        self.host.call("freeze", "template")
        self.boot("pc", "template")
        self.assertEqual(self.check_ssh("pc", "ls"), "Welcome.ipynb\n")

    def test_copies(self):
        self.boot("template")
        self.check_ssh("template", "echo one > course; rm .profile; mkdir -p data/raw; echo x > data/raw/x")
        self.check_ssh("template", "echo history > .bash_history; mkdir -p .local/share/jupyter/runtime")
        self.check_ssh("template", "echo s > .local/share/jupyter/notebook_cookie_secret")
        key = host_key(self.host.port("template"))
        self.publish()
        self.assertEqual(host_key(self.host.port("template")), key)
        self.assertEqual(self.check_ssh("template", "cat .bash_history"), "history\n")

        self.host.call("create", "a", "template")
        self.host.call("create", "b", "template")
        for name in ("a", "b"):
            self.host.call("start", name)
            self.assertNotEqual(self.ssh(name, "true").returncode, 0)  # the template's password is not theirs
            self.host.call("set-password", name, "student", "other")
            said = self.check_ssh(name, "cat course data/raw/x; ls -A; hostname", password="other").split()
            self.assertEqual(said[:2], ["one", "x"])
            self.assertNotIn(".profile", said)
            self.assertNotIn(".bash_history", said)
            self.assertEqual(said[-1], name)
            secrets = self.check_ssh(name, "ls -A .local/share/jupyter", password="other").split()
            self.assertEqual(secrets, ["runtime"])
        self.assertEqual(len({host_key(self.host.port(name)) for name in ("template", "a", "b")}), 3)
        ids = {self.check_ssh(name, "cat /etc/machine-id", password="other") for name in ("a", "b")}
        ids.add(self.check_ssh("template", "cat /etc/machine-id"))
        self.assertEqual(len(ids), 3)

        self.check_ssh("a", "echo mine > course; rm -r data; mkdir data", password="other")
        self.assertEqual(self.check_ssh("b", "cat course; ls data", password="other"), "one\nraw\n")
        self.assertEqual(self.check_ssh("template", "cat course"), "one\n")

        # A second version is for machines created later, and for nobody before.
        self.check_ssh("template", "echo two > course")
        self.publish()
        self.boot("c", "template")
        self.assertEqual(self.check_ssh("c", "cat course"), "two\n")
        self.host.call("stop", "b")
        self.host.call("reimage", "b")
        self.host.call("start", "b")
        self.host.call("set-password", "b", "student", "secret")
        self.assertEqual(self.check_ssh("b", "cat course"), "one\n")

    def test_layers_live_as_long_as_they_are_used(self):
        self.boot("template")
        self.check_ssh("template", "echo one > course")
        self.publish()
        self.boot("pc", "template")
        self.host.call("stop", "template")
        self.host.call("remove", "template")
        self.assertEqual(self.check_ssh("pc", "cat course"), "one\n")
        self.host.call("stop", "pc")
        self.assertEqual(self.host.quit(), 0)
        self.restart()
        self.host.call("start", "pc")
        self.assertEqual(self.check_ssh("pc", "cat course"), "one\n")
        self.host.call("stop", "pc")
        self.host.call("remove", "pc")
        self.assertEqual(os.listdir(os.path.join(self.state, "disks")), [])

    def test_many_versions(self):
        self.boot("template")
        for version in range(20):
            self.check_ssh("template", "echo %d > course" % version)
            self.publish()
        self.boot("pc", "template")
        self.assertEqual(self.check_ssh("pc", "cat course"), "19\n")


class Passwords(MachineTest):
    def test_change(self):
        self.boot("pc")
        self.host.call("set-password", "pc", "student", "changed")
        self.assertNotEqual(self.ssh("pc", "true").returncode, 0)
        self.check_ssh("pc", "true", password="changed")
        self.host.call("stop", "pc")
        self.host.call("set-password", "pc", "student", "while:off")
        self.assertEqual(self.host.call("running", "pc"), "no")
        self.assert_nothing_left()
        self.host.call("start", "pc")
        self.check_ssh("pc", "true", password="while:off")

    def test_before_the_first_start(self):
        self.host.call("create", "pc")
        changed = self.host.begin("set-password", "pc", "student", "secret")
        started = self.host.begin("start", "pc")
        self.host.finish(changed)
        self.host.finish(started)
        self.check_ssh("pc", "true")

    def test_other_login(self):
        self.boot("pc")
        self.host.call("set-password", "pc", "teacher", "other")
        said = self.check_ssh("pc", "id -un; pwd", login="teacher", password="other").split()
        self.assertEqual(said, ["teacher", "/home/teacher"])

    def test_bad_input(self):
        self.host.call("create", "pc")
        for login in ("root:x", "-x", "A", "x" * 33):
            with self.assertRaisesRegex(MachineError, "characters"):
                self.host.call("set-password", "pc", login, "x")

    def test_is_seen_nowhere(self):
        secret = "marker-4711"
        self.boot("pc")
        stop, seen = threading.Event(), []

        def watch():
            while not stop.is_set():
                for pid in filter(str.isdigit, os.listdir("/proc")):
                    for kind in ("cmdline", "environ"):
                        try:
                            with open("/proc/%s/%s" % (pid, kind), "rb") as file:
                                if secret.encode() in file.read():
                                    seen.append((pid, kind))
                        except OSError:
                            continue

        watcher = threading.Thread(target=watch)
        watcher.start()
        for _ in range(10):
            self.host.call("set-password", "pc", "student", secret)
        stop.set()
        watcher.join()
        self.assertEqual(seen, [])
        for folder, _, files in os.walk(self.state):
            for path in filter(os.path.isfile, (os.path.join(folder, name) for name in files)):
                with open(path, "rb") as file:
                    self.assertNotIn(secret.encode(), file.read())


if __name__ == "__main__":
    main()
