# SPDX-License-Identifier: GPL-3.0-or-later
"""The session bus: actions of a GTK application, names, the Secret Service."""

from gi.repository import Gio, GLib

from .waiting import wait_for

SECRETS = "org.freedesktop.secrets"
LIMIT_MS = 20000


def connection():
    """A connection of its own to the bus of the session that runs now."""
    address = GLib.getenv("DBUS_SESSION_BUS_ADDRESS")
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    cached = _connections.get(address)
    if cached is None or cached.is_closed():
        cached = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        cached.set_exit_on_close(False)
        _connections[address] = cached
    return cached


_connections = {}


def call(name, path, interface, method, arguments=None, reply=None):
    kind = GLib.VariantType(reply) if reply else None
    result = connection().call_sync(name, path, interface, method, arguments, kind, 0, LIMIT_MS, None)
    return result.unpack() if result is not None else None


def has_name(name):
    arguments = GLib.Variant("(s)", (name,))
    bus = "org.freedesktop.DBus"
    return call(bus, "/org/freedesktop/DBus", bus, "NameHasOwner", arguments, "(b)")[0]


def wait_for_name(name, seconds=15):
    wait_for(lambda: has_name(name), seconds, f"{name} is on the bus")


def wait_for_no_name(name, seconds=15):
    wait_for(lambda: not has_name(name), seconds, f"{name} has left the bus")


def secret_collections():
    arguments = GLib.Variant("(ss)", ("org.freedesktop.Secret.Service", "Collections"))
    properties = "org.freedesktop.DBus.Properties"
    return call(SECRETS, "/org/freedesktop/secrets", properties, "Get", arguments, "(v)")[0]


def secret_items():
    """The labels of everything in the keyring's collections."""
    labels = []
    properties = "org.freedesktop.DBus.Properties"
    for collection in secret_collections():
        arguments = GLib.Variant("(ss)", ("org.freedesktop.Secret.Collection", "Items"))
        for item in call(SECRETS, collection, properties, "Get", arguments, "(v)")[0]:
            wanted = GLib.Variant("(ss)", ("org.freedesktop.Secret.Item", "Label"))
            labels.append(call(SECRETS, item, properties, "Get", wanted, "(v)")[0])
    return labels


def lock_secret_collections():
    arguments = GLib.Variant("(ao)", (secret_collections(),))
    call(SECRETS, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Lock", arguments, "(aoo)")


class Actions:
    """The GActions that an application exports: the application's own, and those of its windows."""

    def __init__(self, app_id="com.example.LabConnect"):
        self.app_id = app_id
        self.app_path = "/" + app_id.replace(".", "/").replace("-", "_")

    def _path(self, window):
        return f"{self.app_path}/window/{window}" if window else self.app_path

    def list(self, window=None):
        return call(self.app_id, self._path(window), "org.gtk.Actions", "List", None, "(as)")[0]

    def describe(self, name, window=None):
        """(enabled, parameter type, [state])"""
        arguments = GLib.Variant("(s)", (name,))
        return call(self.app_id, self._path(window), "org.gtk.Actions", "Describe", arguments, "((bgav))")[0]

    def activate(self, name, parameter=None, window=None):
        """Activates an action; `parameter` is a GLib.Variant or a string."""
        if isinstance(parameter, str):
            parameter = GLib.Variant("s", parameter)
        arguments = GLib.Variant("(sava{sv})", (name, [parameter] if parameter is not None else [], {}))
        call(self.app_id, self._path(window), "org.gtk.Actions", "Activate", arguments)

    def wait_enabled(self, name, window=None, seconds=10):
        def enabled():
            try:
                return self.describe(name, window)[0]
            except GLib.Error as error:
                raise AssertionError(error.message) from error

        wait_for(enabled, seconds, f"action {name} is enabled")
