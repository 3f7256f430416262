# SPDX-License-Identifier: GPL-3.0-or-later
"""The local lab misbehaves as it is told to: these are the tools of the other fault tests."""

import json
import threading
import unittest

import requests
from labtest import main
from labtest.lab_service import LabService, without_machines

LAB = "Data science with Python"


class Faults(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = LabService(without_machines())
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)

    def setUp(self):
        self.ada = self.service.sign_in("ada@school.example")

    def tearDown(self):
        self.service.clear_faults()
        self.assertEqual(self.ada.send("GET", "/sandbox/faults").json(), {"value": []})

    def ask(self, **options):
        return self.ada.send("GET", "/tenants", version="2022-12-01", **options)

    def test_throttle(self):
        self.service.fault("throttle", path="tenants", retryAfter=7, count=2)
        for _ in range(2):
            answer = self.ask()
            self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "7"))
            self.assertEqual(answer.json()["error"]["code"], "TooManyRequests")
        self.assertEqual(self.ask().status_code, 200)

    def test_error(self):
        self.service.fault("error", "GET", "^/TENANTS$", status=502, code="Odd", message="It is odd.", skip=1)
        self.assertEqual(self.ask().status_code, 200)
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.json()["error"]["code"]), (502, "Odd"))
        self.assertEqual(self.ask().status_code, 200)

    def test_other_requests_are_left_alone(self):
        self.service.fault("error", "POST", "tenants")
        self.service.fault("error", "GET", "subscriptions/")
        self.assertEqual(self.ask().status_code, 200)

    def test_hang(self):
        self.service.fault("hang", path="tenants")
        with self.assertRaises(requests.Timeout):
            self.ask(timeout=0.3)
        self.service.fault("hang", path="tenants")
        released = threading.Timer(0.3, self.service.clear_faults)
        released.start()
        self.assertEqual(self.ask().status_code, 503)
        released.join()

    def test_cut(self):
        self.service.fault("cut", path="tenants")
        with self.assertRaises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
            self.ask()
        self.assertEqual(self.ask().status_code, 200)

    def test_invalid_json(self):
        self.service.fault("invalid-json", path="tenants")
        answer = self.ask()
        self.assertEqual(answer.status_code, 200)
        with self.assertRaises(json.JSONDecodeError):
            json.loads(answer.text)

    def test_expired_token(self):
        self.service.fault("expired-token", path="tenants")
        answer = self.ask()
        self.assertEqual((answer.status_code, answer.json()["error"]["code"]), (401, "ExpiredAuthenticationToken"))

    def test_operations(self):
        own = {"environmentId": self.ada.environment(LAB)["id"]}
        self.service.fault("fail-operation", path="startEnvironment", code="AllocationFailed", message="No room.")
        end = self.ada.follow(self.ada.student("startEnvironment", own))
        self.assertEqual((end["status"], end["error"]), ("Failed", {"code": "AllocationFailed", "message": "No room."}))
        state = self.ada.environment(LAB)
        self.assertEqual(state["virtualMachineDetails"]["lastKnownPowerState"], "Stopped")
        self.assertEqual(state["latestOperationResult"]["errorCode"], "AllocationFailed")

        self.service.fault("slow-operation", path="startEnvironment", seconds=1)
        begun = self.ada.student("startEnvironment", own)
        state = self.ada.environment(LAB)
        self.assertEqual(state["virtualMachineDetails"]["lastKnownPowerState"], "Starting")
        second = self.ada.student("stopEnvironment", own)
        self.assertEqual((second.status_code, second.json()["error"]["code"]), (409, "OperationInProgress"))
        self.assertEqual(self.ada.follow(begun)["status"], "Succeeded")
        self.assertEqual(self.ada.follow(self.ada.student("stopEnvironment", own))["status"], "Succeeded")

    def test_quota(self):
        own = {"environmentId": self.ada.environment("Introduction to R")["id"]}
        self.ada.follow(self.ada.student("startEnvironment", own))
        # Under the hour that a token lives.
        for _ in range(20):
            self.service.advance(1801)
            self.ada = self.service.sign_in("ada@school.example")
        answer = self.ada.student("startEnvironment", own)
        while answer.status_code == 409 and answer.json()["error"]["code"] == "OperationInProgress":
            answer = self.ada.student("startEnvironment", own)
        self.assertEqual((answer.status_code, answer.json()["error"]["code"]), (409, "QuotaExceeded"))
        self.assertRegex(self.ada.environment("Introduction to R")["totalUsage"], r"^PT10H\d+S$")


if __name__ == "__main__":
    main()
