#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""window.py --out DIR: the main job as a person does it, in the real window, on a local lab with real machines.

Signs in on the real page, opens the notebook of a stopped machine with the one click, computes in a real kernel through
the tunnel, looks at the page, closes, signs out. DIR gets a picture of each step and journey.json.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from labtest import Missing, Session, program, wait_for
from labtest.chromium import Chromium
from labtest.notebook import Jupyter, follow
from labtest.sandbox import Sandbox
from steps import Journey

LAB = "Data science with Python"


class WindowJourney:
    def __init__(self, session, lab, out):
        self.session = session
        self.lab = lab
        self.person = lab.person("ada")
        self.machine = self.person["machines"][0]
        self.journey = Journey("window", out, session.screenshot)
        self.process = None
        self.window = None
        self.actions = None
        self.url = None

    def run(self):
        self.open_window()
        with Chromium() as browser:
            self.sign_in(browser)
            self.see_machines()
            self.open_notebook()
            self.compute()
            self.look_at_page(browser)
        self.open_again()
        self.look_at_connections()
        self.close_connection()
        self.stop_machine()
        self.sign_out()
        self.quit()

    # The steps

    def open_window(self):
        from labtest import a11y, bus

        with self.journey.step("The window opens"):
            self.process = self.session.spawn([program("labconnect"), "--cloud", self.lab.url], name="labconnect")
            self.window = a11y.application(self.process).find("frame")
            self.window.find("button", "Sign In")
            self.actions = bus.Actions()

    def sign_in(self, browser):
        with self.journey.step("Sign in through the browser", picture=browser.screenshot):
            self.window.find("button", "Sign In").click()
            address = self.session.browser.wait_for_url()
            assert address.startswith(self.lab.url), "the sign-in page is the local lab's"
            browser.open(address)
            browser.wait_for("#username").send_keys(self.person["userName"])
            browser.wait_for("#password").send_keys(self.person["password"])
        with self.journey.step("The browser says that it is done", picture=browser.screenshot):
            browser.wait_for("#submit").click()
            browser.wait_for_text("You Are Signed In")

    def row(self):
        return self.window.find("list item", contains=f"{self.machine['name']},")

    def wait_for_state(self, state, seconds):
        wait_for(lambda: state in self.row().name, seconds, f"{self.machine['name']} is {state}")

    def see_machines(self):
        with self.journey.step("See labs and machines"):
            self.window.find("list item", LAB, seconds=20)
            self.wait_for_state("Stopped", 20)

    def open_notebook(self):
        with self.journey.step("One click on a stopped machine"):
            self.row().find("button", "Open Notebook").click()
            dialog = self.window.find("dialog", "Log In", seconds=30)
            dialog.find("text", "User Name").fill(self.machine["login"])
            dialog.find("text", "Password").fill(self.machine["password"])
            remember = dialog.find_all("check box", "Remember in Keyring")[-1]
            if "checked" not in remember.states:
                remember.click()
        with self.journey.step("The machine shows its identity"):
            self.window.find("dialog", "Log In").find("button", "Log In").click()
            self.window.find(("dialog", "alert"), contains=f"Is This “{self.machine['name']}”?", seconds=60)
        with self.journey.step("The notebook opens in the browser"):
            self.window.find("button", "Trust").click()
            link = self.session.browser.wait_for_url(120)
            assert self.session.browser.urls()[-1] == link, "one address is opened, once"
            self.url = follow(link)
            self.wait_for_state("Running", 20)

    def compute(self):
        with self.journey.step("6*7 in a real kernel through the tunnel") as entry:
            entry["answer"] = Jupyter(self.url).run("6*7")
            assert entry["answer"] == "42", entry["answer"]

    def look_at_page(self, browser):
        with self.journey.step("The notebook page", picture=browser.screenshot):
            browser.open(self.url)
            browser.wait_for("#notebook_list, .jp-DirListing")

    def open_again(self):
        with self.journey.step("A second click uses what is open"):
            self.row().find("button", "Open Notebook").click()
            again = follow(self.session.browser.wait_for_url(20))
            assert Jupyter(again).base == Jupyter(self.url).base, "the same tunnel"

    def look_at_connections(self):
        with self.journey.step("Look at the connections"):
            self.actions.activate("connections", window=1)
            dialog = self.window.find("dialog", "Connections")
            rows = wait_for(lambda: dialog.find_all("list item"), 10, "there is a connection")
            assert len(rows) == 1, rows
            assert self.machine["name"] in rows[0].name, rows[0].name

    def close_connection(self):
        with self.journey.step("Close the connection"):
            row = self.window.find("dialog", "Connections").find("list item")
            row.find("button", "Close").click()
            self.window.find(name="Nothing Is Open", seconds=20)
        with self.journey.step("The tunnel is gone", picture=None):
            import requests

            try:
                requests.get(Jupyter(self.url).base, timeout=5)
            except requests.ConnectionError:
                pass
            else:
                raise AssertionError("the local port still answers")
            self.window.find("dialog", "Connections").find("button", "Close").click()
            self.window.wait_gone("dialog")

    def stop_machine(self):
        with self.journey.step("Stop the machine"):
            self.row().action("machine.stop")
            self.wait_for_state("Stopped", 60)

    def sign_out(self):
        with self.journey.step("Look at the accounts"):
            self.actions.activate("accounts", window=1)
            self.window.find("dialog", "Accounts").find(contains=self.person["userName"])
        with self.journey.step("Sign out"):
            self.window.find("dialog", "Accounts").find("button", "Sign Out").click()
            question = self.window.find(("dialog", "alert"), contains=self.person["userName"])
            question.find("button", "Sign Out").click()
            self.window.find("button", "Sign In", seconds=20)
        with self.journey.step("No secret is left in the keyring", picture=None):
            from labtest import bus

            assert bus.secret_items() == [], bus.secret_items()

    def quit(self):
        with self.journey.step("Quit", picture=None):
            self.actions.activate("quit")
            assert self.process.wait(20) == 0
            complaints = [line for line in self.session.log("labconnect").splitlines() if "CRITICAL" in line]
            assert not complaints, complaints


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", help="where the pictures and journey.json go (default: nowhere)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        try:
            with (
                Session(display="labwc", keyring="unlocked", settings="keyfile") as session,
                Sandbox(session) as lab,
            ):
                WindowJourney(session, lab, Path(options.out or scratch)).run()
        except Missing as missing:
            print(missing, file=sys.stderr)
            return 1 if os.environ.get("LABCONNECT_REQUIRE_ALL") else 77
        except Exception as error:  # journey.json has the step and the reason
            print(f"window journey: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
