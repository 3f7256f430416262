#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""first_frame.py MINIMAL LABCONNECT [RUNS]

Time from exec to the first frame that a compositor gets, of LabConnect and of the smallest libadwaita
window, alternating in one headless session. The frame is seen on the wire (the first commit after a
buffer was attached), so neither program has to report it.
"""

import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMIT = 30.0
ATTACH = re.compile(rb"wl_surface[@#]\d+\.attach\(wl_buffer[@#]")
COMMIT = re.compile(rb"wl_surface[@#]\d+\.commit\(")


def wait_for(path: Path, process: subprocess.Popen) -> None:
    end = time.monotonic() + LIMIT
    while not path.exists():
        if process.poll() is not None or time.monotonic() > end:
            sys.exit(f"the compositor did not start: no {path}")
        time.sleep(0.02)


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
    with tempfile.TemporaryDirectory() as folder:
        runtime = Path(folder, "run")
        runtime.mkdir(mode=0o700)
        environment = dict(
            os.environ, HOME=folder, XDG_RUNTIME_DIR=str(runtime), GSK_RENDERER="cairo",
            GDK_DEBUG="no-portals", ADW_DISABLE_PORTAL="1", GSETTINGS_BACKEND="memory",
            WLR_BACKENDS="headless", WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1")
        environment.pop("DISPLAY", None)
        compositor = subprocess.Popen(
            ["labwc"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(runtime / "wayland-0", compositor)
            environment.update(WAYLAND_DISPLAY="wayland-0", GDK_BACKEND="wayland",
                               WAYLAND_DEBUG="client")
            times = {minimal: [], labconnect: []}
            for program in (minimal, labconnect):
                first_frame(program, environment)  # disk caches
            for _ in range(runs):
                for program, values in times.items():
                    values.append(first_frame(program, environment))
        finally:
            compositor.terminate()
            compositor.wait(LIMIT)
    rival, ours = (statistics.median(values) for values in times.values())
    print(f"first frame, median of {runs}: minimal libadwaita window {rival * 1000:.0f} ms, "
          f"LabConnect {ours * 1000:.0f} ms, ratio {ours / rival:.2f}")


if __name__ == "__main__":
    main()
