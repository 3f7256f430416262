#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""labconnectctl where ssh(1) was used before: exec, several forwards, -W and ssh-info, on a real machine."""

import fcntl
import hashlib
import json
import os
import pty
import re
import select
import shlex
import signal
import socket
import struct
import subprocess
import sys
import termios
from pathlib import Path

from commandline import LIMIT, CommandLine, said
from labtest import main, wait_for

MEGA = 1024 * 1024


class Pattern:
    """Bytes that do not repeat, made as they are needed."""

    def __init__(self, length):
        self.length = length

    def blocks(self):
        left, state = self.length, b"seed"
        while left > 0:
            state = hashlib.sha256(state).digest()
            block = (state * 2048)[: min(left, 65536)]
            left -= len(block)
            yield block

    def digest(self):
        digest = hashlib.sha256()
        for block in self.blocks():
            digest.update(block)
        return digest.hexdigest()


class Ssh(CommandLine):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.run_to_end("start", cls.machine["path"])
        # From here on the password is in the keyring, and the host key is known.
        answers = [f"password={cls.machine['password']}", "host-key=accept-new"]
        cls.run_to_end("exec", cls.machine["path"], "true", answers=answers)

    def exec_argv(self, *words, options=()):
        return self.argv("exec", "-q", *options, self.machine["path"], *words)

    def run_on_machine(self, *words, options=(), **more):
        argv = self.exec_argv(*words, options=options)
        return subprocess.run(argv, capture_output=True, timeout=LIMIT, **{"stdin": subprocess.DEVNULL, **more})

    def spawn(self, argv, **options):
        process = subprocess.Popen(argv, **options)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        return process

    # exec

    def test_exec_streams_and_status(self):
        done = self.run_on_machine("--", "echo out; echo err >&2; exit 7")
        self.assertEqual((done.stdout, said(done.stderr), done.returncode), (b"out\n", b"err\n", 7))
        done = self.run_on_machine("printf", "%s-", "a", "b  c")
        self.assertEqual(done.stdout, b"a-b-c-", "the words are joined as ssh joins them")
        done = self.run_on_machine("echo", "-n", "--help", "-q")
        self.assertEqual(done.stdout, b"--help -q", "what follows the machine is the command's")
        done = self.run_on_machine("kill -TERM $$")
        self.assertEqual(done.returncode, 128 + signal.SIGTERM)
        done = self.run_on_machine(input=b"echo $((6*7))\nexit 3\n", stdin=None)
        self.assertEqual((done.stdout.splitlines()[-1], done.returncode), (b"42", 3), "without a command: the shell")

    def test_exec_input(self):
        self.assertEqual(self.run_on_machine("cat", input=b"a\0b", stdin=None).stdout, b"a\0b")
        self.assertEqual(self.run_on_machine("cat", options=["-n"], input=b"not this", stdin=None).stdout, b"")
        # Its own input ends before ours does.
        reader, writer = os.pipe()
        self.addCleanup(os.close, writer)
        done = self.run_on_machine("echo done", stdin=reader)
        os.close(reader)
        self.assertEqual((done.stdout, done.returncode), (b"done\n", 0))

    def test_exec_much_both_ways(self):
        """More than every buffer on the way, in both directions at once, to and from descriptors that do not block."""
        pattern = Pattern(200 * MEGA)
        process = self.spawn(self.exec_argv("cat"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        os.set_blocking(process.stdout.fileno(), False)
        digest, blocks, block = hashlib.sha256(), pattern.blocks(), b""
        os.set_blocking(process.stdin.fileno(), False)
        while True:
            writes = [process.stdin] if process.stdin else []
            readable, writable, _ = select.select([process.stdout], writes, [], LIMIT)
            self.assertTrue(readable or writable, "nothing moves any more")
            if readable:
                data = process.stdout.read(MEGA)
                if data == b"":
                    break
                digest.update(data)
            if writable:
                block = block or next(blocks, b"")
                if block:
                    block = block[os.write(process.stdin.fileno(), block) :]
                else:
                    process.stdin.close()
                    process.stdin = None
        self.assertEqual(process.wait(LIMIT), 0)
        self.assertEqual(digest.hexdigest(), pattern.digest())

    def test_exec_slow_reader(self):
        """Who reads late gets all of it, and what waits does so on the machine."""
        process = self.spawn(
            self.exec_argv("head -c 50000000 /dev/zero; echo told >&2", options=["-n"]),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.read(process.stdout.fileno(), 1)
        early = os.read(process.stderr.fileno(), 4096) if select.select([process.stderr], [], [], 1)[0] else b""
        self.assertEqual(said(early), b"", "all of it was taken in advance")
        memory = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1])
        self.assertLess(memory, 60000, "KiB of memory")
        self.assertEqual(len(process.stdout.read()), 50000000 - 1)
        self.assertEqual(process.stderr.read(), b"told\n")
        self.assertEqual(process.wait(LIMIT), 0)

    def test_exec_nobody_reads(self):
        """As in `labconnectctl exec … | head -1`."""
        argv = self.exec_argv("yes", options=["-n"])
        process = self.spawn(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.assertEqual(os.read(process.stdout.fileno(), 2), b"y\n")
        process.stdout.close()
        self.assertEqual(process.wait(LIMIT), 128 + signal.SIGPIPE)
        self.assertEqual(said(process.stderr.read()), b"")
        self.await_no_process("yes")

    def test_exec_disk_full(self):
        with open("/dev/full", "wb") as full:
            argv = self.exec_argv("echo lost", options=["-n"])
            done = subprocess.run(argv, stdout=full, stderr=subprocess.PIPE, timeout=LIMIT)
        self.assertEqual(done.returncode, 255)
        self.assertIn(b"cannot be written", done.stderr)

    def test_exec_input_closed(self):
        """As in `labconnectctl exec … <&-`: the program there meets the end of its input."""
        argv = ["sh", "-c", 'exec "$@" <&-', "sh", *self.exec_argv("cat; echo over")]
        done = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=LIMIT)
        self.assertEqual((done.returncode, done.stdout), (0, b"over\n"), done.stderr)

    def test_exec_output_closed(self):
        argv = ["sh", "-c", 'exec "$@" >&-', "sh", *self.exec_argv("echo lost", options=["-n"])]
        done = subprocess.run(argv, stderr=subprocess.PIPE, timeout=LIMIT)
        self.assertEqual(done.returncode, 255)
        self.assertIn(b"cannot be written", done.stderr)

    def await_no_process(self, words):
        """Until nothing with this command line runs on the machine."""
        wait_for(lambda: self.run_on_machine(f"! pgrep -fx '{words}'").returncode == 0, LIMIT, f"no {words} there")

    def test_exec_interrupted(self):
        """Ctrl+C is for the program: it may clean up, and says how it ended."""
        for script, expected in (
            ("trap 'echo cleaned; exit 5' INT; echo ready; while :; do sleep 0.1; done", (b"cleaned\n", 5)),
            ("echo ready; exec sleep 301", (b"", 128 + signal.SIGINT)),
        ):
            process = self.spawn(self.exec_argv(script), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
            self.assertEqual(process.stdout.readline(), b"ready\n")
            process.send_signal(signal.SIGINT)
            output = process.stdout.read()
            self.assertEqual((output, process.wait(LIMIT)), expected)
        self.await_no_process("sleep 301")

    def test_exec_interrupted_twice(self):
        script = "trap '' INT; echo ready; sleep 300"
        process = self.spawn(self.exec_argv(script), stdout=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.assertEqual(process.stdout.readline(), b"ready\n")
        process.send_signal(signal.SIGINT)
        self.assertFalse(select.select([process.stdout], [], [], 1)[0])
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(LIMIT), -signal.SIGINT)

    def test_exec_failures(self):
        done = self.run_on_machine("true", options=["--login", "nobody-here"], start_new_session=True)
        self.assertEqual(done.returncode, 255, done.stderr)
        argv = self.argv("exec", "no such machine", "true")
        self.assertEqual(subprocess.run(argv, capture_output=True, timeout=LIMIT).returncode, 255)
        self.assertEqual(subprocess.run(self.argv("exec"), capture_output=True, timeout=LIMIT).returncode, 2)

    def test_exec_connection_lost(self):
        argv = self.exec_argv("echo $PPID; sleep 300", options=["-n"])
        process = self.spawn(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        server = process.stdout.readline().strip().decode()
        self.run_on_machine("kill", "-KILL", server)
        self.assertEqual(process.wait(LIMIT), 255)
        self.assertIn(b"labconnectctl:", process.stderr.read())

    def test_exec_terminal(self):
        pid, terminal = pty.fork()
        if pid == 0:
            argv = self.exec_argv(
                "echo ready; while read -r x; do echo got-$x; stty size; done", options=["-t"]
            )
            os.execv(argv[0], argv)
        self.addCleanup(os.close, terminal)
        before = termios.tcgetattr(terminal)
        seen = ""

        def shows(text):
            nonlocal seen
            if select.select([terminal], [], [], 0.05)[0]:
                try:
                    seen += os.read(terminal, 65536).decode()
                except OSError:
                    pass
            return text in seen

        wait_for(lambda: shows("ready"), LIMIT, f"the program: {seen}")
        self.assertFalse(termios.tcgetattr(terminal)[3] & termios.ECHO, "the terminal is raw")
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 43, 117, 0, 0))
        os.write(terminal, b"one\r")
        wait_for(lambda: shows("got-one"), LIMIT, f"what was typed: {seen}")
        wait_for(lambda: os.write(terminal, b"size?\r") and shows("43 117"), LIMIT, f"the new size: {seen}")

        def ended():
            try:
                # For the program's own terminal, which makes a signal of it; not for this one, when it is as it was.
                if not termios.tcgetattr(terminal)[3] & termios.ECHO:
                    os.write(terminal, b"\x03")
            except OSError:
                pass
            shows("")
            return os.waitpid(pid, os.WNOHANG)

        status = wait_for(lambda: (found := ended())[0] and found, LIMIT, f"the end: {seen}")[1]
        self.assertEqual(os.waitstatus_to_exitcode(status), 130, seen)
        self.assertEqual(termios.tcgetattr(terminal)[3], before[3], "the terminal is as it was")

    # forward

    def start_echo(self, where):
        """Something on the machine that sends back what it gets, until the test ends."""
        script = (
            "import socketserver as s, os, sys\n"
            "class H(s.BaseRequestHandler):\n"
            "  def handle(self):\n"
            "    while data := self.request.recv(65536): self.request.sendall(data)\n"
            f"server = {where}\n"
            "print('ready', flush=True)\n"
            "server.serve_forever()\n"
        )
        process = self.spawn(self.exec_argv("python3", "-"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(script.encode())
        process.stdin.close()
        process.stdin = None
        self.assertEqual(process.stdout.readline(), b"ready\n")

        def stop():
            process.send_signal(signal.SIGTERM)
            process.wait(LIMIT)
            process.stdout.close()

        self.addCleanup(stop)

    def echoes(self, address, text=b"hello"):
        host, port = address.rsplit(":", 1)
        with socket.create_connection((host, int(port)), timeout=20) as connection:
            connection.sendall(text)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read() == text

    def test_forward_several(self):
        self.start_echo("s.ThreadingTCPServer(('127.0.0.1', 7001), H)")
        self.start_echo("s.ThreadingUnixStreamServer('/tmp/echo.sock', H)")
        more = ["-L", "localhost:0:127.0.0.1:7001", "-L", "0:/tmp/echo.sock"]
        process = self.start("forward", self.machine["path"], "0:localhost:7001", *more)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        addresses = [process.stdout.readline().strip() for _ in range(3)]
        self.assertEqual(len(set(addresses)), 3, addresses)
        for address in addresses:
            self.assertTrue(self.echoes(address), address)
            self.assertTrue(self.echoes(address.replace("127.0.0.1", "::1")), address)
        self.close(process)
        for address in addresses:
            with self.assertRaises(OSError):
                self.echoes(address)

        # The same ports again; when one is taken, another, which is told.
        process, again = self.open("forward", self.machine["path"], "0:localhost:7001", answers=None)
        self.assertEqual(again, addresses[0])
        self.close(process)
        with socket.create_server(("127.0.0.1", int(addresses[0].rsplit(":", 1)[1]))):
            process, other = self.open("forward", self.machine["path"], "0:localhost:7001", answers=None)
            self.assertNotEqual(other, addresses[0])
            self.assertIn(addresses[0].rsplit(":", 1)[1], self.close(process))

    def test_forward_back(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            process, address = self.open("forward", self.machine["path"], "-R", f"0:localhost:{port}", answers=None)
            name, remote = address.rsplit(":", 1)
            self.assertEqual(name, self.machine["name"])
            client = self.spawn(
                self.exec_argv(f"exec 3<>/dev/tcp/127.0.0.1/{remote}; echo hello >&3; cat <&3"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
            )
            server.settimeout(LIMIT)
            connection = server.accept()[0]
            self.assertEqual(connection.recv(100), b"hello\n")
            connection.sendall(b"and back\n")
            connection.close()
            self.assertEqual(client.communicate(timeout=LIMIT)[0], b"and back\n")
            self.close(process)

    def test_forward_all_or_none(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            output = self.run_to_end(
                "forward", self.machine["path"], "-L", "0:localhost:1", "-L", f"{port}:localhost:1", expect=1
            )
            self.assertEqual(output, "")
        for bad in (["-L", "*:1:a:2"], ["-L", "0.0.0.0:1:a:2"], ["-R", "0:/tmp/x"], ["-W", "nowhere"], []):
            self.run_to_end("forward", self.machine["path"], *bad, expect=2)
        self.run_to_end("forward", self.machine["path"], "-W", "localhost:1", expect=8)

    def test_forward_reports(self):
        """SIGUSR1 prints what helps, without names and addresses."""
        process, _address = self.open("forward", self.machine["path"], "0:localhost:1", answers=None)
        process.send_signal(signal.SIGUSR1)
        seen = ""
        while "Timeline:" not in seen:
            line = process.stderr.readline()
            self.assertTrue(line, seen)
            seen += line
        rest = self.close(process)
        self.assertIn("Key exchange: ", seen)
        for name in (self.machine["name"], self.person["userName"], "SHA256:A"):
            self.assertNotIn(name, seen[seen.index("LabConnect") :] + rest)

    def test_stdio_forward(self):
        self.start_echo("s.ThreadingTCPServer(('127.0.0.1', 7002), H)")
        argv = self.argv("-q", "forward", "-W", "127.0.0.1:7002", self.machine["path"])
        pattern = Pattern(20 * MEGA)
        sent = b"".join(pattern.blocks())
        done = subprocess.run(argv, input=sent, capture_output=True, timeout=LIMIT)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(hashlib.sha256(done.stdout).hexdigest(), pattern.digest())
        self.assertEqual(said(done.stderr), b"")

    def test_stdio_forward_under_ssh(self):
        """What it is for: the real ssh, through it."""
        keys = self.session.root / "keys"
        keys.mkdir()
        for name in ("host", "user"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", keys / name], check=True)
        host, user = (keys / "host").read_bytes(), (keys / "user.pub").read_bytes()
        self.run_on_machine("umask 77; mkdir -p d; cat > d/host", input=host, stdin=None).check_returncode()
        self.run_on_machine("cat > d/keys", input=user, stdin=None).check_returncode()
        login = self.run_on_machine("id -un").stdout.decode().strip()
        server = self.spawn(
            self.exec_argv(
                "/usr/sbin/sshd -D -e -p 2222 -f /dev/null -h $PWD/d/host -o AuthorizedKeysFile=$PWD/d/keys "
                "-o UsePAM=no -o PidFile=none -o StrictModes=no -o ListenAddress=127.0.0.1 2>&1"
            ),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        wait_for(lambda: b"listening on" in server.stdout.readline(), LIMIT, "sshd")
        proxy = shlex.join(self.argv("-q", "forward", "-W", "%h:%p", self.machine["path"]))
        argv = ["ssh", "-F", "none", "-o", f"ProxyCommand={proxy}", "-o", "StrictHostKeyChecking=no"]
        argv += ["-o", f"UserKnownHostsFile={keys}/known", "-o", "BatchMode=yes", "-i", keys / "user", "-p", "2222"]
        done = subprocess.run([*argv, f"{login}@127.0.0.1", "echo through; exit 3"], capture_output=True, timeout=LIMIT)
        self.assertEqual((done.stdout, done.returncode), (b"through\n", 3), done.stderr)
        server.send_signal(signal.SIGTERM)
        server.wait(LIMIT)

    # -J

    def start_gate(self, password):
        """A host on the way, with a login of its own. Returns its process and port."""
        key = self.session.root / "gate-key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
        subprocess.run(["useradd", "--create-home", "gate"], check=True)
        subprocess.run(["chpasswd"], input=f"gate:{password}\n", text=True, check=True)
        os.makedirs("/run/sshd", exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        argv = ["/usr/sbin/sshd", "-D", "-e", "-f", "/dev/null", "-p", str(port), "-h", key]
        for option in ("UsePAM=no", "PidFile=none", "ListenAddress=127.0.0.1", "PerSourcePenalties=no"):
            argv += ["-o", option]
        gate = self.spawn(argv, stderr=subprocess.PIPE)
        wait_for(lambda: b"listening on" in gate.stderr.readline(), LIMIT, "sshd")
        return gate, port

    def test_jump(self):
        password = "Gate-keeper-of-7"
        gate, port = self.start_gate(password)
        way = ["-J", f"gate@127.0.0.1:{port}"]
        path = self.machine["path"]
        answers = [f"password={password}", "host-key=accept-new"]
        self.assertEqual(self.run_to_end(*way, "exec", path, "echo there", answers=answers), "there\n")
        # The way, and the password of the host on it, are remembered.
        self.assertEqual(self.run_to_end("exec", path, "echo again"), "again\n")
        self.assertIsNone(json.loads(self.run_to_end("ssh-info", "--json", path)).get("address"))
        log = b""
        while log.count(b"Accepted password for gate") < 3:
            log += gate.stderr.readline()

        gate.send_signal(signal.SIGTERM)
        gate.wait(LIMIT)
        self.run_to_end("-J", "-oProxyCommand=reboot", "exec", path, "true", expect=255)
        self.assertEqual(self.run_to_end("-J", "none", "exec", path, "echo direct"), "direct\n")
        self.assertEqual(self.run_to_end("exec", path, "echo still"), "still\n")

    # ssh-info

    def test_info(self):
        info = json.loads(self.run_to_end("ssh-info", "--json", "-v", self.machine["path"]))
        self.assertRegex(info["server"], r"^SSH-2\.0-OpenSSH")
        self.assertRegex(info["fingerprint"], r"^SHA256:\S{43}$")
        self.assertEqual(info["authentication"], "password")
        self.assertGreater(info["roundTripMicroseconds"], 0)
        for name in ("address", "keyExchange", "hostKey", "cipherFromMachine", "cipherToMachine", "library"):
            self.assertTrue(info[name], name)
        self.assertNotIn(self.machine["password"], info["journal"])
        self.assertTrue(info["journal"].strip())

        text = self.run_to_end("ssh-info", self.machine["path"])
        self.assertIn(info["fingerprint"], text)
        self.assertIn(info["keyExchange"], text)
        self.assertNotIn("journal", json.loads(self.run_to_end("ssh-info", "--json", self.machine["path"])))
        self.run_to_end("ssh-info", "no such machine", expect=8)


if __name__ == "__main__":
    sys.exit(main())
