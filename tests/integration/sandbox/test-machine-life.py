# SPDX-License-Identifier: GPL-3.0-or-later
"""A machine starts, is logged in to, stops; whatever ends the host, nothing of it stays."""

import time

from labtest import main
from machine_host import MachineTest, refuses


class Life(MachineTest):
    def test_login(self):
        self.host.call("create", "first")
        began = time.monotonic()
        self.host.call("start", "first")
        self.assertLess(time.monotonic() - began, 2)
        self.assertEqual(self.host.call("running", "first"), "yes")
        self.host.call("set-password", "first", "student", "secret")
        said = self.check_ssh("first", "hostname; id -un; pwd").split()
        self.assertEqual(said, ["first", "student", "/home/student"])
        self.assertNotEqual(self.ssh("first", "true", password="wrong").returncode, 0)
        port = self.host.port("first")
        self.host.call("stop", "first")
        self.assertTrue(refuses(port))
        self.assert_nothing_left()


if __name__ == "__main__":
    main()
