# SPDX-License-Identifier: GPL-3.0-or-later
"""What a machine is for: Jupyter runs in it, through ssh, on the same port in each."""

import contextlib
import json
import os
import socket
import subprocess
import urllib.request
import uuid

import websocket
from labtest import main, wait_for
from machine_host import MachineTest, askpass

TOKEN = "0123456789abcdef"
INNER_PORT = 8888
SECONDS = 90  # a first start of Jupyter and of a kernel on a busy computer
EXECUTE = """
import nbclient, nbformat
notebook = nbformat.read("Welcome.ipynb", 4)
nbclient.NotebookClient(notebook).execute()
print(nbformat.writes(notebook))
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


class Notebook:
    """Jupyter in a machine, and a forward to it, as a student does both by hand."""

    def __init__(self, test, name):
        self.port = free_port()
        argv = ["ssh", "-F", "none", "-p", str(test.host.port(name)), "-o", "StrictHostKeyChecking=no"]
        argv += ["-o", "UserKnownHostsFile=/dev/null", "-L", "127.0.0.1:%d:localhost:%d" % (self.port, INNER_PORT)]
        command = "JUPYTER_TOKEN=%s exec jupyter notebook --no-browser --port=%d" % (TOKEN, INNER_PORT)
        self.process = subprocess.Popen(
            [*argv, "student@127.0.0.1", command],
            env=dict(os.environ, SSH_ASKPASS=askpass(test.folder, "secret"), SSH_ASKPASS_REQUIRE="force"),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.answers, SECONDS, "Jupyter answers")

    def request(self, path, data=None):
        request = urllib.request.Request("http://127.0.0.1:%d%s" % (self.port, path))
        request.add_header("Authorization", "token " + TOKEN)
        if data is not None:
            request.data = json.dumps(data).encode()
        with urllib.request.urlopen(request, timeout=SECONDS) as reply:
            return json.load(reply)

    def answers(self):
        try:
            return self.request("/api")
        except OSError:
            return None

    def start_kernel(self):
        return self.request("/api/kernels", {"name": "python3"})["id"]

    def run(self, kernel, code):
        url = "ws://127.0.0.1:%d/api/kernels/%s/channels?session_id=test" % (self.port, kernel)
        header = {"msg_id": uuid.uuid4().hex, "session": "test", "username": "", "version": "5.3"}
        header["msg_type"] = "execute_request"
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        question = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        with contextlib.closing(websocket.create_connection(url, header=["Authorization: token " + TOKEN])) as peer:
            peer.settimeout(SECONDS)
            peer.send(json.dumps(question))
            while True:
                message = json.loads(peer.recv())
                if message["msg_type"] in ("execute_result", "stream", "error"):
                    content = message["content"]
                    return content.get("text") or content.get("traceback") or content["data"]["text/plain"]

    def close(self):
        self.process.terminate()
        self.process.wait()


class Jupyter(MachineTest):
    def test_two_machines_on_the_same_inner_port(self):
        with contextlib.ExitStack() as stack:
            books = []
            for name in ("left", "right"):
                self.boot(name)
                books.append(stack.enter_context(contextlib.closing(Notebook(self, name))))
            for name, book in zip(("left", "right"), books):
                names = [entry["name"] for entry in book.request("/api/contents")["content"]]
                self.assertIn("Welcome.ipynb", names)
                kernel = book.start_kernel()
                self.assertEqual(book.run(kernel, "6*7"), "42")
                self.assertEqual(book.run(kernel, "import numpy; print(int(numpy.arange(4).sum()))"), "6\n")
                self.assertEqual(book.run(kernel, "import socket; print(socket.gethostname())"), name + "\n")

    def test_welcome_notebook_runs(self):
        self.boot("pc")
        done = json.loads(self.check_ssh("pc", "python3 -c '%s'" % EXECUTE, limit=SECONDS))
        outputs = [cell["outputs"] for cell in done["cells"] if cell["cell_type"] == "code"]
        self.assertEqual("".join(outputs[0][0]["data"]["text/plain"]), "42")
        self.assertIn("image/png", outputs[1][-1]["data"])


if __name__ == "__main__":
    main()
