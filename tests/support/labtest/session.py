# SPDX-License-Identifier: GPL-3.0-or-later
"""A desktop session of its own: home, bus, display, keyring, browser. Nothing of the person's own is touched."""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from .browser import RecordingBrowser
from .waiting import Missing, need, wait_for

PR_SET_PDEATHSIG = 1

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <keep_umask/>
  <listen>unix:dir={runtime}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""

# All that a session takes over from the one that it was started in.
KEPT = re.compile(r"^(PATH|TERM|TZ|CI|PYTHON.*|LABCONNECT_.*|[A-Z]*SAN_OPTIONS|MALLOC_.*|G_.*|GSETTINGS_SCHEMA_DIR)$")
KEPT_ON_DESKTOP = re.compile(KEPT.pattern + r"|^(DISPLAY|XAUTHORITY|WAYLAND_DISPLAY|LANG|LANGUAGE|LC_.*)$")


def _die_with_parent():
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Session:
    """Use as a context manager. One at a time, since it lives in os.environ too; and only one with a display in the
    life of a process, since libatspi stays with the first accessibility bus that it saw.

    display:  "none", "xvfb" (robust, keys by xdotool), "labwc" (Wayland: shadows and round corners)
              or "desktop" (the one that the person sits at, for the demo)
    keyring:  "absent"   no Secret Service on the bus
              "unlocked" gnome-keyring with an open login collection
              "locked"   the same, locked
              "empty"    gnome-keyring that has no collection at all
    services: further D-Bus services that may be started, by name
    settings: "memory" (forgotten at the end of a program) or "keyfile" (kept in the session's home)
    language: a locale, such as "fr_FR.UTF-8"
    dark:     prefer the dark appearance
    animations: libadwaita 1.7 complains (g_object_notify on a dialog that is gone) when they are off
    """

    def __init__(
        self,
        display="none",
        keyring="absent",
        services=(),
        settings="memory",
        language="C.UTF-8",
        dark=False,
        size=(1280, 800),
        animations=True,
    ):
        self.display = display
        self.keyring = keyring
        self.services = list(services)
        self.settings = settings
        self.language = language
        self.dark = dark
        self.size = size
        self.animations = animations
        self.processes = []
        self.root = None
        self.saved_environ = None
        self.browser = None

    # Paths

    @property
    def home(self):
        return self.root / "home"

    @property
    def runtime(self):
        return self.root / "run"

    @property
    def logs(self):
        return self.root / "logs"

    # Start and end

    def __enter__(self):
        # Short: the sockets below it must stay under 108 characters.
        self.root = Path(tempfile.mkdtemp(prefix="lc-"))
        self.saved_environ = dict(os.environ)
        try:
            self._make_home()
            self._start_display()
            self._start_bus()
            self._start_keyring()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, kind, value, trace):
        if kind is not None and not issubclass(kind, Missing):
            self._show_logs()
        for process in reversed(self.processes):
            self.stop(process)
        os.environ.clear()
        os.environ.update(self.saved_environ)
        if os.environ.get("LABCONNECT_TEST_KEEP"):
            print(f"kept: {self.root}", file=sys.stderr)
        else:
            shutil.rmtree(self.root, ignore_errors=True)

    def _make_home(self):
        for folder in (self.home, self.logs):
            folder.mkdir()
        self.runtime.mkdir(mode=0o700)
        kept = KEPT_ON_DESKTOP if self.display == "desktop" else KEPT
        # Relative to a runtime folder that is about to change.
        wayland = os.environ.get("WAYLAND_DISPLAY")
        if self.display == "desktop" and wayland and os.environ.get("XDG_RUNTIME_DIR"):
            os.environ["WAYLAND_DISPLAY"] = os.path.join(os.environ["XDG_RUNTIME_DIR"], wayland)
        for name in list(os.environ):
            if not kept.match(name):
                del os.environ[name]
        os.environ.update(
            HOME=str(self.home),
            XDG_RUNTIME_DIR=str(self.runtime),
            XDG_DATA_HOME=str(self.home / ".local/share"),
            XDG_CONFIG_HOME=str(self.home / ".config"),
            XDG_CACHE_HOME=str(self.home / ".cache"),
            XDG_STATE_HOME=str(self.home / ".local/state"),
            GSETTINGS_BACKEND=self.settings,
            # No portal: the same result on a developer's desktop and on a bare machine.
            GDK_DEBUG="no-portals",
            ADW_DISABLE_PORTAL="1",
        )
        if self.display != "desktop":
            os.environ.update(
                LANG=self.language,
                ADW_DEBUG_COLOR_SCHEME="prefer-dark" if self.dark else "prefer-light",
                GSK_RENDERER="cairo",
            )
        settings = self.home / ".config/gtk-4.0/settings.ini"
        settings.parent.mkdir(parents=True)
        animations = "true" if self.animations else "false"
        settings.write_text(f"[Settings]\ngtk-font-name=Cantarell 11\ngtk-enable-animations={animations}\n")
        if self.settings == "keyfile":
            # On Wayland GTK asks GSettings for what settings.ini says on X11.
            keyfile = self.home / ".config/glib-2.0/settings/keyfile"
            keyfile.parent.mkdir(parents=True)
            keyfile.write_text(f"[org/gnome/desktop/interface]\nenable-animations={animations}\n")
        self.browser = RecordingBrowser(self.home)

    def _start_display(self):
        if self.display == "xvfb":
            need("Xvfb")
            number = self.root / "display"
            with open(number, "w", encoding="ascii") as out:
                width, height = self.size
                argv = ["Xvfb", "-displayfd", str(out.fileno()), "-screen", "0", f"{width}x{height}x24"]
                self.spawn([*argv, "-nolisten", "tcp", "-noreset"], name="xvfb", pass_fds=(out.fileno(),))
            wait_for(lambda: number.read_text().endswith("\n"), 15, "Xvfb is ready")
            os.environ.update(DISPLAY=f":{number.read_text().strip()}", GDK_BACKEND="x11")
        elif self.display == "labwc":
            need("labwc", "grim", "wlrctl")
            config = self.home / ".config/labwc"
            config.mkdir(parents=True)
            (config / "rc.xml").write_text(
                "<labwc_config><core><decoration>client</decoration></core>"
                "<placement><policy>center</policy></placement></labwc_config>\n"
            )
            env = {"WLR_BACKENDS": "headless", "WLR_RENDERER": "pixman", "WLR_LIBINPUT_NO_DEVICES": "1"}
            self.spawn(["labwc"], name="labwc", env=env)
            wait_for(lambda: (self.runtime / "wayland-0").exists(), 15, "labwc is ready")
            os.environ.update(WAYLAND_DISPLAY="wayland-0", GDK_BACKEND="wayland")
            # The pointer into the corner: out of the pictures, and over no button.
            subprocess.run(["wlrctl", "pointer", "move", "4000", "4000"], check=True, timeout=10)
        elif self.display not in ("none", "desktop"):
            raise ValueError(self.display)

    def _start_bus(self):
        need("dbus-daemon")
        services = self.root / "services"
        services.mkdir()
        names = self.services + (["org.a11y.Bus"] if self.display != "none" else [])
        for name in names:
            source = Path("/usr/share/dbus-1/services", f"{name}.service")
            if not source.exists():
                raise Missing(f"no D-Bus service file for {name}")
            (services / source.name).symlink_to(source)
        config = self.root / "session.conf"
        config.write_text(BUS_CONFIG.format(runtime=self.runtime, services=services))
        address = self.root / "bus-address"
        with open(address, "w", encoding="ascii") as out:
            argv = ["dbus-daemon", f"--config-file={config}", "--nofork", f"--print-address={out.fileno()}"]
            self.spawn(argv, name="dbus", pass_fds=(out.fileno(),))
        wait_for(lambda: address.read_text().endswith("\n"), 15, "the session bus is ready")
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = address.read_text().strip()

    def _start_keyring(self):
        if self.keyring == "absent":
            return
        need("gnome-keyring-daemon")
        argv = ["gnome-keyring-daemon", "--foreground", "--components=secrets"]
        if self.keyring != "empty":
            argv.append("--unlock")
        process = self.spawn(argv, name="keyring", stdin=subprocess.PIPE)
        if self.keyring != "empty":
            process.stdin.write(b"keyring-password")
        process.stdin.close()
        from . import bus

        bus.wait_for_name("org.freedesktop.secrets")
        if self.keyring in ("unlocked", "locked"):
            path = "/org/freedesktop/secrets/collection/login"
            wait_for(lambda: path in bus.secret_collections(), 10, "the login collection is there")
        if self.keyring == "locked":
            bus.lock_secret_collections()

    # Programs

    def spawn(self, argv, name=None, env=None, **options):
        """Starts a program that ends with the session at the latest; what it prints is in logs/NAME.log."""
        name = name or Path(argv[0]).name
        log = open(self.logs / f"{name}.log", "ab")
        options.setdefault("stdout", log)
        options.setdefault("stderr", log)
        options.setdefault("stdin", subprocess.DEVNULL)
        environ = {**os.environ, **(env or {})}
        process = subprocess.Popen([str(a) for a in argv], env=environ, preexec_fn=_die_with_parent, **options)
        log.close()
        self.processes.append(process)
        return process

    def stop(self, process, seconds=10):
        """Ends a program politely, then firmly. Returns its exit status."""
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
        if process in self.processes:
            self.processes.remove(process)
        return process.wait()

    def first_line(self, process, seconds, what):
        """The first line that a program started with stdout=subprocess.PIPE prints."""
        os.set_blocking(process.stdout.fileno(), False)
        received = b""

        def complete():
            nonlocal received
            received += process.stdout.read() or b""
            if b"\n" not in received:
                assert process.poll() is None, f"it ended with {process.returncode}"
            return b"\n" in received

        wait_for(complete, seconds, what)
        return received.split(b"\n", 1)[0].decode()

    def log(self, name):
        path = self.logs / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _show_logs(self):
        for path in sorted(self.logs.glob("*.log")):
            lines = self.log(path.stem).splitlines()[-40:]
            if lines:
                print(f"--- {path.stem}", *lines, sep="\n", file=sys.stderr)

    # Pictures

    def screenshot(self, path):
        """Saves what the display shows as a PNG file."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.display == "labwc":
            command = ["grim", str(path)]
        else:
            need("import")
            command = ["import", "-window", "root", str(path)]
        subprocess.run(command, check=True, timeout=30, capture_output=True)
        return path
