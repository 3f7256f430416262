# SPDX-License-Identifier: GPL-3.0-or-later
"""A window as a screen reader sees it. Needs a Session with a display; every look-up waits, bounded."""

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

from .waiting import wait_for  # noqa: E402

Atspi.init()
# An application that is busy must not stop the driver for AT-SPI's own 0.8 seconds again and again.
Atspi.set_timeout(2000, 10000)


def _hear_news():
    """libatspi learns through the main loop which applications and objects came and went."""
    while GLib.MainContext.default().iteration(False):
        pass


def _do_action(interface, index):
    """An action can take its object away, such as closing a dialog, before that has answered."""
    try:
        return Atspi.Action.do_action(interface, index)
    except GLib.Error as error:
        if "no longer exists" in error.message or "does not exist" in error.message:
            return True
        raise


class Node:
    """One accessible object."""

    def __init__(self, accessible):
        self.accessible = accessible

    def __repr__(self):
        return f"<{self.role} {self.name!r}>"

    @property
    def role(self):
        return self.accessible.get_role_name()

    @property
    def name(self):
        return self.accessible.get_name() or ""

    @property
    def description(self):
        return self.accessible.get_description() or ""

    @property
    def states(self):
        return {state.value_nick for state in self.accessible.get_state_set().get_states()}

    @property
    def showing(self):
        return self.accessible.get_state_set().contains(Atspi.StateType.SHOWING)

    @property
    def sensitive(self):
        return self.accessible.get_state_set().contains(Atspi.StateType.SENSITIVE)

    @property
    def text(self):
        interface = self.accessible.get_text_iface()
        return Atspi.Text.get_text(interface, 0, -1) if interface else ""

    def children(self):
        for index in range(self.accessible.get_child_count()):
            child = self.accessible.get_child_at_index(index)
            if child is not None:
                yield Node(child)

    def walk(self, depth=0):
        yield self, depth
        for child in self.children():
            yield from child.walk(depth + 1)

    def matches(self, role, name, contains, showing):
        if role is not None and self.role not in ((role,) if isinstance(role, str) else role):
            return False
        if name is not None and self.name != name:
            return False
        if contains is not None and contains not in self.name:
            return False
        return self.showing or not showing

    def find_all(self, role=None, name=None, contains=None, showing=True):
        """All that match now. Objects that vanish meanwhile are left out."""
        found = []
        _hear_news()
        try:
            for node, _depth in self.walk():
                if node.matches(role, name, contains, showing):
                    found.append(node)
        except GLib.Error:
            pass
        return found

    def find(self, role=None, name=None, contains=None, showing=True, seconds=10):
        """The first that matches, waiting for it."""
        what = f"{role or 'something'} named {name or contains or 'anything'} in {self!r}"
        return wait_for(lambda: next(iter(self.find_all(role, name, contains, showing)), None), seconds, what)

    def wait_gone(self, role=None, name=None, contains=None, seconds=10):
        wait_for(lambda: not self.find_all(role, name, contains), seconds, f"{role} {name or contains} is gone")

    def click(self, seconds=10):
        """Activates the object, as soon as it is sensitive."""

        def done():
            try:
                interface = self.accessible.get_action_iface()
                assert interface is not None and Atspi.Action.get_n_actions(interface) > 0, f"{self!r} has no action"
                assert self.sensitive, f"{self!r} is insensitive"
                return _do_action(interface, 0)
            except GLib.Error as error:
                raise AssertionError(error.message) from error

        wait_for(done, seconds, f"{self!r} can be clicked")

    def action(self, name):
        """Runs a named action of this object or of the first below it that has it. GTK gives the actions that a widget
        class installs to the widget ("machine.stop"), those of a window to its frame ("win.refresh")."""
        _hear_news()
        for node, _depth in self.walk():
            interface = node.accessible.get_action_iface()
            for index in range(Atspi.Action.get_n_actions(interface) if interface else 0):
                try:
                    found = Atspi.Action.get_action_name(interface, index) == name
                except GLib.Error:
                    continue  # an insensitive button does not tell the name
                if found:
                    return _do_action(interface, index)
        raise AssertionError(f"{self!r} has no action {name}")

    def fill(self, text):
        """Replaces the text of an entry. Entry rows hold the entry as a child."""

        def editable():
            for node, _depth in self.walk():
                if interface := node.accessible.get_editable_text_iface():
                    return interface
            return None

        interface = wait_for(editable, 5, f"{self!r} can be edited")
        assert Atspi.EditableText.set_text_contents(interface, text)

    def select(self, index):
        interface = self.accessible.get_selection_iface()
        assert interface is not None, f"{self!r} has no selection"
        assert Atspi.Selection.select_child(interface, index)

    def dump(self):
        """The tree as text, for people who write tests."""
        lines = []
        for node, depth in self.walk():
            actions = []
            if interface := node.accessible.get_action_iface():
                try:
                    count = min(Atspi.Action.get_n_actions(interface), 4)
                    actions = [Atspi.Action.get_action_name(interface, index) for index in range(count)]
                except GLib.Error:
                    actions = ["?"]
            mark = "" if node.showing else " (hidden)"
            lines.append(f"{'  ' * depth}{node.role} {node.name!r} {actions or ''}{mark}")
        return "\n".join(lines)


def application(which="labconnect", seconds=20):
    """The running application: a process that Session.spawn() gave, or a part of its accessible name."""
    pid = getattr(which, "pid", None)

    def matches(child):
        if pid is not None:
            return child.get_process_id() == pid
        return which.lower() in (child.get_name() or "").lower()

    def find():
        _hear_news()
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            try:
                child = desktop.get_child_at_index(index)
                if child is not None and matches(child):
                    return Node(child)
            except GLib.Error:
                continue
        return None

    return wait_for(find, seconds, f"{which} is on the accessibility bus")
