# SPDX-License-Identifier: GPL-3.0-or-later
"""The session's web browser: it shows nothing and writes down what it is asked to open."""

import os
import stat
from pathlib import Path

from .waiting import wait_for

DESKTOP_ENTRY = """[Desktop Entry]
Type=Application
Name=Recording Browser
Exec={script} %u
MimeType=x-scheme-handler/http;x-scheme-handler/https;text/html;
NoDisplay=true
"""

# A link can hold a token: only the owner reads it. One write a line, so that two at once do not mix.
SCRIPT = """#!/bin/sh
umask 077
printf '%s\\n' "$1" >>'{urls}'
"""


class RecordingBrowser:
    def __init__(self, home):
        folder = Path(home, ".local/share/applications")
        folder.mkdir(parents=True)
        self.urls_file = Path(home, "browser-urls")
        script = Path(home, "browser")
        script.write_text(SCRIPT.format(urls=self.urls_file))
        script.chmod(0o700)
        (folder / "recording-browser.desktop").write_text(DESKTOP_ENTRY.format(script=script))
        config = Path(home, ".config")
        config.mkdir(exist_ok=True)
        schemes = ("x-scheme-handler/http", "x-scheme-handler/https", "text/html")
        lines = "".join(f"{scheme}=recording-browser.desktop\n" for scheme in schemes)
        (config / "mimeapps.list").write_text(f"[Default Applications]\n{lines}")
        # What xdg-open and Python's webbrowser look at.
        os.environ["BROWSER"] = str(script)
        self.seen = 0

    def urls(self):
        """Everything that was opened so far."""
        if not self.urls_file.exists():
            return []
        mode = stat.S_IMODE(self.urls_file.stat().st_mode)
        assert mode == 0o600, f"{self.urls_file} has mode {mode:o}"
        return [line for line in self.urls_file.read_text().split("\n")[:-1] if line]

    def wait_for_url(self, seconds=20):
        """The next address that was opened and not yet returned here."""
        wait_for(lambda: len(self.urls()) > self.seen, seconds, "the browser is opened")
        self.seen += 1
        return self.urls()[self.seen - 1]
