#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""commands.py --out DIR: the main job with labconnectctl, as in a terminal or a script, on a local lab."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from labtest import Missing, Session, program
from labtest.chromium import Chromium
from labtest.notebook import Jupyter
from labtest.sandbox import Sandbox
from steps import Journey


class CommandJourney:
    def __init__(self, session, lab, out):
        self.session = session
        self.lab = lab
        self.person = lab.person("ada")
        self.machine = self.person["machines"][0]
        self.journey = Journey("commands", out)
        self.name = f"{self.machine['lab']}/{self.machine['name']}"

    def command(self, *arguments):
        return [program("labconnectctl"), "--cloud", self.lab.url, *arguments]

    def output(self, *arguments, status=0):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120)
        assert done.returncode == status, f"{arguments} ended with {done.returncode}: {done.stderr}"
        return done.stdout

    def run(self):
        self.sign_in()
        self.list()
        tunnel, url = self.connect()
        self.compute(url)
        self.disconnect(tunnel)
        self.connect_again()
        self.stop()
        self.sign_out()

    def sign_in(self):
        with self.journey.step("Not signed in yet"):
            self.output("machines", status=3)
        with self.journey.step("login"):
            process = self.session.spawn(self.command("login"), name="login")
            with Chromium() as browser:
                browser.sign_in(self.session.browser.wait_for_url(), self.person["userName"], self.person["password"])
                browser.wait_for_text("You Are Signed In")
            assert process.wait(60) == 0, self.session.log("login")
        with self.journey.step("accounts"):
            assert self.person["userName"] in self.output("accounts")

    def list(self):
        with self.journey.step("labs"):
            assert self.machine["lab"] in self.output("labs")
        with self.journey.step("machines --json") as entry:
            machines = json.loads(self.output("machines", "--json", "--lab", self.machine["lab"]))
            entry["machines"] = [machine["name"] for machine in machines]
            assert self.machine["name"] in entry["machines"]
            assert machines[0]["state"] == "stopped", machines[0]

    def start_connecting(self, answers):
        read_end, write_end = os.pipe()
        os.write(write_end, answers.encode())
        os.close(write_end)
        arguments = ("--answers-fd", str(read_end), "connect", "notebook", "--no-browser", self.name)
        command = self.command(*arguments)
        process = self.session.spawn(command, name="connect", stdout=subprocess.PIPE, pass_fds=(read_end,))
        os.close(read_end)
        return process, self.session.first_line(process, 120, "the address of the notebook")

    def connect(self):
        with self.journey.step("connect notebook, from a stopped machine"):
            answers = f"login={self.machine['login']}\npassword={self.machine['password']}\nhost-key=accept-new\n"
            return self.start_connecting(answers)

    def compute(self, url):
        with self.journey.step("6*7 in a real kernel through the tunnel") as entry:
            entry["answer"] = Jupyter(url).run("6*7")
            assert entry["answer"] == "42", entry["answer"]

    def disconnect(self, process):
        with self.journey.step("Ctrl+C closes the tunnel"):
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0, self.session.log("connect")

    def connect_again(self):
        with self.journey.step("A second time nothing is asked"):
            process, url = self.start_connecting("")
            assert Jupyter(url).get("/api/status")["kernels"] >= 0
        self.disconnect(process)

    def stop(self):
        with self.journey.step("stop"):
            self.output("stop", self.name)
            machines = json.loads(self.output("machines", "--json", "--lab", self.machine["lab"]))
            assert machines[0]["state"] == "stopped", machines[0]

    def sign_out(self):
        with self.journey.step("logout"):
            self.output("logout")
            self.output("machines", status=3)
        with self.journey.step("No secret is left in the keyring"):
            from labtest import bus

            assert bus.secret_items() == [], bus.secret_items()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", help="where journey.json goes (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with Session(keyring="unlocked", settings="keyfile") as session, Sandbox(session) as lab:
                CommandJourney(session, lab, Path(options.out or scratch)).run()
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 1 if os.environ.get("LABCONNECT_REQUIRE_ALL") else 77
        except Exception as error:  # journey.json has the step and the reason
            print(f"journey of commands: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
