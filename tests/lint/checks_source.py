# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about what stands in the source files."""

import re

from lint import Check

LICENCE = "SPDX-License-Identifier: GPL-3.0-or-later"
C_HEAD = f"/* {LICENCE} */\n"
SHELL_SHEBANGS = ("#!/bin/sh", "#!/bin/bash", "#!/usr/bin/env bash")


def without_comments(text):
    """C text with comments and the insides of string literals blanked, line breaks kept."""

    def blank(match):
        token = match[0]
        if token.startswith("/"):
            return re.sub(r"[^\n]", " ", token)
        return token[0] + re.sub(r"[^\n]", " ", token[1:-1]) + token[-1]

    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, blank, text, flags=re.DOTALL)


def calls(text, name_pattern):
    """Yields (line, name, arguments) of every call whose name matches, arguments split at the top level."""
    for match in re.finditer(rf"\b({name_pattern})\s*\(", text):
        depth, start, arguments = 1, match.end(), []
        for position in range(match.end(), len(text)):
            character = text[position]
            if character in "([{":
                depth += 1
            elif character in ")]}":
                depth -= 1
            if depth == 0 or (depth == 1 and character == ","):
                arguments.append(text[start:position].strip())
                start = position + 1
            if depth == 0:
                break
        yield text.count("\n", 0, match.start()) + 1, match[1], arguments


