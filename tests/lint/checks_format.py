# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that hand the files to a formatter or to a linter of their language."""

import subprocess

from checks_source import LICENCE, SHELL_SHEBANGS
from lint import Check

STYLE = "BasedOnStyle: GNU\nColumnLimit: 100\nSpaceBeforeParens: Always\n"


class ClangFormat(Check):
    name = "clang-format"
    needs = ("clang-format",)
    clean = {".clang-format": STYLE, "src/a.c": "int\na (void)\n{\n  return b (1);\n}\n"}
    faults = {"a file that is not formatted": {"src/a.c": "int a(void){return b(1);}\n"}}

    def run(self, tree):
        files = tree.matching(".c", ".h")
        return self.command(tree, "clang-format", "--dry-run", "-Werror", *files) if files else []


class BlueprintFormat(Check):
    name = "blueprint-format"
    needs = ("blueprint-compiler",)
    clean = {"src/ui/a.blp": "using Gtk 4.0;\n\nBox {\n  spacing: 6;\n}\n"}
    faults = {"a file that is not formatted": {"src/ui/a.blp": "using Gtk 4.0;\nBox { spacing:6; }\n"}}

    def run(self, tree):
        files = tree.matching(".blp")
        return self.command(tree, "blueprint-compiler", "format", *files) if files else []


class ShellCheck(Check):
    name = "shellcheck"
    needs = ("shellcheck",)
    clean = {"a.sh": '#!/bin/sh\nset -eu\necho "$1"\n', "run": '#!/bin/bash\ncd "$1" || exit\n'}
    faults = {
        "an unquoted variable in a .sh file": {"a.sh": "#!/bin/sh\nrm $1\n"},
        "the same in a script without ending": {"run": "#!/bin/bash\nrm $1\n"},
        "the same in a sourced part": {"part": f"# {LICENCE}\n# shellcheck shell=bash\nrm $1\n"},
    }

    def run(self, tree):
        scripts = []
        for path in tree.paths:
            with open(tree.root / path, "rb") as file:
                head = file.read(300).decode("utf-8", "replace")
            if head.startswith(SHELL_SHEBANGS) or "# shellcheck shell=" in head:
                scripts.append(path)
        return self.command(tree, "shellcheck", "--external-sources", *scripts) if scripts else []


class PythonCompiles(Check):
    """Python without names that nothing binds or uses; the compiler alone would let both pass."""

    name = "python"
    clean = {"a.py": "import os\n\n\ndef b():\n    return os.sep\n"}
    faults = {
        "a syntax error": {"a.py": "def b(:\n"},
        "an import that nobody uses": {"a.py": "import os\nimport sys\nprint(sys.argv)\n"},
        "an exception that is swallowed": {"a.py": "try:\n    b()\nexcept:\n    pass\n"},
    }

    def run(self, tree):
        import ast

        findings = []
        for path in tree.paths:
            if not path.endswith(".py") and "python3" not in tree.first_line(path)[:40]:
                continue
            text = tree.text(path)
            try:
                module = ast.parse(text)
            except SyntaxError as error:
                findings.append(f"{path}:{error.lineno}: {error.msg}")
                continue
            used = {node.id for node in ast.walk(module) if isinstance(node, ast.Name)}
            for node in ast.walk(module):
                if isinstance(node, ast.ExceptHandler) and node.type is None:
                    findings.append(f"{path}:{node.lineno}: a bare except")
                if isinstance(node, (ast.Import, ast.ImportFrom)) and not path.endswith("__init__.py"):
                    for alias in node.names:
                        name = (alias.asname or alias.name).split(".")[0]
                        if name not in used and f"{name}." not in text:
                            findings.append(f"{path}:{node.lineno}: {name} is imported and not used")
        return findings


class ManPages(Check):
    name = "man-pages"
    needs = ("mandoc",)
    page = (
        f'.\\" {LICENCE}\n.Dd November 22, 2026\n.Dt A 1\n.Os\n.Sh NAME\n.Nm a\n.Nd a page\n'
        ".Sh SYNOPSIS\n.Nm\n.Sh DESCRIPTION\nIt does.\n"
    )
    clean = {"data/man/a.1": page}
    faults = {
        "a section that does not exist": {"data/man/a.1": page + ".Sx\n.Zz\n"},
        "a page without a name": {"data/man/a.1": page.replace(".Sh NAME\n.Nm a\n.Nd a page\n", "")},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".1", under="data/man/"):
            done = subprocess.run(
                ["mandoc", "-T", "lint", "-W", "warning", path], cwd=tree.root, capture_output=True, text=True
            )
            findings += done.stdout.splitlines()
        return findings
