# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of what is installed beside the programs, and of the translations."""

import configparser
import json
import re
import subprocess
import tempfile
from pathlib import Path

from lint import Check

KEYWORDS = ["_", "N_", "C_:1c,2", "NC_:1c,2", "ngettext:1,2", "g_dngettext:2,3", "g_dpgettext2:2c,3"]
TRANSLATABLE = re.compile(r"\b(_|N_|C_|NC_|ngettext)\s*\(\s*\"")


def potfiles(tree):
    lines = tree.text("po/POTFILES.in").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


class Potfiles(Check):
    """po/POTFILES.in names every file with translatable strings, in order, and nothing else."""

    name = "potfiles"
    clean = {"po/POTFILES.in": "# x\nsrc/a.c\n", "src/a.c": 'f (_("a"));\n', "src/b.c": 'f ("b");\n'}
    faults = {
        "a C file that is missing": {"src/b.c": 'f (ngettext ("a", "b", n));\n'},
        "a Blueprint file that is missing": {"src/b.blp": 'Label { label: _("a"); }\n'},
        "a desktop file that is missing": {"data/a.desktop.in": "[Desktop Entry]\n"},
        "a file that does not exist": {"po/POTFILES.in": "src/a.c\nsrc/gone.c\n"},
        "lines out of order": {"po/POTFILES.in": "src/b.c\nsrc/a.c\n", "src/b.c": 'f (_("a"));\n'},
    }

    def run(self, tree):
        listed = potfiles(tree)
        wanted = tree.matching(".desktop.in", ".metainfo.xml.in", ".gschema.xml")
        wanted += [p for p in tree.matching(".c", ".h", ".blp", under="src/") if TRANSLATABLE.search(tree.text(p))]
        findings = [f"{path} has strings and is not in po/POTFILES.in" for path in wanted if path not in listed]
        extra = [path for path in listed if path not in wanted]
        findings += [f"po/POTFILES.in: {path} has no strings or does not exist" for path in extra]
        if listed != sorted(listed):
            findings.append("po/POTFILES.in: keep the lines in order")
        return findings


class Translations(Check):
    """French is complete; every language is well-formed."""

    name = "translations"
    needs = ("xgettext", "msgmerge", "msgfmt")
    complete = ("fr",)
    header = (
        'msgid ""\nmsgstr ""\n"Project-Id-Version: a\\n"\n"PO-Revision-Date: 2026-11-22 12:00+0000\\n"\n'
        '"Last-Translator: A <a@b.c>\\n"\n"Language-Team: French\\n"\n"Language: fr\\n"\n"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'
    )
    french = header + '#, c-format\nmsgid "a %d"\nmsgstr "un %d"\n'
    clean = {
        "po/POTFILES.in": "src/a.c\n",
        "po/LINGUAS": "fr\n",
        "src/a.c": 'f (_("a %d"), 1);\n',
        "po/fr.po": french,
    }
    faults = {
        "a string that is not translated": {"src/a.c": 'f (_("a %d"), _("b"));\n'},
        "a fuzzy translation": {"po/fr.po": french.replace("#, c-format", "#, fuzzy, c-format")},
        "a format that does not fit": {"po/fr.po": french.replace("un %d", "un %s")},
        "French missing": {"po/LINGUAS": "\n"},
        "a straight apostrophe in French": {"po/fr.po": french.replace("un %d", "l'un %d")},
    }

    def run(self, tree):
        languages = tree.text("po/LINGUAS").split()
        findings = [f"po/LINGUAS: {name} is missing" for name in self.complete if name not in languages]
        with tempfile.TemporaryDirectory() as folder:
            pot = Path(folder, "all.pot")
            keywords = [f"--keyword={keyword}" for keyword in KEYWORDS]
            extract = ["xgettext", "--from-code=UTF-8", "--files-from=po/POTFILES.in", "-o", str(pot), *keywords]
            done = subprocess.run(extract, cwd=tree.root, capture_output=True, text=True)
            if done.returncode != 0:
                return done.stderr.splitlines()
            for language in languages:
                merged = Path(folder, f"{language}.po")
                po = f"po/{language}.po"
                findings += self.command(tree, "msgmerge", "-q", "--no-fuzzy-matching", "-o", str(merged), po, str(pot))
                findings += self.command(tree, "msgfmt", "--check", "-o", "/dev/null", po)
                if language not in self.complete or not merged.exists():
                    continue
                for option, word in (("--untranslated", "not translated"), ("--only-fuzzy", "fuzzy")):
                    command = ["msgattrib", option, "--no-obsolete", "--no-wrap", str(merged)]
                    left = subprocess.run(command, capture_output=True, text=True).stdout
                    findings += [f"{po}: {word}: {text}" for text in re.findall(r'^msgid (".+")$', left, re.MULTILINE)]
                findings += self.typography(po, tree.text(po))
        return findings

    def typography(self, po, text):
        """French has its own apostrophe and puts a narrow no-break space before ; ! ? and a no-break one before :"""
        findings = []
        body = text.split("\n\n", 1)[-1]
        for number, line in enumerate(body.splitlines(), 1):
            keywords = line.count(";") > 3
            if not line.startswith(("msgstr", '"')) or keywords:
                continue
            if re.search(r"\w'\w", line):
                findings.append(f"{po}: straight apostrophe: {line}")
            if re.search(r"[^\s\u00a0\u202f?!.…«(][;!?](?=[\s\"])|\w:(?=[\s\"])", line) and "://" not in line:
                findings.append(f"{po}: no space before punctuation: {line}")
            if re.search(r" [;:!?»](?=[\s\"])|« ", line):
                findings.append(f"{po}: breaking space before punctuation: {line}")
        return findings