class Layers(Check):
    """Every #include is checked against the table in src/README.md."""

    name = "layers"

    # Where a system header comes from, as the table names it. What is not here (libc, Linux) is everybody's.
    libraries = {
        r"(glib|gio|gobject|gmodule)\b": "GLib",
        r"libdex\b": "libdex",
        r"libsoup/": "libsoup",
        r"json-glib/": "json-glib",
        r"libssh2": "libssh2",
        r"openssl/": "libcrypto",
        r"libsecret/": "libsecret",
        r"sqlite3\.h": "SQLite",
        r"(gtk|gdk|gsk)/": "GTK",
        r"adwaita\.h|adw": "libadwaita",
        r"vte/": "VTE",
    }
    # Wrapped by one folder so that nobody else needs to know its rules.
    wrapped = {"libssh2", "libsecret"}
    table = (
        "| folder | library | may include | external libraries |\n|---|---|---|---|\n"
        "| `async/` | a | – | GLib, libdex |\n| `core/` | c | async | |\n| `http/` | h | core | libsoup |\n"
        "| `ssh/` | s | core | libssh2 |\n| `connectors/*/` | x | ssh, core | |\n"
        "| `composition/` | m | everything above | |\n| `ui/` | u | core | GTK, libadwaita |\n"
        "| `app/` | p | everything | |\n| `cli/` | q | everything but ui | |\n"
        "| `sandbox/` | y | nothing of the above | libsoup, SQLite |\n"
    )
    clean = {
        "src/README.md": table,
        "src/core/lc-machine.h": "#include <gio/gio.h>\n",
        "src/core/lc-machine.c": '#include "lc-machine.h"\n',
        "src/ui/lc-window.h": '#include <gtk/gtk.h>\n#include "lc-machine.h"\n',
        "src/ssh/lc-ssh.h": "#include <libssh2.h>\n",
        "src/connectors/forward/lc-forward.h": '#include "lc-ssh.h"\n',
        "src/app/main.c": '#include "lc-window.h"\n#include "lc-forward.h"\n',
        "src/sandbox/sb-main.c": "#include <sqlite3.h>\n#include <libsoup/soup.h>\n#include <sys/mount.h>\n",
    }
    faults = {
        "GTK in core": {"src/core/lc-machine.c": "#include <gtk/gtk.h>\n"},
        "GTK in a connector": {"src/connectors/forward/lc-forward.c": "#include <gdk/gdk.h>\n"},
        "libadwaita in the command line": {"src/cli/main.c": "#include <adwaita.h>\n"},
        "ssh seen by the user interface": {"src/ui/lc-window.c": '#include "lc-ssh.h"\n'},
        "the window seen by the command line": {"src/cli/main.c": '#include "lc-window.h"\n'},
        "core seen by the sandbox": {"src/sandbox/sb-main.c": '#include "lc-machine.h"\n'},
        "a connector that includes libssh2": {"src/connectors/forward/lc-forward.c": "#include <libssh2.h>\n"},
        "a connector that includes another": {"src/connectors/notebook/x.c": '#include "lc-forward.h"\n'},
        "core that includes the layer above": {"src/core/lc-machine.c": '#include "lc-ssh.h"\n'},
        "the window seen by the composition": {"src/composition/c.c": '#include "lc-window.h"\n'},
        "a folder that the table does not name": {"src/extra/x.c": "#include <glib.h>\n"},
    }

    def rows(self, tree):
        """folder pattern → (folders it may include, its own external libraries)"""
        rows = {}
        for line in tree.text("src/README.md").splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if match := re.fullmatch(r"`([^`]+)/`", cells[0]):
                libraries = {name.strip() for name in cells[3].split(",") if name.strip()}
                rows[match[1]] = (cells[2], libraries)
        return rows

    def folder_of(self, path, rows):
        for pattern in rows:
            parts = pattern.split("/")
            found = path.split("/")[1 : 1 + len(parts)]
            if len(found) == len(parts) and all(a in ("*", b) for a, b in zip(parts, found)):
                return pattern, "/".join(found)
        return None, None

    def reach(self, row, rows):
        """The rows that a row sees, and the external libraries that come with them."""
        text, libraries = rows[row]
        if text.startswith("everything"):
            order = list(rows)
            above = order[: order.index(row)] if text == "everything above" else order
            seen = {other for other in above if other not in ("app", "cli", "sandbox")}
            seen -= {word for word in seen if re.search(rf"but .*\b{re.escape(word)}\b", text)}
        else:
            named = [] if text.startswith("nothing") else re.findall(r"[a-z0-9/*]+", text)
            seen = {word for word in named if word in rows}
            for other in list(seen):
                seen |= self.reach(other, rows)[0]
        external = set(libraries)
        for other in seen:
            external |= rows[other][1] - (self.wrapped if other != row else set())
        return seen, external

    def run(self, tree):
        rows = self.rows(tree)
        sources = tree.matching(".c", ".h", under="src/")
        owner = {path.rsplit("/", 1)[1]: path for path in sources if path.endswith(".h")}
        findings = []
        for path in sources:
            row, folder = self.folder_of(path, rows)
            if row is None:
                findings.append(f"{path}: src/README.md has no line for this folder")
                continue
            seen, external = self.reach(row, rows)
            for number, line in enumerate(tree.text(path).splitlines(), 1):
                match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
                if not match:
                    continue
                header = match[2]
                if match[1] == "<":
                    matching = (name for key, name in self.libraries.items() if re.match(key, header))
                    library = next(matching, None)
                    if library and library != "GLib" and library not in external:
                        findings.append(f"{path}:{number}: {row}/ may not use {library} (<{header}>)")
                    continue
                target = owner.get(header.rsplit("/", 1)[-1])
                if target is None:
                    continue
                other_row, other_folder = self.folder_of(target, rows)
                if other_folder != folder and other_row not in seen:
                    findings.append(f"{path}:{number}: {row}/ may not include {target}")
                elif other_folder != folder and other_row == row:
                    findings.append(f"{path}:{number}: {folder}/ may not include its neighbour's {target}")
        return findings


class FileSize(Check):
    name = "file-size"
    limit = 1000
    clean = {"src/a.c": "int a;\n" * 1000}
    faults = {
        "a source file of 1001 lines": {"src/a.c": "int a;\n" * 1001},
        "a test of 1001 lines": {"tests/a.py": "a = 1\n" * 1001},
        "a Blueprint file of 1001 lines": {"src/ui/a.blp": "//\n" * 1001},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".c", ".h", ".py", ".blp", ".css"):
            lines = tree.text(path).count("\n")
            if lines > self.limit:
                findings.append(f"{path}: {lines} lines; split it (the limit is {self.limit})")
        return findings


