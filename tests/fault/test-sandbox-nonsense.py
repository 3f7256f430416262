# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is sent to the local lab, it answers in the envelope, and goes on."""

import json
import socket
import unittest

from labtest import main
from labtest.lab_service import STUDENT, LabService, without_machines

ACCOUNT = (
    "/subscriptions/5c003000-0000-4000-8000-000000000001/resourceGroups/courses/providers"
    "/Microsoft.LabServices/labaccounts/computing"
)
LAB = f"{ACCOUNT}/labs/Introduction%20to%20R"
VERSION = "?api-version=2018-10-15"


class Nonsense(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.service = LabService(without_machines())
        cls.service.__enter__()
        cls.addClassCleanup(cls.service.__exit__)
        cls.teacher = cls.service.sign_in("grace@school.example")
        cls.student = cls.service.sign_in("ada@school.example")

    def tearDown(self):
        # It is still there, and well.
        self.assertIsNone(self.service.process.poll())
        self.assertEqual(self.teacher.send("GET", "/tenants", version="2022-12-01").status_code, 200)

    def raw(self, data, read=True):
        """Bytes as they are; the status, and the answer as JSON when it is that."""
        with socket.create_connection(("127.0.0.1", self.service.ready["port"]), timeout=30) as connection:
            try:
                connection.sendall(data)
                answer = b""
                while read and (part := connection.recv(65536)):
                    answer += part
            except (BrokenPipeError, ConnectionResetError):
                pass
        if not answer:
            return 0, None
        head, _, body = answer.partition(b"\r\n\r\n")
        return int(head.split()[1]), body

    def send(self, method, target, body=b"", headers=None, token=None):
        lines = {
            "Host": f"127.0.0.1:{self.service.ready['port']}",
            "Content-Length": str(len(body)),
            "Connection": "close",
            "Authorization": (token or self.teacher).headers["Authorization"],
        } | (headers or {})
        head = f"{method} {target} HTTP/1.1\r\n" + "".join(f"{name}: {text}\r\n" for name, text in lines.items())
        return self.raw(head.encode("utf-8", "surrogateescape") + b"\r\n" + body)

    def envelope(self, got, *statuses):
        status, body = got
        self.assertIn(status, statuses, body)
        error = json.loads(body)["error"]
        self.assertTrue(error["code"] and error["message"])
        return error

    def test_bodies(self):
        for body in (
            b"{",
            b"[]",
            b"null",
            b"1",
            b'"text"',
            b"\xff\xfe",
            b"{\"environmentId\": \x00}",
            b'{"environmentId": 7}',
            b'{"environmentId": null}',
            b'{"environmentId": ["a"]}',
            b'{"environmentId": "\\ud800"}',
            b'{"environmentId": "/subscriptions"}',
            b"[" * 100000,
            b'{"a":' * 50000,
            b"{'environmentId': 'x'}",
        ):
            with self.subTest(body[:40]):
                self.envelope(
                    self.send("POST", f"{STUDENT}startEnvironment{VERSION}", body, token=self.student), 400, 404
                )

    def test_values(self):
        for change in (
            {"maxUsersInLab": -1},
            {"maxUsersInLab": 1.5},
            {"maxUsersInLab": 10**30},
            {"maxUsersInLab": "many"},
            {"usageQuota": "for ever"},
            {"usageQuota": "PT99999H"},
            {"userAccessMode": "Sometimes"},
        ):
            with self.subTest(change):
                body = json.dumps({"properties": change}).encode()
                error = self.envelope(self.send("PATCH", LAB + VERSION, body), 400)
                self.assertEqual(error["code"], "InvalidRequestContent")
        for tags in ([], "text", {"a": 1}):
            self.envelope(self.send("PATCH", LAB + VERSION, json.dumps({"tags": tags}).encode()), 400)

    def test_database_specials(self):
        for name in ("'; DROP TABLE labs; --", "x' OR '1'='1", "%", "_", '"', "\\", "a\nb", "名"):
            with self.subTest(name):
                answer = self.teacher.send("GET", f"{ACCOUNT}/labs/{name}".replace("%", "%25").replace("\n", "%0A"))
                self.assertEqual(answer.status_code, 404, answer.text)
                answer = self.teacher.student("register", {"registrationCode": name})
                self.assertEqual(answer.status_code, 400)
                answer = self.teacher.send("PUT", f"{ACCOUNT}/labs/x", {"properties": {"usageQuota": name}})
                self.assertEqual(answer.status_code, 400)
                answer = self.teacher.send("POST", f"{ACCOUNT}/labs/Introduction to R/addUsers",
                                           {"emailAddresses": [f"{name}@school.example"]})
                self.assertIn(answer.status_code, (200, 400))
        self.assertEqual(self.teacher.send("GET", LAB).status_code, 200)

    def test_targets(self):
        for target in (
            "/",
            "//",
            "/%",
            "/%zz",
            "/%00",
            "/%ff%fe",
            "/../../etc/passwd",
            "/subscriptions/../tenants" + VERSION,
            "/" + "a" * 6000,
            "/" + "a/" * 2000,
            "/tenants?" + "a=b&" * 1000,
            "/tenants?api-version=%ff",
            "/sandbox/none",
            f"{ACCOUNT}/labs/{'x' * 300}{VERSION}",
        ):
            with self.subTest(target[:60]):
                status, _body = self.send("GET", target)
                self.assertIn(status, (400, 403, 404, 414), target[:60])

    def test_methods(self):
        self.envelope(self.send("PATCH", "/tenants?api-version=2022-12-01"), 405)
        self.envelope(self.send("BREW", "/tenants?api-version=2022-12-01"), 405)
        self.envelope(self.send("OPTIONS", "/tenants?api-version=2022-12-01"), 405)
        self.envelope(self.send("GET", "/nothing"), 404)

    def test_hosts(self):
        for host in ("evil.example", "127.0.0.1.evil.example:80", "", "127.0.0.1:1", "localhost"):
            with self.subTest(host):
                status, _body = self.send("GET", "/tenants?api-version=2022-12-01", headers={"Host": host})
                self.assertEqual(status, 400)

    def test_control_needs_json(self):
        """A form on a web page cannot command the sandbox."""
        for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
            got = self.send("POST", "/sandbox/faults", b'{"action": "hang"}', {"Content-Type": content_type})
            self.envelope(got, 400)
        self.assertEqual(self.teacher.send("GET", "/sandbox/faults").json(), {"value": []})

    def test_wrong_faults(self):
        for rule in ({}, {"action": "explode"}, {"action": "hang", "match": 1}, {"action": "error", "status": 200},
                     {"action": "hang", "match": {"path": "("}}, {"action": "hang", "count": 0}):
            with self.subTest(rule):
                self.assertEqual(self.teacher.send("POST", "/sandbox/faults", rule).status_code, 400)

    def test_huge_body(self):
        body = b"{" + b" " * (2 * 1024 * 1024) + b"}"
        status, _body = self.send("POST", f"{STUDENT}listEnvironments{VERSION}", body)
        self.assertIn(status, (0, 413))
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        status, _body = self.send(
            "POST",
            f"{STUDENT}listEnvironments{VERSION}",
            chunk * 40 + b"0\r\n\r\n",
            {"Transfer-Encoding": "chunked", "Content-Length": "0"},
        )
        self.assertIn(status, (0, 400, 413))

    def test_not_http(self):
        for data in (b"\r\n\r\n", b"\x16\x03\x01\x02\x00" * 100, b"GET\r\n\r\n", b"A" * 100000 + b"\r\n\r\n"):
            with socket.create_connection(("127.0.0.1", self.service.ready["port"]), timeout=30) as connection:
                connection.sendall(data)
        status, _body = self.raw(b"GET / HTTP/1.1\r\nBroken\r\n\r\n", read=True)
        self.assertIn(status, (0, 400))

    def test_caller_goes_away(self):
        for _ in range(50):
            self.raw(b"POST /tenants HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf", read=False)


if __name__ == "__main__":
    main()
