# SPDX-License-Identifier: GPL-3.0-or-later
"""A Jupyter server through its address: runs code in a real kernel, over the websocket as a browser does."""

import json
import time
import uuid
from urllib.parse import parse_qs, urljoin, urlsplit

from .waiting import PATIENCE


def follow(url):
    """The address with the token that a link leads to; a link may redirect once, to keep the token out of sight."""
    import requests

    for _hop in range(3):
        if "token" in parse_qs(urlsplit(url).query):
            return url
        answer = requests.get(url, allow_redirects=False, timeout=20)
        assert answer.is_redirect, f"{url.split('?')[0]} answered {answer.status_code} and no token"
        url = urljoin(url, answer.headers["Location"])
    raise AssertionError("the link redirects without end")


class Jupyter:
    def __init__(self, url):
        parts = urlsplit(url)
        self.token = parse_qs(parts.query)["token"][0]
        self.base = f"{parts.scheme}://{parts.netloc}"
        self.headers = {"Authorization": f"token {self.token}"}

    def get(self, path):
        import requests

        answer = requests.get(self.base + path, headers=self.headers, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def run(self, code, seconds=60):
        """Starts a kernel, runs `code` in it, ends it. Returns the text of the last expression."""
        import requests
        import websocket

        answer = requests.post(f"{self.base}/api/kernels", headers=self.headers, json={}, timeout=30)
        answer.raise_for_status()
        kernel = answer.json()["id"]
        address = f"{self.base.replace('http', 'ws', 1)}/api/kernels/{kernel}/channels"
        channel = websocket.create_connection(address, timeout=seconds * PATIENCE, header=self.headers)
        try:
            return self._execute(channel, code, seconds)
        finally:
            channel.close()
            requests.delete(f"{self.base}/api/kernels/{kernel}", headers=self.headers, timeout=30)

    def _execute(self, channel, code, seconds):
        # https://jupyter-client.readthedocs.io/en/stable/messaging.html
        identity = uuid.uuid4().hex
        header = {"msg_id": identity, "msg_type": "execute_request", "username": "", "session": uuid.uuid4().hex}
        header["version"] = "5.3"
        content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        channel.send(json.dumps(message))
        limit = time.monotonic() + seconds * PATIENCE
        while time.monotonic() < limit:
            answer = json.loads(channel.recv())
            if answer.get("parent_header", {}).get("msg_id") != identity:
                continue
            if answer["msg_type"] == "execute_result":
                return answer["content"]["data"]["text/plain"]
            if answer["msg_type"] == "error":
                raise AssertionError(answer["content"]["evalue"])
        raise AssertionError(f"the kernel gave no result within {seconds} s")
