#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""notebook_ready.py [RUNS]: from a stopped machine to a notebook that answers.

`labconnectctl connect notebook` beside the sum of what the parts need when nobody hesitates: the service starts
the machine, `ssh -L` logs in, Jupyter starts and answers through the tunnel. Alternating, on one local lab.
"""

import os
import signal
import socket
import statistics
import subprocess
import sys
import time

import requests

from labtest import Session, program, wait_for
from labtest.chromium import Chromium
from labtest.lab_service import Client, SignIn
from labtest.notebook import Jupyter
from labtest.sandbox import Sandbox


def answers(url):
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


class Handout:
    """The way of the handout, by a machine that does not hesitate."""

    def __init__(self, session, lab, person):
        self.machine = person["machines"][0]
        flow = SignIn(lab.url)
        token = flow.redeem(flow.submit(person["userName"], person["password"])).json()["access_token"]
        self.client = Client(lab.url, token)
        self.id = self.environments()[0]["id"]
        self.askpass = session.root / "askpass"
        self.askpass.touch(mode=0o700)
        self.askpass.write_text(f"#!/bin/sh\necho '{self.machine['password']}'\n")

    def environments(self):
        return self.client.student("listEnvironments", {}).json()["environments"]

    def details(self):
        answer = self.client.student("getEnvironment", {"environmentId": self.id}).json()
        return answer["environment"]["virtualMachineDetails"]

    def start_machine(self):
        self.client.student("startEnvironment", {"environmentId": self.id})
        wait_for(lambda: self.details()["lastKnownPowerState"] == "Running", 60, "the machine runs")
        return self.details()["sshAuthority"].rpartition(":")

    def run(self):
        began = time.monotonic()
        host, _, port = self.start_machine()
        started = time.monotonic()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            local = free.getsockname()[1]
        environment = dict(os.environ, SSH_ASKPASS=str(self.askpass), SSH_ASKPASS_REQUIRE="force")
        ssh = subprocess.Popen(
            ["ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "LogLevel=ERROR",
             "-L", f"{local}:localhost:8888", "-p", port, f"{self.machine['login']}@{host}",
             "exec jupyter notebook --no-browser --port=8888 2>/dev/null"],
            env=environment, stdin=subprocess.DEVNULL)
        wait_for(lambda: answers(f"http://127.0.0.1:{local}/api"), 120, "Jupyter answers")
        ended = time.monotonic()
        ssh.terminate()
        ssh.wait(20)
        return ended - began, started - began, ended - started


class Ours:
    def __init__(self, session, lab, person):
        self.session = session
        self.machine = person["machines"][0]
        self.command = [program("labconnectctl"), "--quiet", "--cloud", lab.url]
        login = session.spawn([*self.command, "login"], name="login")
        with Chromium() as browser:
            browser.sign_in(session.browser.wait_for_url(), person["userName"], person["password"])
            browser.wait_for_text("You Are Signed In")
        assert login.wait(60) == 0, session.log("login")
        self.name = f"{self.machine['lab']}/{self.machine['name']}"

    def stop_machine(self):
        subprocess.run([*self.command, "stop", self.name], check=True, timeout=60)

    def run(self):
        read_end, write_end = os.pipe()
        os.write(write_end, f"password={self.machine['password']}\nhost-key=accept-new\n".encode())
        os.close(write_end)
        began = time.monotonic()
        process = self.session.spawn(
            [*self.command, "--answers-fd", str(read_end), "connect", "notebook", "--no-browser", self.name],
            name="connect", stdout=subprocess.PIPE, pass_fds=(read_end,))
        os.close(read_end)
        url = self.session.first_line(process, 120, "the address of the notebook")
        Jupyter(url).get("/api/status")
        ended = time.monotonic()
        process.send_signal(signal.SIGINT)
        process.wait(20)
        return ended - began


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with Session(keyring="unlocked", settings="keyfile") as session, Sandbox(session) as lab:
        person = lab.person("ada")
        handout, ours = Handout(session, lab, person), Ours(session, lab, person)
        ours.run()  # first boot, host key, disk caches
        ours.stop_machine()
        by_hand, by_us = [], []
        for _ in range(runs):
            by_hand.append(handout.run())
            ours.stop_machine()
            by_us.append(ours.run())
            ours.stop_machine()
    total, boot, rest = (statistics.median(values) for values in zip(*by_hand))
    median = statistics.median(by_us)
    print(f"stopped machine to notebook, median of {runs}: the parts {total:.2f} s "
          f"(machine {boot:.2f} s, ssh and Jupyter {rest:.2f} s), LabConnect {median:.2f} s, "
          f"ratio {median / total:.2f}")


if __name__ == "__main__":
    main()
