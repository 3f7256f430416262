# SPDX-License-Identifier: GPL-3.0-or-later
"""Fibers that can be cancelled: see src/async/lc-fiber.h for what libdex 0.10 does otherwise."""

import re

from checks_source import calls, without_comments
from lint import Check


class Fibers(Check):
    """dex_await () means lc_await () everywhere, and only lc_spawn () makes fibers."""

    name = "fibers"
    clean = {
        "src/core/a.c": '#include <libdex.h>\n\n#include "lc-async.h"\nx = dex_await_object (f (), &error);\n',
        "src/core/b.c": "/* dex_await () */\nlc_spawn (fiber, data, free);\n",
        "src/async/lc-fiber.c": '#include "lc-fiber.h"\ndex_scheduler_spawn (s, 0, fiber, data, free);\n'
        "dex_await (f, &error);\n",
        "tests/c.c": "#include <lc-async.h>\ndex_await (f, &error);\n",
    }
    faults = {
        "an await without lc-async.h": {"src/core/a.c": "#include <libdex.h>\ndex_await (f, &error);\n"},
        "a typed await without it": {"src/core/a.c": "x = dex_await_boxed (f, &error);\n"},
        "an include that is a comment": {
            "src/core/a.c": '/* #include "lc-async.h" */\ndex_await (f, &error);\n',
        },
        "an include after the await": {
            "src/core/a.c": 'dex_await (f, &error);\n#include "lc-async.h"\n',
        },
        "the same in a test": {"tests/c.c": "dex_await (f, &error);\n"},
        "the original await, in parentheses": {
            "src/core/a.c": '#include "lc-async.h"\n(dex_await) (f, &error);\n',
        },
        "a bare fiber": {"src/core/a.c": "dex_scheduler_spawn (s, 0, fiber, data, free);\n"},
        "a bare fiber in a test": {"tests/c.c": "dex_scheduler_spawn (s, 0, fiber, data, free);\n"},
    }
    # String literals are blanked by without_comments (), so the header's name comes from the text itself.
    include = re.compile(r'^[ \t]*#[ \t]*include[ \t]*[<"](?:.*/)?lc-(?:async|fiber)\.h[>"]', re.MULTILINE)

    def first_include(self, text, code):
        for match in self.include.finditer(text):
            if code[match.end() - 1] != " ":
                return text.count("\n", 0, match.start()) + 1
        return None

    def run(self, tree):
        findings = []
        for path in tree.matching(".c", ".h"):
            text = tree.text(path)
            code = without_comments(text)
            included = self.first_include(text, code)
            for line, name, _arguments in calls(code, r"dex_await\w*"):
                if included is None or included > line:
                    findings.append(f'{path}:{line}: {name} () without #include "lc-async.h" before it')
            if path.startswith("src/async/"):
                continue
            for match in re.finditer(r"\(\s*dex_await\w*\s*\)", code):
                line = code.count("\n", 0, match.start()) + 1
                findings.append(f"{path}:{line}: this goes round lc_await ()")
            for line, name, _arguments in calls(code, r"dex_scheduler_spawn"):
                findings.append(f"{path}:{line}: {name} () outside of src/async; use lc_spawn ()")
        return findings
