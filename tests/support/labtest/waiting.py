# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounded waits, and what to do when a program is not there."""

import os
import shutil
import threading
import time
from pathlib import Path

# Everything takes longer under the sanitizers and on a loaded machine; one knob for all limits.
PATIENCE = float(os.environ.get("LABCONNECT_TEST_PATIENCE", "1"))


class TimeLimit(AssertionError):
    """Something did not become true in time."""


class Missing(Exception):
    """A program that the test needs is not installed: the test is skipped, or fails where all must be there."""


def wait_for(condition, seconds=10.0, what=None, interval=0.02):
    """Calls `condition` until it returns something true, and returns that.

    An AssertionError raised by `condition` means "not yet", and becomes the reason in the end.
    """
    limit = time.monotonic() + seconds * PATIENCE
    tick = threading.Event()
    reason = None
    while True:
        try:
            if result := condition():
                return result
        except AssertionError as error:
            reason = error
        if time.monotonic() > limit:
            text = what or getattr(condition, "__doc__", None) or "the condition"
            raise TimeLimit(f"not after {seconds:g} s: {text}" + (f" ({reason})" if reason else ""))
        tick.wait(interval)


def need(*programs):
    """Raises Missing unless all of these are in $PATH."""
    for name in programs:
        if shutil.which(name) is None:
            raise Missing(f"{name} is not installed")


def build_folder():
    folder = os.environ.get("LABCONNECT_BUILD_DIR")
    if not folder:
        raise Missing("LABCONNECT_BUILD_DIR is not set; run this through meson test")
    return Path(folder)


def program(name):
    """The path of one of our programs: from $LABCONNECT_PREFIX when that is set, else from the build folder."""
    if prefix := os.environ.get("LABCONNECT_PREFIX"):
        path = Path(prefix, "bin", name)
    else:
        folder = {"labconnect": "src/app", "labconnectctl": "src/cli", "labconnect-sandbox": "src/sandbox"}[name]
        candidates = [build_folder() / folder / name, *(build_folder() / folder).glob(f"*/{name}")]
        path = next((candidate for candidate in candidates if candidate.is_file()), candidates[0])
    if not path.is_file():
        raise Missing(f"{path} was not built")
    return str(path)
