# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine starts, is logged in to, stops; whatever ends the host, nothing of it stays."""

import os
import signal
import socket
import subprocess
import threading
import time

from labtest import main
from machine_host import DRIVER, IMAGE, LIMIT, Host, MachineError, MachineTest
from machine_host import askpass, host_key, processes, refuses, ssh


class Start(MachineTest):
    def test_login_and_stop(self):
        self.host.call("create", "first")
        began = time.monotonic()
        self.host.call("start", "first")
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(self.host.call("running", "first"), "yes")
        self.host.call("set-password", "first", "student", "secret")
        said = self.check_ssh("first", "hostname; id -un; pwd").split()
        self.assertEqual(said, ["first", "student", "/home/student"])
        self.assertNotEqual(self.ssh("first", "true", password="wrong").returncode, 0)
        port = self.host.port("first")
        self.host.call("stop", "first")
        self.assertEqual(self.host.call("running", "first"), "no")
        self.assertTrue(refuses(port))
        self.assert_nothing_left()

    def test_own_everything(self):
        self.boot("own")
        said = self.check_ssh("own", "ls /proc/self/ns -l; ip -o addr; ls /dev; cat /etc/machine-id; mount; ps aux")
        for kind in ("user", "mnt", "pid", "uts", "ipc", "net"):
            self.assertNotIn(os.readlink("/proc/self/ns/" + kind), said)
        for path in (self.folder, IMAGE, DRIVER, os.getcwd()):
            self.assertNotIn(path, said)
        self.assertIn("127.0.0.1/8", said)
        # Somebody who becomes root in it has no way to the host's switches.
        self.assertIn("proc on /proc/sys type proc (ro", said)
        limits = self.check_ssh("own", "grep CapBnd: /proc/self/status")
        self.assertFalse(int(limits.split()[1], 16) & 1 << 21, "it could be mounted anew (CAP_SYS_ADMIN)")

    def test_key_login_and_files(self):
        self.boot("keys")
        key = os.path.join(self.folder, "key")
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        with open(key + ".pub") as public:
            line = public.read().strip()
        self.check_ssh("keys", "umask 077; mkdir .ssh; echo '%s' > .ssh/authorized_keys" % line)
        options = ["-o", "BatchMode=yes", "-i", key]
        self.assertEqual(self.check_ssh("keys", "echo in", options=options), "in\n")
        argv = ["sftp", "-q", "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"]
        argv += [*options, "-P", str(self.host.port("keys")), "-b", "-", "student@127.0.0.1"]
        done = subprocess.run(argv, input="put %s copy\nls\n" % key, capture_output=True, text=True, timeout=LIMIT)
        self.assertIn("copy", done.stdout, done.stderr)

    def test_ten_at_once(self):
        names = ["pc-%d" % i for i in range(10)]
        for name in names:
            self.host.call("create", name)
        began = time.monotonic()
        for call in [self.host.begin("start", name) for name in names]:
            self.host.finish(call)
        print("# ten machines started in %.2f s" % (time.monotonic() - began))
        for call in [self.host.begin("set-password", name, "student", "secret") for name in names]:
            self.host.finish(call)
        self.assertEqual(len({self.host.port(name) for name in names}), 10)
        self.assertEqual(len({host_key(self.host.port(name)) for name in names}), 10)
        for name in names:
            self.assertEqual(self.check_ssh(name, "hostname").strip(), name)

    def test_port_moves_when_taken(self):
        self.host.call("create", "moving")
        port = self.host.port("moving")
        with socket.create_server(("127.0.0.1", port)):
            self.host.call("start", "moving")
            moved = self.host.port("moving")
            self.assertNotEqual(moved, port)
            self.assertFalse(refuses(moved))
        self.host.call("stop", "moving")
        self.host.call("start", "moving")
        self.assertEqual(self.host.port("moving"), moved)

    def test_wrong_requests(self):
        for call in (["start", "none"], ["stop", "none"], ["remove", "none"], ["create", "Not_A_Name"]):
            with self.assertRaises(MachineError):
                self.host.call(*call)
        self.host.call("create", "one")
        self.host.call("start", "one")
        self.host.call("start", "one")
        for call in ("remove", "reimage", "freeze"):
            with self.assertRaisesRegex(MachineError, "stop it first"):
                self.host.call(call, "one")
        self.host.call("stop", "one")
        self.host.call("stop", "one")

    def test_start_and_stop_overtake_each_other(self):
        self.host.call("create", "hasty")
        for _ in range(5):
            started = self.host.begin("start", "hasty")
            stopped = self.host.begin("stop", "hasty")
            again = self.host.begin("start", "hasty")
            with self.assertRaisesRegex(MachineError, "was stopped"):
                self.host.finish(started)
            self.host.finish(stopped)
            self.host.finish(again)
            self.assertEqual(self.host.call("running", "hasty"), "yes")
            self.host.call("stop", "hasty")


