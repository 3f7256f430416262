#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The harness itself: what it promises to the tests that stand on it."""

import os
import subprocess
import unittest

from labtest import Session, TimeLimit, main, need, wait_for

APPLICATION = """
import gi
gi.require_version("Gtk", "4.0")
from gi.repository import Gio, Gtk

def activate(app):
    entry = Gtk.Entry()
    button = Gtk.Button(label="Open")
    button.connect("clicked", lambda _b: Gtk.UriLauncher(uri="http://127.0.0.1/?q=" + entry.get_text()).launch())
    box = Gtk.Box(orientation=Gtk.Orientation.VERTICAL)
    box.append(entry)
    box.append(button)
    window = Gtk.ApplicationWindow(application=app, child=box, title="Sample")
    window.present()

app = Gtk.Application(application_id="com.example.Sample")
app.connect("activate", activate)
quit = Gio.SimpleAction.new("quit", None)
quit.connect("activate", lambda *_: app.quit())
app.add_action(quit)
app.run()
"""


def secret_tool(*arguments, secret=None):
    return subprocess.run(["secret-tool", *arguments], input=secret, capture_output=True, text=True, timeout=30)


class Keyring(unittest.TestCase):
    def setUp(self):
        need("secret-tool")

    def store(self):
        return secret_tool("store", "--label=x", "kind", "test", secret="hunter2")

    def test_unlocked(self):
        with Session(keyring="unlocked"):
            self.assertEqual(self.store().returncode, 0)
            self.assertEqual(secret_tool("lookup", "kind", "test").stdout, "hunter2")

    def test_locked(self):
        with Session(keyring="locked"):
            self.assertIn("locked collection", self.store().stderr)

    def test_empty(self):
        with Session(keyring="empty"):
            self.assertIn("does not exist", self.store().stderr)

    def test_absent(self):
        with Session():
            self.assertIn("org.freedesktop.secrets", self.store().stderr)


class Home(unittest.TestCase):
    def test_is_private_and_goes(self):
        before = dict(os.environ)
        with Session() as session:
            root = session.root
            self.assertTrue(os.environ["HOME"].startswith(str(root)))
            self.assertTrue(os.environ["XDG_DATA_HOME"].startswith(str(root)))
            self.assertNotIn("DISPLAY", os.environ)
            child = session.spawn(["cat"], stdin=subprocess.PIPE)
        self.assertIsNotNone(child.poll())
        self.assertFalse(root.exists())
        self.assertEqual(before, dict(os.environ))

    def test_waits_are_bounded(self):
        with self.assertRaisesRegex(TimeLimit, "the moon"):
            wait_for(lambda: False, 0.1, "the moon")


class Window(unittest.TestCase):
    def test_is_driven(self):
        with Session(display="labwc") as session:
            from labtest import a11y, bus

            process = session.spawn(["python3", "-c", APPLICATION], name="sample")
            window = a11y.application(process).find("frame", "Sample")
            window.find(("text", "entry")).fill("six")
            window.find("button", "Open").click()
            self.assertEqual(session.browser.wait_for_url(), "http://127.0.0.1/?q=six")
            picture = session.screenshot(session.root / "shot.png")
            self.assertGreater(picture.stat().st_size, 1000)
            actions = bus.Actions("com.example.Sample")
            self.assertIn("quit", actions.list())
            actions.activate("quit")
            self.assertEqual(process.wait(20), 0)


if __name__ == "__main__":
    main()
