#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""screenshots.py DIR [LOOK…]: the pictures of the README and of software centres, from the real program on a local lab.

A process can have only one session with a display, so the program starts itself again for each look.
"""

import subprocess
import sys
from pathlib import Path

from labtest import Session, program, wait_for
from labtest.chromium import Chromium
from labtest.notebook import Jupyter, follow
from labtest.sandbox import Sandbox

# ending of the file name: (dark, width, height)
LOOKS = {
    "light": ("", False, 960, 640),
    "dark": ("-dark", True, 960, 640),
    "narrow": ("-narrow", False, 360, 640),
    "narrow-dark": ("-narrow-dark", True, 360, 640),
}
RADIUS = 15  # of a libadwaita window's corners


class Photographer:
    def __init__(self, session, lab, out, look):
        from labtest import a11y, bus

        self.session = session
        self.lab = lab
        self.out = Path(out)
        self.ending, _dark, self.width, self.height = LOOKS[look]
        for key, value in (("window-width", self.width), ("window-height", self.height)):
            subprocess.run(["gsettings", "set", "com.example.LabConnect", key, str(value)], check=True)
        self.process = session.spawn([program("labconnect"), "--cloud", lab.url], name="labconnect")
        self.window = a11y.application(self.process).find("frame")
        self.actions = bus.Actions()

    def run(self):
        self.window.find("button", "Sign In")
        if not self.ending:
            self.picture("welcome")
        self.sign_in(self.lab.person("grace"))
        if self.width < 500:
            self.window.find("list item", "Data science with Python", seconds=30)
            self.click(self.width // 2, 70)  # the first lab; its row has no action for accessibility
        self.start_machines()
        self.picture("machines", still=False)
        if self.ending:
            return
        self.open_notebook()
        self.actions.activate("connections", window=1)
        self.window.find("dialog", "Connections").find("list item")
        self.picture("connections")

    def row(self, name):
        return self.window.find("list item", contains=f"{name},", seconds=30)

    def start_machines(self):
        for name in ("vm-1", "vm-2"):
            self.row(name).action("machine.start")
        wait_for(lambda: all("Running" in self.row(name).name for name in ("vm-1", "vm-2")), 30, "two machines run")
        self.row("vm-3").action("machine.start")
        wait_for(lambda: "Stopped" not in self.row("vm-3").name, 10, "the third one starts")

    def open_notebook(self):
        wait_for(lambda: "Running" in self.row("vm-3").name, 30, "the third machine runs")
        self.row("vm-1").find("button", "Open Notebook").click()
        self.answer_questions()
        Jupyter(follow(self.session.browser.wait_for_url(120))).run("6*7")
        self.window.wait_gone("button", "Cancel", seconds=20)

    def sign_in(self, person):
        self.window.find("button", "Sign In").click()
        with Chromium() as browser:
            browser.sign_in(self.session.browser.wait_for_url(), person["userName"], person["password"])
            browser.wait_for_text("You Are Signed In")

    def answer_questions(self):
        dialog = self.window.find("dialog", "Log In", seconds=30)
        machine = self.lab.person("ada")["machines"][0]
        dialog.find("text", "User Name").fill(machine["login"])
        dialog.find("text", "Password").fill(machine["password"])
        dialog.find("button", "Log In").click()
        self.window.find("button", "Trust", seconds=60)
        self.picture("identity", still=False)
        self.window.find("button", "Trust").click()

    def click(self, x, y):
        """At a place in the window, which stands in the middle of the screen."""
        left, top = (1280 - self.width) // 2, (720 - self.height) // 2
        for command in (("move", "-4000", "-4000"), ("move", str(left + x), str(top + y)), ("click", "left")):
            subprocess.run(["wlrctl", "pointer", *command], check=True, timeout=10)
        subprocess.run(["wlrctl", "pointer", "move", "4000", "4000"], check=True, timeout=10)

    def picture(self, name, still=True):
        """The window alone, with its round corners. It is not `still` while an operation runs: there is a clock."""
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / f"{name}{self.ending}.png"
        shot = self.session.root / "shot.png"
        before = None

        def settled():
            nonlocal before
            self.session.screenshot(shot)
            last, before = before, shot.read_bytes()
            return last == before

        if still:
            wait_for(settled, 20, "nothing moves any more", interval=0.3)
        else:
            settled()
        crop = f"{self.width}x{self.height}+{(1280 - self.width) // 2}+{(720 - self.height) // 2}"
        corners = f"roundrectangle 0,0,{self.width - 1},{self.height - 1},{RADIUS},{RADIUS}"
        mask = ["(", "-size", f"{self.width}x{self.height}", "xc:none", "-fill", "white", "-draw", corners, ")"]
        command = ["convert", shot, "-crop", crop, "+repage", *mask, "-compose", "CopyOpacity", "-composite"]
        command += ["-strip", "-define", "png:compression-level=9", path]
        subprocess.run([str(part) for part in command], check=True)
        print(path, file=sys.stderr)


def main():
    if len(sys.argv) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    out, *looks = sys.argv[1:]
    if len(looks) != 1:
        for look in looks or LOOKS:
            subprocess.run([sys.executable, __file__, out, look], check=True)
        return 0
    dark = LOOKS[looks[0]][1]
    with Session(display="labwc", keyring="unlocked", settings="keyfile", dark=dark, animations=False) as session:
        with Sandbox(session) as lab:
            Photographer(session, lab, out, looks[0]).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
