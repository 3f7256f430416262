#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""first_frame.py MINIMAL LABCONNECT [RUNS]

Time from exec to the first frame that a compositor gets, of LabConnect and of the smallest libadwaita
window, alternating. Run it in a Wayland session. The frame is seen on the wire (the first commit after a
buffer was attached), so neither program has to report it.
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import time

LIMIT = 30.0
ATTACH = re.compile(rb"wl_surface[@#]\d+\.attach\(wl_buffer[@#]")
COMMIT = re.compile(rb"wl_surface[@#]\d+\.commit\(")


def first_frame(program: str, environment: dict) -> float:
    start = time.monotonic()
    process = subprocess.Popen(
        ["dbus-run-session", "--", program],
        env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True)
    attached, seen = False, None
    for line in process.stderr:
        if ATTACH.search(line):
            attached = True
        elif attached and COMMIT.search(line):
            seen = time.monotonic() - start
            break
    os.killpg(process.pid, signal.SIGTERM)
    process.stderr.close()
    process.wait(LIMIT)
    if seen is None:
        sys.exit(f"{program} ended without a frame")
    return seen


def main() -> None:
    minimal, labconnect = sys.argv[1:3]
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 10
    environment = dict(os.environ, WAYLAND_DEBUG="client")
    times = {minimal: [], labconnect: []}
    for program in (minimal, labconnect):
        first_frame(program, environment)  # disk caches
    for _ in range(runs):
        for program, values in times.items():
            values.append(first_frame(program, environment))
    rival, ours = (statistics.median(values) for values in times.values())
    print(f"first frame, median of {runs}: minimal libadwaita window {rival * 1000:.0f} ms, "
          f"LabConnect {ours * 1000:.0f} ms, ratio {ours / rival:.2f}")


if __name__ == "__main__":
    main()
