# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of whole programs share: people who sign in, commands, and what must never be in a log."""

import json
import os
import re
import signal
import subprocess
import urllib.parse
from pathlib import Path

import requests
from labtest import Missing, Session, program, wait_for
from labtest.lab_service import LabService, without_machines
from labtest.page import answer_page

# Words that are no words for people.
RAW = re.compile(r'\{"|Operation failed|errno|G_IO_ERROR|g-io-error|[Ss]egmentation|CRITICAL|\(null\)|https?://\S+\?')
# An access token, an id token; what follows the names that secrets have in requests.
TOKENS = re.compile(r"eyJ[\w-]{8,}\.|(?:refresh_token|code_verifier|access_token|password)=(?!\[|<|%3C|\*)[^\s&]{4,}")


class Lab(LabService):
    """A lab service; without `command` one whose machines are nothing but names."""

    def __init__(self, command=None, **options):
        super().__init__(command or without_machines(), **options)

    def person(self, name):
        return next(person for person in self.ready["people"] if person["userName"].startswith(f"{name}@"))

    def faults_left(self):
        rules = requests.get(f"{self.url}/sandbox/faults", timeout=10).json()["value"]
        return [rule for rule in rules if rule["applied"] < rule["count"]]

    def restart(self, port):
        """Again at the same address, which is a part of what the clients remember."""
        argv = [self.command, "--state", self.state, "--port", str(port)]
        environment = dict(os.environ, XDG_RUNTIME_DIR=self.runtime)
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment)
        line = self.process.stdout.readline()
        assert line, f"{self.command} ended with {self.process.wait()}"
        self.ready = json.loads(line)

    @property
    def port(self):
        return urllib.parse.urlsplit(self.url).port


class RealLab(Lab):
    """A lab with real machines, into which a test can reach as nobody who only uses them can."""

    def __init__(self, **options):
        super().__init__(program("labconnect-sandbox"), **options)

    def __enter__(self):
        if os.geteuid() != 0:
            raise Missing("the local lab's machines need root (or a user namespace)")
        if not os.environ.get("LABCONNECT_LAB_IMAGE"):
            raise Missing("LABCONNECT_LAB_IMAGE is not set; run this inside build-aux/in-root")
        return super().__enter__()

    def first_process(self):
        """Process 1 of the machine that runs: the sandbox's keeper's child."""
        (keeper,) = children(self.process.pid)
        (first,) = children(keeper)
        return first

    def inside(self, script):
        """Runs a shell script as root in the machine that runs."""
        argv = ["nsenter", "--target", str(self.first_process()), "--all", "--", "sh", "-euc", script]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=30)
        assert done.returncode == 0, f"{script}: {done.stderr}"
        return done.stdout


