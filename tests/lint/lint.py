#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""lint.py CHECK SOURCE_ROOT [BUILD_ROOT]: runs one check over the tree and speaks TAP.

Each check first proves itself: it must pass its own clean sample and find each fault that is planted in it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


class Tree:
    """The files of the project below one folder."""

    def __init__(self, root, build=None):
        self.root = Path(root)
        self.build = Path(build) if build else None
        self.paths = self._listed() if (self.root / ".git").exists() else self._walked()

    def _listed(self):
        command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
        listed = subprocess.run(command, cwd=self.root, capture_output=True, text=True)
        if listed.returncode != 0:
            return self._walked()
        return sorted(p for p in listed.stdout.split("\0") if p and (self.root / p).is_file())

    def _walked(self):
        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [
                name
                for name in folders
                if name != ".git"
                and name != "__pycache__"
                and not (Path(folder) == self.root and name.startswith(("build", "out", "_")) and name != "build-aux")
            ]
            found += [str(Path(folder, name).relative_to(self.root)) for name in names]
        return sorted(found)

    def matching(self, *suffixes, under=""):
        return [p for p in self.paths if p.endswith(suffixes) and p.startswith(under)]

    def text(self, path):
        return (self.root / path).read_text(encoding="utf-8")

    def first_line(self, path):
        with open(self.root / path, "rb") as file:
            return file.readline().decode("utf-8", "replace").rstrip("\n")


class Check:
    """One rule. `clean` and `faults` map paths to texts; each fault is laid over the clean sample."""

    name = ""
    needs = ()  # programs
    clean = {}
    faults = {}

    def run(self, tree):
        """Returns the findings as lines of text."""
        raise NotImplementedError

    def command(self, tree, *argv):
        """Runs a checker; its output is the finding when it fails."""
        done = subprocess.run(argv, cwd=tree.root, capture_output=True, text=True)
        if done.returncode == 0:
            return []
        return (done.stdout + done.stderr).splitlines() or [f"{argv[0]} failed with {done.returncode}"]


def plant(files):
    root = Path(tempfile.mkdtemp(prefix="lint-"))
    for path, text in files.items():
        target = root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return root


class Tap:
    def __init__(self, planned):
        self.number = 0
        self.failed = False
        print("TAP version 14")
        print(f"1..{planned}")

    def case(self, title, problem_lines):
        self.number += 1
        self.failed = self.failed or bool(problem_lines)
        print(f"{'not ok' if problem_lines else 'ok'} {self.number} - {title}")
        for line in problem_lines:
            print(line, file=sys.stderr)


def main():
    # Imported here because each module needs the classes above.
    import checks_data
    import checks_fibers
    import checks_format
    import checks_source

    known = {}
    for module in (checks_source, checks_fibers, checks_format, checks_data):
        for thing in vars(module).values():
            if isinstance(thing, type) and issubclass(thing, Check) and thing.name:
                known[thing.name] = thing()
    name, source, build = (sys.argv[1:] + [None, None, None])[:3]
    if name not in known or source is None:
        print(f"usage: lint.py {'|'.join(sorted(known))} SOURCE_ROOT [BUILD_ROOT]", file=sys.stderr)
        return 2
    check = known[name]

    missing = [program for program in check.needs if shutil.which(program) is None]
    if missing:
        if os.environ.get("LABCONNECT_REQUIRE_ALL"):
            Tap(1).case(name, [f"{program} is missing" for program in missing])
            return 1
        print(f"1..0 # SKIP {', '.join(missing)} is missing")
        return 0

    tap = Tap(2 + len(check.faults))
    root = plant(check.clean)
    tap.case(f"{name}: accepts a clean sample", check.run(Tree(root)))
    shutil.rmtree(root)
    for title, files in check.faults.items():
        root = plant({**check.clean, **files})
        found = check.run(Tree(root))
        tap.case(f"{name}: finds {title}", [] if found else ["the planted fault was not found"])
        shutil.rmtree(root)
    tap.case(f"{name}: the tree", check.run(Tree(source, build)))
    return 1 if tap.failed else 0


if __name__ == "__main__":
    sys.modules["lint"] = sys.modules["__main__"]
    sys.exit(main())
