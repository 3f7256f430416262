# SPDX-License-Identifier: GPL-3.0-or-later
"""Prints how long a machine takes to start, to log in to and to stop, and how much memory it holds."""

import statistics
import time

from labtest import main
from machine_host import MachineTest, processes

ROUNDS = 10


def timed(function, *arguments):
    began = time.monotonic()
    function(*arguments)
    return (time.monotonic() - began) * 1000


def memory(pid):
    """Kilobytes that would be free without this process."""
    with open("/proc/%d/smaps_rollup" % pid) as file:
        return sum(int(line.split()[1]) for line in file if line.startswith(("Private_Clean", "Private_Dirty")))


class Measure(MachineTest):
    def test_measure(self):
        first, again, stop, login = [], [], [], []
        for i in range(ROUNDS):
            name = "pc-%d" % i
            self.host.call("create", name)
            first.append(timed(self.host.call, "start", name))
            self.host.call("set-password", name, "student", "secret")
            login.append(timed(self.check_ssh, name, "true"))
            stop.append(timed(self.host.call, "stop", name))
            again.append(timed(self.host.call, "start", name))
        held = [memory(pid) for pid in processes(self.state)]
        for what, values in (("first start", first), ("start", again), ("ssh, one command", login), ("stop", stop)):
            print("# %-18s median %6.1f ms, worst %6.1f ms" % (what, statistics.median(values), max(values)))
        print("# %-18s %d kB" % ("own memory, idle", sum(held) / ROUNDS))


if __name__ == "__main__":
    main()