class DesktopFile(Check):
    name = "desktop-file"
    needs = ("desktop-file-validate",)
    entry = "[Desktop Entry]\nType=Application\nName=A\nExec=a\n"
    clean = {"data/com.example.A.desktop.in": entry}
    faults = {"an entry without a name": {"data/com.example.A.desktop.in": entry.replace("Name=A\n", "")}}

    def run(self, tree):
        findings = []
        for path in tree.matching(".desktop.in", under="data/"):
            # desktop-file-validate goes by the ending.
            name = Path(path).name.removesuffix(".in")
            built = tree.build / "data" / name if tree.build else None
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder, name)
                copy.write_text(built.read_text() if built and built.exists() else tree.text(path), encoding="utf-8")
                findings += self.command(tree, "desktop-file-validate", str(copy))
        return findings


class Metainfo(Check):
    name = "metainfo"
    needs = ("appstreamcli",)
    sample = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<component type="desktop-application">\n<id>com.example.A</id>\n'
        "<metadata_license>CC0-1.0</metadata_license>\n<project_license>GPL-3.0-or-later</project_license>\n"
        "<name>Alpha</name>\n<summary>Does a thing</summary>\n"
        "<description><p>Does one thing that is useful, and does it quickly.</p></description>\n"
        '<launchable type="desktop-id">com.example.A.desktop</launchable>\n'
        '<url type="homepage">https://example.com/</url>\n'
        '<developer id="com.example"><name>A</name></developer>\n<content_rating type="oars-1.1"/>\n'
        '<releases><release version="1.0" date="2026-11-22"/></releases>\n</component>\n'
    )
    clean = {"data/com.example.A.metainfo.xml.in": sample}
    faults = {
        "XML that is not well-formed": {"data/com.example.A.metainfo.xml.in": sample.replace("</name>", "", 1)},
        "no id": {"data/com.example.A.metainfo.xml.in": sample.replace("<id>com.example.A</id>", "")},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".metainfo.xml.in", under="data/"):
            with tempfile.TemporaryDirectory() as folder:
                copy = Path(folder, Path(path).name.removesuffix(".in"))
                copy.write_text(tree.text(path), encoding="utf-8")
                findings += self.command(tree, "appstreamcli", "validate", "--no-net", "--explain", str(copy))
        return findings


class Schema(Check):
    name = "schema"
    needs = ("glib-compile-schemas",)
    sample = (
        '<schemalist><schema id="com.example.A" path="/com/example/A/"><key name="width" type="i">'
        "<default>{}</default><summary>W</summary><description>W.</description></key></schema></schemalist>\n"
    )
    clean = {"data/com.example.A.gschema.xml": sample.format(1)}
    faults = {
        "a default of the wrong type": {"data/com.example.A.gschema.xml": sample.format("'a'")},
        "no summary": {"data/com.example.A.gschema.xml": sample.format(1).replace("<summary>W</summary>", "")},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".gschema.xml", under="data/"):
            folder = str(tree.root / Path(path).parent)
            findings += self.command(tree, "glib-compile-schemas", "--strict", "--dry-run", folder)
            for key in re.findall(r"<key .*?</key>", tree.text(path), re.DOTALL):
                for part in ("summary", "description"):
                    if f"<{part}>" not in key:
                        findings.append(f"{path}: a key without <{part}>: {key.splitlines()[0]}")
        return findings