class End(MachineTest):
    def test_stubborn_processes_are_killed(self):
        self.boot("stubborn")
        command = "trap '' TERM HUP; echo on; while :; do read -t 1 x <> /dev/zero; done"
        self.check_ssh("stubborn", "setsid -f bash -c \"%s\" > log 2>&1; until grep -q on log; do :; done" % command)
        began = time.monotonic()
        self.host.call("stop", "stubborn")
        self.assertLess(time.monotonic() - began, 8)
        self.assert_nothing_left()

    def test_open_sessions_end(self):
        self.boot("busy")
        port = self.host.port("busy")
        argv = ["ssh", "-F", "none", "-p", str(port), "-o", "StrictHostKeyChecking=no"]
        with subprocess.Popen(
            [*argv, "-o", "UserKnownHostsFile=/dev/null", "student@127.0.0.1", "echo on; exec tail -f /dev/null"],
            env=dict(os.environ, SSH_ASKPASS=askpass(self.folder, "secret"), SSH_ASKPASS_REQUIRE="force"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as client:
            self.assertEqual(client.stdout.readline(), b"on\n")
            began = time.monotonic()
            self.host.call("stop", "busy")
            self.assertLess(time.monotonic() - began, 3)
            client.wait(LIMIT)

    def test_power_off_is_told(self):
        self.boot("off")
        port = self.host.port("off")
        init = max(processes(self.state))  # the younger of keeper and process 1
        os.kill(init, signal.SIGTERM)
        self.assertEqual(self.host.wait_stopped(), "off")
        self.assertEqual(self.host.call("running", "off"), "no")
        self.assertTrue(refuses(port))
        self.host.call("start", "off")
        self.check_ssh("off", "true")

    def test_killed_host_leaves_nothing_but_disks(self):
        self.boot("one")
        self.boot("two")
        self.check_ssh("one", "echo kept > file; setsid -f sleep 1000 > /dev/null 2>&1")
        ports = [self.host.port("one"), self.host.port("two")]
        key = host_key(ports[0])
        self.host.kill()
        self.assert_nothing_left()
        self.assertTrue(all(refuses(port) for port in ports))
        self.restart()
        self.assertEqual(self.host.call("running", "one"), "no")
        self.host.call("start", "one")
        self.assertEqual(self.host.port("one"), ports[0])
        self.assertEqual(host_key(ports[0]), key)
        self.assertEqual(self.check_ssh("one", "cat file"), "kept\n")

    def test_host_killed_while_starting(self):
        for i in range(20):
            name = "early-%d" % i
            self.host.call("create", name)
            self.host.begin("start", name)
            # A first start takes some 30 ms; it is cut off a little later each time.
            threading.Event().wait(i * 0.003)
            self.host.kill()
            self.assert_nothing_left()
            self.restart()
            self.host.call("start", name)
            self.host.call("set-password", name, "student", "secret")
            self.check_ssh(name, "test -f Welcome.ipynb")
            self.host.call("stop", name)

    def test_fork_bomb_is_contained(self):
        self.boot("bomb")
        self.boot("other")
        # Its processes wait, so that the test shows the limit and not how slow this computer gets.
        bomb = "import os, signal\nn = 0\ntry:\n  while os.fork(): n += 1\n"
        bomb += "except OSError: print(n, flush=True)\nsignal.pause()"
        start = "setsid -f python3 -c '%s' > count 2> /dev/null < /dev/null" % bomb
        count = int(self.check_ssh("bomb", start + "; until read n < count; do :; done; echo $n"))
        self.assertGreater(count, 500)
        self.assertLess(count, 1024)
        self.assertEqual(self.check_ssh("other", "bash -c 'echo alive'"), "alive\n")
        self.host.call("stop", "bomb")
        self.host.call("start", "bomb")
        self.check_ssh("bomb", "true")


class Place(MachineTest):
    def test_one_host_a_folder(self):
        with self.assertRaisesRegex(MachineError, "Another local lab uses"):
            Host(self.state)

    def test_state_on_overlay_is_refused_with_advice(self):
        with open("/proc/self/mountinfo") as mounts:
            root_is_overlay = any(line.split()[4] == "/" and " - overlay " in line for line in mounts)
        if not root_is_overlay:
            self.skipTest("no overlay file system at hand")
        state = "/var/tmp/machines-%d" % os.getpid()
        self.addCleanup(subprocess.run, ["rm", "-rf", state])
        with self.assertRaisesRegex(MachineError, "overlay file system.*choose a folder"):
            Host(state)

    def test_missing_image(self):
        with self.assertRaisesRegex(MachineError, "/nowhere"):
            Host(os.path.join(self.folder, "other"), image="/nowhere")


class Nested(MachineTest):
    """As an ordinary user has it, who is root of a user namespace only."""

    user_namespace = True

    def test_all_of_it(self):
        self.boot("template")
        self.check_ssh("template", "mkdir work; echo text > work/file")
        self.host.call("stop", "template")
        self.host.call("freeze", "template")
        self.boot("copy", "template")
        self.check_ssh("copy", "grep -q text work/file && rm -r work && mkdir work && test -z \"$(ls work)\"")
        self.host.call("stop", "copy")
        self.host.call("start", "copy")
        self.assertEqual(self.check_ssh("copy", "ls work"), "")
        self.assertNotEqual(ssh(self.folder, self.host.port("copy"), "true", password="no").returncode, 0)


if __name__ == "__main__":
    main()
