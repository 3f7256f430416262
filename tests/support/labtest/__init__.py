# SPDX-License-Identifier: GPL-3.0-or-later
"""What test drivers share. README.md, one folder up, shows how they are used."""

from .session import Session
from .tap import main
from .waiting import Missing, TimeLimit, need, program, wait_for

__all__ = ["Missing", "Session", "TimeLimit", "main", "need", "program", "wait_for"]
