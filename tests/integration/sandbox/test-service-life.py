# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole local lab over real machines: a course as its people live it, and what survives a crash."""

import configparser
import os
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

from labtest import Missing, main, wait_for
from labtest.lab_service import LabService, program

LAB = "Data science with Python"
ACCOUNT = (
    "/subscriptions/5c003000-0000-4000-8000-000000000001/resourceGroups/courses/providers"
    "/Microsoft.LabServices/labaccounts/computing"
)
SETTINGS = f"{ACCOUNT}/labs/{LAB}/environmentsettings/default"
PASSWORD = "Difference-Engine-2"


def refuses(port):
    with socket.socket() as attempt:
        attempt.settimeout(5)
        return attempt.connect_ex(("127.0.0.1", port)) != 0


def processes_under(folder):
    """Processes that have to do with a state folder: they name it, or lie in it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes().decode(errors="replace")
            mounts = (entry / "mounts").read_text()
        except OSError:
            continue
        if folder in command or folder in mounts:
            found.append((entry.name, command))
    return found


class Service(unittest.TestCase):
    def setUp(self):
        if os.geteuid() != 0:
            raise Missing("the local lab's machines need root (or a user namespace)")
        if not os.environ.get("LABCONNECT_LAB_IMAGE"):
            raise Missing("LABCONNECT_LAB_IMAGE is not set; run this inside build-aux/in-root")
        self.state = tempfile.mkdtemp(prefix="labconnect-life-")
        self.addCleanup(shutil.rmtree, self.state)
        self.askpass = Path(tempfile.mkdtemp(prefix="labconnect-ask-")) / "answer"
        self.addCleanup(shutil.rmtree, self.askpass.parent)
        self.service = LabService(state=self.state)

    def ssh(self, authority, login, password, command):
        host, _, port = authority.rpartition(":")
        self.askpass.write_text('#!/bin/sh\nprintf "%s\\n" "$ANSWER"\n')
        self.askpass.chmod(0o700)
        environment = dict(os.environ, SSH_ASKPASS=self.askpass, SSH_ASKPASS_REQUIRE="force", ANSWER=password)
        options = ["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR", "ConnectTimeout=20",
                   "PubkeyAuthentication=no", "NumberOfPasswordPrompts=1"]
        arguments = [part for option in options for part in ("-o", option)]
        return subprocess.run(
            ["ssh", "-F", "none", *arguments, "-p", port, f"{login}@{host}", command],
            env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
        )

    def check_ssh(self, authority, login, password, command):
        done = self.ssh(authority, login, password, command)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.strip()

    def assert_gone(self):
        wait_for(lambda: not processes_under(self.state), 15, "no process of the lab is left")

    def act(self, client, action, **body):
        begun = client.student(action, body)
        self.assertIn(begun.status_code, (200, 202), begun.text)
        end = client.follow(begun)
        self.assertEqual(end["status"], "Succeeded", end)

    def details(self, client, lab=LAB):
        return client.environment(lab)["virtualMachineDetails"]

    def test_student(self):
        with self.service:
            ada = self.service.sign_in("ada@school.example")
            own = ada.environment(LAB)
            self.assertIn("passwordLastReset", own)
            port = int(self.details(ada)["sshAuthority"].rpartition(":")[2])
            self.assertTrue(refuses(port))
            began = time.monotonic()
            self.act(ada, "startEnvironment", environmentId=own["id"])
            self.assertLess(time.monotonic() - began, 2)
            details = self.details(ada)
            self.assertEqual(details["lastKnownPowerState"], "Running")
            person = next(one for one in self.service.ready["people"] if one["userName"] == "ada@school.example")
            password = person["machines"][0]["password"]
            self.check_ssh(details["sshAuthority"], details["userName"], password, "echo kept > note")

            self.act(ada, "resetPassword", environmentId=own["id"], username="student", password=PASSWORD)
            self.assertNotEqual(self.ssh(details["sshAuthority"], "student", password, "true").returncode, 0)
            self.check_ssh(details["sshAuthority"], "student", PASSWORD, "true")
            self.act(ada, "stopEnvironment", environmentId=own["id"])
            self.assertTrue(refuses(port))
            self.assertEqual(self.service.stop(), 0)
            self.assert_gone()

            # The demo's passwords are told only while they hold.
            self.service.start()
            person = next(one for one in self.service.ready["people"] if one["userName"] == "ada@school.example")
            self.assertEqual(person["machines"], [])
            ada = self.service.sign_in("ada@school.example")
            self.act(ada, "startEnvironment", environmentId=own["id"])
            authority = self.details(ada)["sshAuthority"]
            self.assertEqual(self.check_ssh(authority, "student", PASSWORD, "cat note"), "kept")
        self.assert_gone()

    def test_first_password(self):
        with self.service:
            alan = self.service.sign_in("alan@school.example")
            own = alan.environment(LAB)
            self.assertNotIn("passwordLastReset", own)
            self.act(alan, "startEnvironment", environmentId=own["id"])
            refused = alan.student("resetPassword", {"environmentId": own["id"], "password": "too-easy"})
            self.assertEqual((refused.status_code, refused.json()["error"]["code"]), (400, "InvalidPassword"))
            self.act(alan, "resetPassword", environmentId=own["id"], username="student", password=PASSWORD)
            self.assertIn("passwordLastReset", alan.environment(LAB))
            authority = self.details(alan)["sshAuthority"]
            self.assertEqual(self.check_ssh(authority, "student", PASSWORD, "id -un"), "student")
            others = self.service.sign_in("ada@school.example")
            for action in ("startEnvironment", "stopEnvironment", "getEnvironment"):
                self.assertEqual(others.student(action, {"environmentId": own["id"]}).status_code, 404)

    def test_killed(self):
        with self.service:
            ada = self.service.sign_in("ada@school.example")
            own = ada.environment(LAB)["id"]
            self.act(ada, "startEnvironment", environmentId=own)
            self.act(ada, "resetPassword", environmentId=own, username="student", password=PASSWORD)
            self.check_ssh(self.details(ada)["sshAuthority"], "student", PASSWORD, "echo kept > note; sync")
            self.service.advance(600)
            self.service.fault("slow-operation", path="stopEnvironment", seconds=3000)
            begun = ada.student("stopEnvironment", {"environmentId": own})
            self.service.kill()
            self.assert_gone()

            self.service.start()
            ada = self.service.sign_in("ada@school.example")
            state = ada.environment(LAB)
            self.assertEqual(state["virtualMachineDetails"]["lastKnownPowerState"], "Stopped")
            self.assertRegex(state["totalUsage"], r"^PT10M(\d+S)?$")
            self.assertEqual(state["latestOperationResult"]["status"], "Failed")
            self.assertEqual(begun.status_code, 202)
            self.act(ada, "startEnvironment", environmentId=own)
            authority = self.details(ada)["sshAuthority"]
            self.assertEqual(self.check_ssh(authority, "student", PASSWORD, "cat note"), "kept")
        self.assert_gone()

    def test_publish(self):
        with self.service:
            grace = self.service.sign_in("grace@school.example")
            expand = {"$expand": "properties($expand=resourceSettings($expand=referenceVm($expand=vmStateDetails)))"}

            def settings():
                return grace.send("GET", SETTINGS, query=expand).json()["properties"]

            self.assertEqual(grace.follow(grace.send("POST", f"{SETTINGS}/start"))["status"], "Succeeded")
            details = settings()["resourceSettings"]["referenceVm"]["vmStateDetails"]
            self.assertEqual(details["powerState"], "Running")
            change = {"resourceSettings": {"referenceVm": {"password": PASSWORD}}}
            self.assertEqual(grace.send("PATCH", SETTINGS, {"properties": change}).status_code, 200)
            wait_for(lambda: settings()["latestOperationResult"]["status"] == "Succeeded", 10, "the password is set")
            self.check_ssh(details["sshAuthority"], "student", PASSWORD, "echo prepared > lesson")

            ada = self.service.sign_in("ada@school.example")
            own = ada.environment(LAB)["id"]
            self.act(ada, "startEnvironment", environmentId=own)
            self.assertEqual(grace.send("POST", f"{SETTINGS}/publish", {"useExistingImage": False}).status_code, 200)
            wait_for(lambda: settings()["publishingState"] == "Published", 30, "the lab is published", interval=0.1)

            after = ada.environment(LAB)
            self.assertNotIn("passwordLastReset", after)
            self.assertEqual(after["virtualMachineDetails"]["lastKnownPowerState"], "Stopped")
            self.act(ada, "startEnvironment", environmentId=own)
            self.act(ada, "resetPassword", environmentId=own, username="student", password=PASSWORD)
            name = self.check_ssh(self.details(ada)["sshAuthority"], "student", PASSWORD, "hostname")
            self.assertTrue(name.startswith("data-science-with-python-vm-"))
            lesson = self.check_ssh(self.details(ada)["sshAuthority"], "student", PASSWORD, "cat lesson")
            self.assertEqual(lesson, "prepared")
        self.assert_gone()

    def test_one_at_a_time(self):
        with self.service:
            second = subprocess.run(
                [program("labconnect-sandbox"), "--state", self.state], capture_output=True, text=True, timeout=30
            )
            self.assertEqual(second.returncode, 1)
            self.assertIn("Another labconnect-sandbox uses the folder", second.stderr)
            self.assertEqual(second.stdout, "")

    def test_cloud_file(self):
        with self.service:
            path = Path(self.service.runtime, "labconnect/clouds", f"{self.service.ready['port']}.cloud")
            file = configparser.ConfigParser()
            file.read(path)
            self.assertEqual(file["Cloud"]["Name"], "Local Lab")
            self.assertEqual(file["Cloud"]["Authority"], self.service.url)
            self.assertEqual(file["Cloud"]["ResourceManager"], self.service.url)
            self.assertEqual(int(file["Cloud"]["ProcessId"]), self.service.process.pid)
            if socket.has_ipv6 and Path("/proc/net/if_inet6").read_text():
                with socket.create_connection(("::1", self.service.ready["port"]), timeout=10):
                    pass
            self.service.stop()
            self.assertFalse(path.exists())
            self.service.start()


if __name__ == "__main__":
    main()
