# SPDX-License-Identifier: GPL-3.0-or-later
"""Real machines for tests: Host runs machine-driver, ssh() logs in to what it started."""

import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import unittest

from labtest import Missing, need, wait_for

DRIVER = os.path.join(os.environ["G_TEST_BUILDDIR"], "integration/sandbox/machine-driver")
IMAGE = os.environ.get("LABCONNECT_LAB_IMAGE", "")
LIMIT = 30  # seconds; for what takes well under one


class MachineError(Exception):
    pass


class Host:
    """One machine-driver. Commands can be given from several threads."""

    def __init__(self, state, image=None, user_namespace=False):
        argv = [DRIVER, state, image or IMAGE]
        if user_namespace:
            argv = [sys.executable, __file__, *argv]
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.answers = {"open": queue.Queue(), "stopped": queue.Queue()}
        self.lock = threading.Lock()
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        try:
            self._wait("open")
        except MachineError:
            self.process.wait(LIMIT)
            self._close()
            raise

    def _read(self):
        for line in self.process.stdout:
            tag, rest = line.rstrip("\n").split(" ", 1)
            self.answers[tag].put(rest)

    def _wait(self, tag):
        word, _, rest = self.answers[tag].get(timeout=LIMIT).partition(" ")
        if word == "error":
            raise MachineError(rest)
        return rest

    def call(self, *words):
        return self.finish(self.begin(*words))

    def begin(self, *words):
        with self.lock:
            tag = str(len(self.answers))
            self.answers[tag] = queue.Queue()
            self.process.stdin.write(" ".join((tag,) + words) + "\n")
            self.process.stdin.flush()
        return tag

    def finish(self, tag):
        return self._wait(tag)

    def port(self, name):
        return int(self.call("port", name))

    def wait_stopped(self):
        return self.answers["stopped"].get(timeout=LIMIT)

    def _close(self):
        self.reader.join(LIMIT)
        self.process.stdout.close()
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass

    def quit(self):
        """Stops all machines, as a sandbox does that is told to end."""
        self.process.stdin.close()
        code = self.process.wait(LIMIT)
        self._close()
        return code

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(LIMIT)
        self._close()


class MachineTest(unittest.TestCase):
    """A test with a state folder and a host, whose end checks that nothing is left."""

    user_namespace = False

    def setUp(self):
        need("ssh", "ssh-keyscan")
        if not os.path.isdir(IMAGE):
            raise Missing("LABCONNECT_LAB_IMAGE names no lab image; run this through build-aux/in-root")
        self.folder = tempfile.mkdtemp(prefix="machines-")
        self.state = os.path.join(self.folder, "state")
        self.restart()

    def tearDown(self):
        if self.host.process.poll() is None:
            self.assertEqual(self.host.quit(), 0)
        self.assert_nothing_left()
        shutil.rmtree(self.folder)

    def restart(self):
        self.host = Host(self.state, user_namespace=self.user_namespace)

    def boot(self, name, template=None):
        """Creates, starts and gives it the password "secret"."""
        self.host.call("create", name, *([template] if template else []))
        self.host.call("start", name)
        self.host.call("set-password", name, "student", "secret")

    def ssh(self, name, command, **options):
        return ssh(self.folder, self.host.port(name), command, **options)

    def check_ssh(self, name, command, **options):
        done = self.ssh(name, command, **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def assert_nothing_left(self):
        def nothing_left():
            self.assertEqual(strays(self.state), [])
            return True

        wait_for(nothing_left, LIMIT, "nothing of the machines is left")


def askpass(folder, password):
    path = os.path.join(folder, "ask-" + str(threading.get_ident()))
    with open(path, "w") as file:
        file.write("#!/bin/sh\necho '%s'\n" % password)
    os.chmod(path, 0o700)
    return path


def ssh(folder, port, command, password="secret", login="student", options=(), limit=LIMIT):
    """Runs @command on 127.0.0.1:@port; the password comes from a program, as ssh likes it."""
    environment = dict(os.environ, SSH_ASKPASS=askpass(folder, password), SSH_ASKPASS_REQUIRE="force")
    argv = ["ssh", "-F", "none", "-p", str(port), "-o", "StrictHostKeyChecking=no"]
    argv += ["-o", "UserKnownHostsFile=/dev/null", "-o", "NumberOfPasswordPrompts=1", "-o", "LogLevel=ERROR"]
    argv += [*options, "%s@127.0.0.1" % login, command]
    return subprocess.run(
        argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit
    )


def host_key(port):
    done = subprocess.run(
        ["ssh-keyscan", "-t", "ed25519", "-p", str(port), "127.0.0.1"], capture_output=True, text=True, timeout=LIMIT
    )
    return done.stdout.split()[-1]


def refuses(port):
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) != 0


def processes(state):
    """Keepers and first processes of machines in @state."""
    found = []
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            with open("/proc/%d/comm" % pid) as file:
                ours = file.read() == "sb-machine-init\n"
            if ours and os.readlink("/proc/%d/cwd" % pid) in (state, "/"):
                found.append(pid)
        except OSError:
            continue
    return found


def strays(state):
    """Processes and mounts of machines, in any namespace that can be seen from here."""
    found = ["process %d" % pid for pid in processes(state)]
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/mountinfo" % pid) as file:
                if "upperdir=disks/" in file.read():
                    found.append("mount seen by process " + pid)
        except OSError:
            continue
    return found


def enter_user_namespace():
    """Makes this process root of a user namespace with 65536 users, as subuid gives them."""
    done, go = os.pipe()
    ready, tell = os.pipe()
    parent = os.getpid()
    if os.fork() == 0:
        os.read(ready, 1)
        for kind in ("uid_map", "gid_map"):
            with open("/proc/%d/%s" % (parent, kind), "w") as file:
                file.write("0 0 65536")
        os.write(go, b"x")
        os._exit(0)
    os.unshare(os.CLONE_NEWUSER)
    os.write(tell, b"x")
    os.read(done, 1)
    os.wait()


if __name__ == "__main__":
    enter_user_namespace()
    os.execv(sys.argv[1], sys.argv[1:])