class IconsAndScreenshots(Check):
    """Every icon is square and scalable; every picture that the metainfo or the README shows is there."""

    name = "pictures"
    clean = {
        "data/icons/a.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16"/>\n',
        "README.md": "![a](data/icons/a.svg)\n",
    }
    faults = {
        "a picture that is not there": {"README.md": "![a](data/gone.png)\n"},
        "an icon that is not square": {"data/icons/a.svg": '<svg width="16" height="8"/>\n'},
        "a raster picture": {"data/icons/a.svg": '<svg width="16" height="16"><image href="a.png"/></svg>\n'},
    }

    def run(self, tree):
        findings = []
        for path in tree.matching(".md"):
            for target in re.findall(r"!\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"", tree.text(path)):
                picture = target[0] or target[1]
                if "://" not in picture and not (tree.root / Path(path).parent / picture).exists():
                    findings.append(f"{path}: {picture} does not exist")
        for path in tree.matching(".svg", under="data/icons/"):
            text = tree.text(path)
            size = [re.search(rf'<svg[^>]*\s{side}="(\d+)"', text, re.DOTALL) for side in ("width", "height")]
            if not all(size) or size[0][1] != size[1][1]:
                findings.append(f"{path}: not square")
            if "<image" in text:
                findings.append(f"{path}: holds a raster picture")
        return findings


class Flatpak(Check):
    """The manifest is JSON, every archive has its checksum, and no permission opens the sandbox."""

    name = "flatpak"
    archive = '{"type": "archive", "url": "https://example.com/a.tar.xz", "sha256": "' + "0" * 64 + '"}'
    sample = '{"id": "com.example.A", "finish-args": ["--socket=wayland"], "modules": [{"sources": [%s]}]}\n'
    clean = {"com.example.A.json": sample % archive}
    faults = {
        "broken JSON": {"com.example.A.json": "{\n"},
        "an archive without a checksum": {"com.example.A.json": sample % '{"type": "archive", "url": "https://b.c/d"}'},
        "an archive over plain http": {"com.example.A.json": sample % archive.replace("https:", "http:")},
        "host commands": {
            "com.example.A.json": (sample % archive).replace("socket=wayland", "talk-name=org.freedesktop.Flatpak")
        },
        "the whole home": {"com.example.A.json": (sample % archive).replace("socket=wayland", "filesystem=home")},
        "a patch that is not there": {"com.example.A.json": sample % '{"type": "patch", "path": "a.patch"}'},
        "another version than Meson bundles": {
            "com.example.A.json": sample % archive,
            "subprojects/a.wrap": "[wrap-file]\nsource_url = https://example.com/a.tar.xz\nsource_hash = 1\n",
        },
        "a change that only Meson makes": {
            "com.example.A.json": sample % archive,
            "subprojects/a.wrap": "[wrap-file]\nsource_url = https://example.com/a.tar.xz\nsource_hash = "
            + "0" * 64
            + "\ndiff_files = a/b.patch\n",
        },
    }
    refused = re.compile(r"--(talk-name=org\.freedesktop\.(Flatpak|secrets)|filesystem=(home|host)|device=all)")

    def run(self, tree):
        findings = []
        for path in (path for path in tree.matching(".json") if "/" not in path):
            try:
                manifest = json.loads(tree.text(path))
            except json.JSONDecodeError as error:
                findings.append(f"{path}: {error}")
                continue
            findings += [f"{path}: {arg}" for arg in manifest["finish-args"] if self.refused.match(arg)]
            sources = [source for module in manifest["modules"] for source in module["sources"]]
            findings += self.bundled_otherwise(tree, sources)
            for source in sources:
                if source["type"] != "archive":
                    continue
                if not re.fullmatch(r"[0-9a-f]{64}", source.get("sha256", "")):
                    findings.append(f"{path}: {source['url']} has no SHA-256")
                if not source["url"].startswith("https://"):
                    findings.append(f"{path}: {source['url']} is not https")
        return findings

    @staticmethod
    def bundled_otherwise(tree, sources):
        """What Meson builds from subprojects/ is what the Flatpak carries: same archive, same changes."""
        patches = [name for source in sources for name in source.get("paths", [source.get("path")])]
        patches = [name for name in patches if str(name).endswith(".patch")]
        findings = [f"{name} is not there" for name in patches if name not in tree.paths]
        for path in tree.matching(".wrap"):
            wrap = configparser.ConfigParser()
            wrap.read_string(tree.text(path))
            file = wrap["wrap-file"]
            if not any(source.get("url") == file["source_url"] for source in sources):
                continue
            if not any(source.get("sha256") == file["source_hash"] for source in sources):
                findings.append(f"{path}: another archive than in the Flatpak manifest")
            for name in file.get("diff_files", "").replace(",", " ").split():
                if f"subprojects/packagefiles/{name}" not in patches:
                    findings.append(f"{path}: the Flatpak lacks {name}")
        return findings