def children(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class World(Session):
    """A desktop session whose programs log all that they ever would, and which is searched for secrets."""

    def __init__(self, **options):
        super().__init__(**({"settings": "keyfile"} | options))
        self.secrets = set()
        self.count = 0

    def __enter__(self):
        super().__enter__()
        os.environ["G_MESSAGES_DEBUG"] = "all"
        return self

    # Commands

    def command(self, lab, *arguments, account=None):
        return [program("labconnectctl"), "--cloud", lab.url, *(["--account", account] if account else []), *arguments]

    def start(self, lab, *arguments, answers=None, account=None):
        """A command that stays. Its output is `stdout`, the rest is in the log of that `name`."""
        self.count += 1
        name = f"command-{self.count}"
        arguments = [str(argument) for argument in arguments]
        passed = ()
        if answers is not None:
            read_end, write_end = os.pipe()
            os.write(write_end, answers.encode())
            os.close(write_end)
            arguments = ["--answers-fd", str(read_end), *arguments]
            passed = (read_end,)
        process = self.spawn(
            self.command(lab, *arguments, account=account),
            name=name,
            stdout=subprocess.PIPE,
            pass_fds=passed,
            env={"G_MESSAGES_DEBUG": "all"},
        )
        for end in passed:
            os.close(end)
        process.log_name = name
        return process

    def run(self, lab, *arguments, answers=None, account=None, seconds=30):
        """A command to its end: (status, output, what it said)."""
        process = self.start(lab, *arguments, answers=answers, account=account)
        output = process.communicate(timeout=seconds * float(os.environ.get("LABCONNECT_TEST_PATIENCE", "1")))[0]
        # libdex tells which backend it uses before the program can have a say in where that goes.
        lines = [line for line in output.decode().splitlines(keepends=True) if ": Dex-DEBUG" not in line]
        return process.returncode, "".join(lines), self.said(process)

    def said(self, process):
        """The lines for people: without what a developer asked GLib for."""
        log = re.compile(r"\([\w-]+:\d+\): |\*\* |[\w-]+-(DEBUG|INFO|Message)|$")
        return "\n".join(line for line in self.log(process.log_name).splitlines() if not log.match(line))

    def log_in(self, lab, name):
        """Signs in from the command line, through the real page."""
        person = lab.person(name)
        process = self.start(lab, "login")
        code = answer_page(self.browser.wait_for_url(), person)
        assert process.wait(20) == 0, self.log(process.log_name)
        process.stdout.close()
        self.secrets |= {person["password"], code}
        return person

    # What is true in the end

    def check_logs(self):
        """No secret was logged, and nobody asserted anything."""
        for path in sorted(self.logs.glob("*.log")):
            if path.stem in ("keyring", "dbus", "labwc"):
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
            found = TOKENS.search(text)
            assert not found, f"{path.name} has {found.group(0)[:16]}…"
            for secret in self.secrets:
                assert secret not in text, f"{path.name} has the secret {secret[:4]}…"
            complaints = [line for line in text.splitlines() if "CRITICAL" in line or "AddressSanitizer" in line]
            assert not complaints, complaints

    def check_files(self):
        """No secret is in any file of the person's."""
        for path in Path(self.home).rglob("*"):
            if path.is_file() and path.name != "browser-urls":
                content = path.read_bytes()
                assert not re.search(rb"eyJ[\w-]{8,}\.", content), f"{path} has a token"
                for secret in self.secrets:
                    assert secret.encode() not in content, f"{path} has the secret {secret[:4]}…"


def check_words(text):
    """Words for people: no raw JSON, no error numbers, no addresses with secrets."""
    found = RAW.search(text)
    assert not found, f"{found.group(0)!r} in {text!r}"
    return text


class Window:
    """The program's window in a World with a display."""

    def __init__(self, world, lab, *arguments):
        from labtest import a11y, bus

        self.world = world
        self.lab = lab
        self.process = world.spawn([program("labconnect"), "--cloud", lab.url, *arguments], name="labconnect")
        self.frame = a11y.application(self.process).find("frame")
        self.actions = bus.Actions()

    def sign_in(self, name):
        person = self.lab.person(name)
        self.frame.find("button", "Sign In").click()
        code = answer_page(self.world.browser.wait_for_url(), person)
        self.world.secrets |= {person["password"], code}
        return person

    def row(self, machine):
        return self.frame.find("list item", contains=f"{machine},")

    def wait_for_state(self, machine, state, seconds=20):
        wait_for(lambda: state in self.row(machine).name, seconds, f"{machine} is {state}")

    def see(self, words, seconds=20, where=None):
        """Waits until these words are there to read, in a label or as a name."""
        return (where or self.frame).find(contains=words, seconds=seconds)

    def usage(self):
        """(threads, open files) of the program."""
        folder = Path("/proc", str(self.process.pid))
        return len(list((folder / "task").iterdir())), len(list((folder / "fd").iterdir()))

    def quit(self):
        """Where it runs still; a test that killed it has seen how it ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            assert self.process.wait(20) == 0, self.process.returncode
