# SPDX-License-Identifier: GPL-3.0-or-later
"""The record of a journey: each step with its time, its result and its picture."""

import contextlib
import json
import re
import sys
import time
from pathlib import Path


class Journey:
    """`picture` saves what there is to see to a file; a step may name another one."""

    def __init__(self, name, out, picture=None):
        self.name = name
        self.out = Path(out)
        self.out.mkdir(parents=True, exist_ok=True)
        self.picture = picture
        self.steps = []
        self.started = time.monotonic()

    @contextlib.contextmanager
    def step(self, title, picture="default"):
        entry = {"step": title}
        self.steps.append(entry)
        started = time.monotonic()
        try:
            yield entry
            entry["result"] = "passed"
        except BaseException as error:
            entry["result"] = "failed"
            entry["error"] = f"{type(error).__name__}: {error}"
            raise
        finally:
            entry["seconds"] = round(time.monotonic() - started, 2)
            self._take_picture(entry, self.picture if picture == "default" else picture)
            self._write()
            print(f"{entry['result']:7} {entry['seconds']:7.2f} s  {title}", file=sys.stderr, flush=True)

    def _take_picture(self, entry, picture):
        if picture is None:
            return
        slug = re.sub(r"[^a-z0-9]+", "-", entry["step"].lower()).strip("-")
        name = f"{len(self.steps):02d}-{slug}.png"
        try:
            picture(self.out / name)
            entry["screenshot"] = name
        except Exception as error:  # the step's own result matters more than its picture
            entry["screenshot_error"] = str(error)
            if entry["result"] == "passed":
                entry["result"] = "failed"
                raise

    def _write(self):
        passed = all(entry.get("result") == "passed" for entry in self.steps)
        record = {
            "journey": self.name,
            "result": "passed" if passed else "failed",
            "seconds": round(time.monotonic() - self.started, 2),
            "steps": self.steps,
        }
        text = json.dumps(record, indent=2, ensure_ascii=False)
        (self.out / "journey.json").write_text(text + "\n", encoding="utf-8")