class Awaits(Check):
    """The traps of libdex 0.10: an await that drops its error, a NULL scheduler."""

    name = "awaits"
    clean = {
        "src/a.c": 'a = dex_await_object (f (x, NULL), &error);\n/* dex_await (f, NULL) */\n'
        'puts ("dex_await (f, NULL)");\n'
        "dex_scheduler_spawn (dex_scheduler_get_default (), 0, fiber, data, free);\n",
    }
    faults = {
        "dex_await (…, NULL)": {"src/a.c": "dex_await (f, NULL);\n"},
        "dex_await over several lines": {"src/a.c": "x = dex_await_int (\n  g (a, b),\n  NULL);\n"},
        "a NULL scheduler": {"src/a.c": "dex_scheduler_spawn (NULL, 0, fiber, data, free);\n"},
        "both in a test": {"tests/a.c": "dex_await (dex_scheduler_spawn (NULL, 0, f, d, NULL), NULL);\n"},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".c", ".h"):
            text = without_comments(tree.text(path))
            for line, name, arguments in calls(text, r"dex_await\w*"):
                if len(arguments) > 1 and arguments[-1] == "NULL":
                    findings.append(f"{path}:{line}: {name} drops its error")
            for line, name, arguments in calls(text, r"dex_scheduler_spawn"):
                if arguments[0] == "NULL":
                    findings.append(f"{path}:{line}: {name} with a NULL scheduler; use lc_spawn ()")
        return findings


class Licence(Check):
    name = "licence"
    clean = {"src/a.c": C_HEAD, "a.sh": f"#!/bin/sh\n# {LICENCE}\n", "run": f"#!/bin/bash\n# {LICENCE}\n"}
    faults = {
        "a C file without": {"src/a.c": "int a;\n"},
        "a header that has it further down": {"src/a.h": "#pragma once\n\n" + C_HEAD},
        "a script without": {"run": "#!/bin/bash\necho\n"},
        "another licence": {"src/a.c": "/* SPDX-License-Identifier: MIT */\n"},
    }

    def run(self, tree):
        findings = []
        for path in tree.paths:
            with open(tree.root / path, "rb") as file:
                head = [file.readline().decode("utf-8", "replace") for _ in range(2)]
            script = head[0].startswith("#!")
            if script or path.endswith((".c", ".h", ".py", ".sh", ".blp", ".css")):
                if LICENCE not in head[1 if script else 0]:
                    findings.append(f"{path}: the first line must name the licence ({LICENCE})")
        return findings


class Headers(Check):
    name = "headers"
    clean = {"src/a.h": C_HEAD + "\n#pragma once\n\n#include <glib.h>\n"}
    faults = {
        "a header without #pragma once": {"src/a.h": C_HEAD + "#include <glib.h>\n"},
        "an include before #pragma once": {"src/a.h": C_HEAD + "#include <glib.h>\n#pragma once\n"},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".h"):
            code = [line for line in without_comments(tree.text(path)).splitlines() if line.strip()]
            if not code or code[0].strip() != "#pragma once":
                findings.append(f"{path}: #pragma once must come before everything else")
        return findings


class ForbiddenCalls(Check):
    """Calls that block the main loop, go through a shell, or wait for luck."""

    name = "forbidden-calls"
    rules = [
        (("src/", "tests/"), r"g_usleep|usleep|nanosleep|sleep", "wait for a condition instead of sleeping"),
        (("src/",), r"system|popen|g_spawn_command_line_\w+", "goes through a command line; use an argv array"),
        (("src/",), r"strcpy|strcat|sprintf|vsprintf|gets|strtok|mktemp|tmpnam", "is not safe"),
        (("src/",), r"g_main_context_iteration", "runs the main loop from inside"),
    ]
    clean = {"src/a.c": "printf (x); g_snprintf (b, 1, c); my_sleep (1);\n", "tests/a.py": "wait_for(ready)\n"}
    faults = {
        "a sleep in a C test": {"tests/a.c": "g_usleep (1000);\n"},
        "a sleep in a Python test": {"tests/a.py": "time." + "sleep(1)\n"},
        "system ()": {"src/a.c": 'system ("ls");\n'},
        "sprintf ()": {"src/a.c": "sprintf (b, c);\n"},
        "the main loop from inside": {"src/ui/a.c": "g_main_context_iteration (NULL, TRUE);\n"},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".c", ".h"):
            text = without_comments(tree.text(path))
            for folders, pattern, why in self.rules:
                # A benchmark may stand for a slow line; async/ lets cancelled fibers end before the program does.
                if path.startswith(folders) and not path.startswith(("tests/bench/", "src/async/")):
                    for line, name, _arguments in calls(text, pattern):
                        findings.append(f"{path}:{line}: {name} (): {why}")
        for path in tree.matching(".py", under="tests/"):
            for number, line in enumerate(tree.text(path).splitlines(), 1):
                if re.search(r"\btime\." r"sleep\(|\bos\.system\(|shell=Tru" "e", line):
                    findings.append(f"{path}:{number}: {line.strip()}")
        return findings


