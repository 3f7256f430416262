# SPDX-License-Identifier: GPL-3.0-or-later
"""A lab service and a plain client of it, without a desktop session: for tests of the service itself."""

import base64
import hashlib
import html
import json
import os
import re
import secrets
import shutil
import subprocess
import tempfile
import urllib.parse

import requests

from .waiting import Missing, build_folder, program, wait_for

CLIENT_ID = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
REDIRECT = "http://localhost:4711/"
STUDENT = "/providers/Microsoft.LabServices/users/NoUsername/"


def without_machines():
    """The service with machines that are nothing but names: starts at once, needs no rights."""
    path = build_folder() / "tests/unit/sandbox/sandbox-without-machines"
    if not path.is_file():
        raise Missing(f"{path} was not built")
    return str(path)


class LabService:
    """Use as a context manager. `ready` is the JSON line that the program prints."""

    def __init__(self, command=None, state=None, seed=None):
        self.command = command or program("labconnect-sandbox")
        self.own_state = state is None
        self.state = state or tempfile.mkdtemp(prefix="labconnect-lab-")
        self.runtime = tempfile.mkdtemp(prefix="labconnect-run-")
        self.seed = seed
        self.process = None
        self.ready = {}

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_error):
        try:
            # A leak that a sanitizer found shows in the status only.
            if self.process.poll() is None:
                status = self.stop()
                assert status == 0, f"{self.command} ended with {status}"
        finally:
            shutil.rmtree(self.runtime)
            if self.own_state:
                shutil.rmtree(self.state)

    def start(self):
        argv = [self.command, "--state", self.state]
        if self.seed:
            argv += ["--seed", str(self.seed)]
        # Nothing that is sent may reach a critical warning.
        environment = dict(os.environ, XDG_RUNTIME_DIR=self.runtime, G_DEBUG="fatal-criticals")
        self.process = subprocess.Popen(argv, stdout=subprocess.PIPE, env=environment)
        line = self.process.stdout.readline()
        assert line, f"{self.command} ended with {self.process.wait()}"
        self.ready = json.loads(line)

    def stop(self):
        """Ends it as a person would; returns its exit status."""
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        return status

    def kill(self):
        self.process.kill()
        self.process.wait(30)
        self.process.stdout.close()

    @property
    def url(self):
        return self.ready["url"]

    def password_of(self, user_name):
        return next(person["password"] for person in self.ready["people"] if person["userName"] == user_name)

    def control(self, path, **command):
        answer = requests.post(f"{self.url}/sandbox/{path}", json=command, timeout=30)
        assert answer.status_code == 204, answer.text

    def fault(self, action, method=None, path="", **more):
        match = {"path": path} | ({"method": method} if method else {})
        self.control("faults", action=action, match=match, **more)

    def clear_faults(self):
        assert requests.delete(f"{self.url}/sandbox/faults", timeout=30).status_code == 204

    def advance(self, seconds):
        self.control("clock", advanceSeconds=seconds)

    def sign_in(self, user_name):
        """A Client for that person, through the real page."""
        flow = SignIn(self.url)
        code = flow.submit(user_name, self.password_of(user_name))
        answer = flow.redeem(code)
        assert answer.status_code == 200, answer.text
        return Client(self.url, answer.json()["access_token"])


class SignIn:
    """One authorization-code flow, step by step."""

    def __init__(self, url, tenant="organizations", language=None):
        self.url = url
        self.tenant = tenant
        self.session = requests.Session()
        self.session.headers["Accept-Language"] = language or "en"
        self.verifier = secrets.token_urlsafe(48)
        self.scope = f"{url}/.default offline_access openid profile"
        self.page = None

    def challenge(self):
        digest = hashlib.sha256(self.verifier.encode()).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def authorize(self, **changes):
        query = {
            "client_id": CLIENT_ID,
            "response_type": "code",
            "redirect_uri": REDIRECT,
            "response_mode": "query",
            "scope": self.scope,
            "state": "a state & more",
            "code_challenge": self.challenge(),
            "code_challenge_method": "S256",
        } | changes
        query = {name: value for name, value in query.items() if value is not None}
        self.page = self.session.get(
            f"{self.url}/{self.tenant}/oauth2/v2.0/authorize", params=query, allow_redirects=False, timeout=30
        )
        return self.page

    def post(self, **fields):
        """Sends the form of the page."""
        action = html.unescape(re.search(r'action="([^"]+)"', self.page.text).group(1))
        flow = html.unescape(re.search(r'name="flow" value="([^"]+)"', self.page.text).group(1))
        return self.session.post(
            self.url + action, data={"flow": flow} | fields, allow_redirects=False, timeout=30
        )

    def submit(self, user_name, password):
        """The authorization code."""
        if self.page is None:
            self.authorize()
        answer = self.post(username=user_name, password=password)
        assert answer.status_code == 302, answer.text
        location = urllib.parse.urlsplit(answer.headers["Location"])
        assert f"http://{location.netloc}{location.path}" == REDIRECT
        query = urllib.parse.parse_qs(location.query)
        assert query["state"] == ["a state & more"], query
        return query["code"][0]

    def token(self, **fields):
        return self.session.post(f"{self.url}/{self.tenant}/oauth2/v2.0/token", data=fields, timeout=30)

    def redeem(self, code, **changes):
        fields = {
            "grant_type": "authorization_code",
            "client_id": CLIENT_ID,
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": self.verifier,
            "scope": self.scope,
        } | changes
        return self.token(**fields)

    def refresh(self, token, **changes):
        fields = {"grant_type": "refresh_token", "client_id": CLIENT_ID, "refresh_token": token} | changes
        return self.token(**fields)


class Client:
    """Calls the API with a bearer token."""

    def __init__(self, url, token):
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def send(self, method, path, body=None, version="2018-10-15", query=None, timeout=30):
        params = dict(query or {})
        if version:
            params["api-version"] = version
        return requests.request(
            method, self.url + path, params=params, json=body, headers=self.headers, timeout=timeout
        )

    def student(self, action, body=None, version="2018-10-15"):
        return self.send("POST", STUDENT + action, body, version)

    def environments(self):
        answer = self.student("listEnvironments", {})
        assert answer.status_code == 200, answer.text
        return answer.json()["environments"]

    def environment(self, lab):
        return next(item for item in self.environments() if item["name"] == lab)

    def follow(self, answer):
        """Waits for the operation of a 202 and gives its end; 200 is an end already."""
        if answer.status_code == 200:
            return {"status": "Succeeded"}
        assert answer.status_code == 202, answer.text
        url = answer.headers["Azure-AsyncOperation"]

        def ended():
            state = requests.get(url, headers=self.headers, timeout=30).json()
            return state if state["status"] != "InProgress" else None

        return wait_for(ended, 30, "the operation has ended", interval=0.05)
