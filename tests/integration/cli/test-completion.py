#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What bash completes is what labconnectctl takes: test-completion.py COMPLETION."""

import re
import shlex
import subprocess
import sys
import unittest

from labtest import main, program

SCRIPT = sys.argv.pop(1)


def complete(*words):
    """What is offered for the last word."""
    line = shlex.join(["COMP_WORDS=", "labconnectctl", *words]).split(" ", 1)[1]
    code = f"source {shlex.quote(SCRIPT)}; COMP_WORDS=({line}); COMP_CWORD={len(words)}; _labconnectctl"
    code += '; printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True, check=True, timeout=20)
    assert not done.stderr, done.stderr
    return set(done.stdout.split())


def help_of(*words):
    return subprocess.run(
        [program("labconnectctl"), *words, "--help"], capture_output=True, text=True, check=True, timeout=20
    ).stdout


def options_in(text):
    return set(re.findall(r"^\s+(?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))


class Completion(unittest.TestCase):
    def test_commands(self):
        known = set(re.findall(r"^  ([a-z-]+) +\S", help_of().split("Commands:")[1].split("\n\n")[0], re.MULTILINE))
        self.assertIn("login", known)
        self.assertEqual(complete(""), known)
        self.assertEqual(complete("--cloud", "http://127.0.0.1:1", "for"), {"forward", "forget-host"})

    def test_options(self):
        self.assertEqual(complete("-"), options_in(help_of()))
        for command in complete(""):
            with self.subTest(command):
                self.assertEqual(complete("-q", command, "-"), options_in(help_of(command)))

    def test_values(self):
        self.assertEqual(complete("connect", ""), {"notebook"})
        self.assertEqual(complete("connect", "notebook", ""), set())
        self.assertEqual(complete("start", ""), set())
        self.assertEqual(complete("exec", "vm-1", "-"), set())
        self.assertEqual(complete("forward", "-L", ""), set())
        self.assertEqual(complete("forward", "vm-1", "-L", "0:localhost:1", "--stdio"), {"--stdio-forward"})
        self.assertEqual(complete("--cloud", "azure-c"), {"azure-china"})
        self.assertEqual(complete("machines", "--lab", ""), set())


main()
