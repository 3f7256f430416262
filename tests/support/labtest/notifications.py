# SPDX-License-Identifier: GPL-3.0-or-later
"""A notification service as GNotification looks for on a GNOME desktop: it shows nothing and keeps what it is sent."""

import threading

from gi.repository import Gio, GLib

NAME = "org.gtk.Notifications"
XML = f"""<node><interface name="{NAME}">
  <method name="AddNotification">
    <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{{sv}}" direction="in"/>
  </method>
  <method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>"""


class Notifications:
    """Use inside a Session, before the program starts. `shown` maps the id of what is shown to its title, body, …"""

    def __init__(self):
        self.shown = {}
        self.context = GLib.MainContext()
        self.loop = GLib.MainLoop(self.context)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self):
        self.thread.start()
        assert self.ready.wait(20), "the notification service is on the bus"
        return self

    def __exit__(self, *_error):
        self.context.invoke_full(GLib.PRIORITY_DEFAULT, self.loop.quit)
        self.thread.join(20)

    def _serve(self):
        self.context.push_thread_default()
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        address = GLib.getenv("DBUS_SESSION_BUS_ADDRESS")
        bus = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        bus.set_exit_on_close(False)
        interface = Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0]
        bus.register_object("/org/gtk/Notifications", interface, self._called, None, None)
        request = GLib.Variant("(su)", (NAME, 0))
        dbus = "org.freedesktop.DBus"
        bus.call_sync(dbus, "/org/freedesktop/DBus", dbus, "RequestName", request, None, 0, 20000, None)
        self.ready.set()
        self.loop.run()
        bus.close_sync(None)
        self.context.pop_thread_default()

    def _called(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        _application, identifier, *rest = arguments.unpack()
        if method == "AddNotification":
            self.shown[identifier] = rest[0]
        else:
            self.shown.pop(identifier, None)
        invocation.return_value(None)
