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


def main():
    with Session(display="desktop", keyring="unlocked", settings="keyfile") as session:
        script = session.home / "browser"
        script.write_text(BROWSER)
        with Sandbox(session) as lab:
            people = "\n".join(f"    {user['userName']:32} password {user['password']}" for user in lab.ready["people"])
            print(
                "\nA local lab is running. In the window, choose it as the cloud and sign in as one of these:\n"
                f"\n{people}\n\n"
                "The page opens in a Chromium of its own. Close the window to stop the lab; nothing is kept.\n",
                flush=True,
            )
            process = session.spawn([program("labconnect")])
            try:
                return process.wait()
            except KeyboardInterrupt:
                return 0


if __name__ == "__main__":
    sys.exit(main())