class Words(Check):
    """Work left undone, and names that do not belong into the project."""

    name = "words"
    rules = [
        (r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b", "work left undone"),
        (r"\b(not im" r"plemented|unim" r"plemented)\b", "work left undone"),
        (r"(^|[^A-Za-z0-9_.])/(wo" r"rk|fa" r"rm)/|/tmp/ba" r"sh_jobs", "a path of somebody's machine"),
        (r"\bdeb\.deb" r"ian\.org|registry\.npm" r"js|files\.pythonh" r"osted|\bpypi\.or" r"g", "a registry's host"),
    ]
    clean = {"src/a.c": "/* mkdtemp template: lc-XXXXXX */\n", "a.md": "the work/ folder, HACKING\n"}
    faults = {
        "a note to do": {"src/a.c": "/* TO" + "DO: this */\n"},
        "something not done": {"a.py": 'raise Error("not im' + 'plemented")\n'},
        "a machine's path": {"b.sh": "cd /wo" + "rk/main\n"},
        "a registry": {"c": "http://deb.deb" + "ian.org/debian\n"},
    }
    skipped = ("COPYING", "tests/lint/lint.py")

    def run(self, tree):
        findings = []
        for path in tree.paths:
            if path in self.skipped or path.endswith((".png", ".svg", ".po")):
                continue
            try:
                lines = tree.text(path).splitlines()
            except UnicodeDecodeError:
                continue
            for number, line in enumerate(lines, 1):
                for pattern, why in self.rules:
                    if re.search(pattern, line):
                        findings.append(f"{path}:{number}: {why}: {line.strip()[:100]}")
        return findings


class PlainText(Check):
    """What .editorconfig says, for editors that do not read it."""

    name = "plain-text"
    suffixes = (".c", ".h", ".py", ".blp", ".css", ".md", ".build", ".options", ".in", ".xml", ".json", ".packages")
    clean = {"a.py": "x = 1\n", "b.md": "# ü\n", "src/c.c": ""}
    faults = {
        "trailing space": {"a.py": "x = 1 \n"},
        "a tab": {"src/a.c": "\tint a;\n"},
        "no line break at the end": {"a.md": "x"},
        "Windows line breaks": {"a.py": "x = 1\r\n"},
        "Latin-1": {"a.md": "caf\xe9\n".encode("latin-1")},
        "a very long line of Python": {"a.py": "x = '" + "a" * 120 + "'\n"},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(*self.suffixes):
            data = (tree.root / path).read_bytes()
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                findings.append(f"{path}: not UTF-8")
                continue
            if text and not text.endswith("\n"):
                findings.append(f"{path}: no line break at the end")
            for number, line in enumerate(text.split("\n"), 1):
                if line != line.rstrip():
                    findings.append(f"{path}:{number}: space at the end of the line")
                if "\t" in line:
                    findings.append(f"{path}:{number}: a tab")
                if path.endswith(".py") and len(line) > 120:
                    findings.append(f"{path}:{number}: {len(line)} characters")
        return findings


class FolderReadme(Check):
    """A folder of the source tree says what it is for."""

    name = "folder-readme"
    clean = {"src/core/README.md": "# core\n", "src/core/a.c": C_HEAD}
    faults = {"a library without a README.md": {"src/ssh/a.c": C_HEAD}}

    def run(self, tree):
        folders = {path.rsplit("/", 1)[0] for path in tree.matching(".c", under="src/")}
        return [f"{folder}: no README.md" for folder in sorted(folders) if f"{folder}/README.md" not in tree.paths]
