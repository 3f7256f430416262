# SPDX-License-Identifier: GPL-3.0-or-later
"""labconnectctl with a real local lab, for the tests of this folder."""

import html
import json
import os
import re
import signal
import subprocess
import unittest
from urllib.parse import urljoin

from labtest import Session, program
from labtest.sandbox import Sandbox
from labtest.waiting import PATIENCE

LIMIT = 60 * PATIENCE


def fill_in(web, page, **values):
    """Submits the form of a page as its first button does."""
    form = {}
    for tag in re.findall(r"<input[^>]*>", page.text):
        name = re.search(r'name="([^"]*)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name:
            form[name.group(1)] = html.unescape(value.group(1)) if value else ""
    form.update(values)
    action = html.unescape(re.search(r'<form[^>]*action="([^"]*)"', page.text).group(1))
    return web.post(urljoin(page.url, action), data=form, timeout=20)


def said(text):
    """What a program wrote to standard error, without what the address sanitizer says of every program with fibers."""
    return re.sub(rb"==\d+==WARNING: ASan doesn't fully support [^\n]*\n", b"", text)


class CommandLine(unittest.TestCase):
    """Tests of labconnectctl with somebody signed in to a local lab that has a machine for them."""

    @classmethod
    def setUpClass(cls):
        cls.session = Session(keyring="unlocked")
        cls.session.__enter__()
        cls.addClassCleanup(cls.session.__exit__, None, None, None)
        cls.lab = Sandbox(cls.session)
        cls.lab.__enter__()
        cls.addClassCleanup(cls.lab.__exit__)
        cls.person = cls.lab.person("ada")
        cls.sign_in()
        cls.machine = cls.person["machines"][0]
        cls.machine["path"] = f"{cls.machine['lab']}/{cls.machine['name']}"

    @classmethod
    def argv(cls, *arguments, cloud=None):
        return [program("labconnectctl"), "--cloud", cloud or cls.lab.url, *arguments]

    @classmethod
    def start(cls, *arguments, answers=None, **options):
        """Starts it; with `answers`, they are read from a pipe."""
        argv = cls.argv(*arguments)
        if answers is None:
            return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
        reader, writer = os.pipe()
        argv[1:1] = ["--answers-fd", str(reader)]
        process = subprocess.Popen(
            argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, pass_fds=[reader], **options
        )
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            pipe.write("\n".join(answers))
        return process

    @classmethod
    def run_to_end(cls, *arguments, answers=None, expect=0):
        process = cls.start(*arguments, answers=answers)
        try:
            output, errors = process.communicate(timeout=LIMIT)
        finally:
            process.kill()
        assert process.returncode == expect, f"{arguments} gave {process.returncode}, not {expect}: {errors}"
        cls.errors = errors
        return output

    @classmethod
    def sign_in(cls):
        import requests

        process = cls.start("login", "--no-browser")
        address = process.stdout.readline().strip()
        web = requests.Session()
        page = fill_in(
            web, web.get(address, timeout=20), username=cls.person["userName"], password=cls.person["password"]
        )
        assert page.status_code == 200, page.text
        output, errors = process.communicate(timeout=LIMIT)
        assert process.returncode == 0, errors
        assert cls.person["userName"] in errors, errors

    def machines(self):
        found = json.loads(self.run_to_end("machines", "--json"))
        return {f"{machine['lab']}/{machine['name']}": machine for machine in found}

    def answers(self, **changes):
        values = {"password": self.machine["password"], "host-key": "accept-new", **changes}
        return [f"{key}={value}" for key, value in values.items() if value is not None]

    def open(self, *arguments, answers):
        """Starts what stays, and waits for the address that it prints."""
        process = self.start(*arguments, answers=answers)
        self.addCleanup(lambda: process.poll() is None and process.kill())
        address = process.stdout.readline().strip()
        if not address:
            self.fail(f"{arguments} ended with {process.wait(LIMIT)}: {process.stderr.read()}")
        return process, address

    def close(self, process):
        process.send_signal(signal.SIGINT)
        _output, errors = process.communicate(timeout=LIMIT)
        self.assertEqual(process.returncode, 0, errors)
        return errors
