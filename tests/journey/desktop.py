#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo on a desktop: the window on a local lab, until it is closed. Nothing is kept."""

import sys

from labtest import Session, program
from labtest.sandbox import Sandbox

# Chromium refuses its sandbox to root, and this session has no keyring of the person's.
BROWSER = (
    "#!/bin/sh\n"
    "exec chromium --no-sandbox --no-first-run --disable-sync --disable-background-networking"
    ' --password-store=basic --user-data-dir="$HOME/chromium" "$@" >/dev/null 2>&1\n'
)


TEXT = """
A local lab is running, with real machines. Sign in as one of these:

{people}

The sign-in page and notebooks open in a Chromium of their own. When a machine asks who you are:

{machines}

Other machines let you choose a password first. Quit LabConnect to stop the lab; nothing is kept.
"""


def describe(people):
    names = [f"    {person['userName']:24} {person['password']:24} {person['role']}" for person in people]
    machines = [
        f"    {machine['name']} of {person['userName']}: {machine['login']}, {machine['password']}"
        for person in people
        for machine in person["machines"]
    ]
    return TEXT.format(people="\n".join(names), machines="\n".join(machines))


def main():
    with Session(display="desktop", keyring="unlocked", settings="keyfile") as session:
        script = session.home / "browser"
        script.write_text(BROWSER)
        with Sandbox(session) as lab:
            print(describe(lab.ready["people"]), flush=True)
            process = session.spawn([program("labconnect"), "--cloud", lab.url])
            try:
                return process.wait()
            except KeyboardInterrupt:
                return 0


if __name__ == "__main__":
    sys.exit(main())
