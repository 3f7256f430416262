# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the unittest cases of a driver and speaks TAP, so that each case counts."""

import os
import sys
import traceback
import unittest

from .waiting import Missing


class TapResult(unittest.TestResult):
    def __init__(self, planned):
        super().__init__()
        self.number = 0
        self.reported = None
        print("TAP version 14")
        print(f"1..{planned}", flush=True)

    def _line(self, test, ok, directive=""):
        if self.reported is test:
            return  # tearDown failed after the case itself had
        self.reported = test
        self.number += 1
        name = test.id().split(".", 1)[-1]
        print(f"{'ok' if ok else 'not ok'} {self.number} - {name}{directive}", flush=True)

    def addSuccess(self, test):
        self._line(test, True)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._report(test, err)

    def addError(self, test, err):
        if isinstance(err[1], Missing) and not os.environ.get("LABCONNECT_REQUIRE_ALL"):
            self.addSkip(test, str(err[1]))
            return
        super().addError(test, err)
        self._report(test, err)

    def _report(self, test, err):
        traceback.print_exception(*err, file=sys.stderr)
        self._line(test, False)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(test, True, f" # SKIP {reason}")


def main():
    """Call this instead of unittest.main (); arguments name the cases to run."""
    suite = unittest.TestLoader().loadTestsFromModule(sys.modules["__main__"])
    cases = [case for group in suite for case in group]
    if wanted := sys.argv[1:]:
        cases = [case for case in cases if any(word in case.id() for word in wanted)]
    result = TapResult(len(cases))
    unittest.TestSuite(cases).run(result)
    # A failing setUpClass is reported once for all its cases.
    sys.exit(0 if result.wasSuccessful() and result.number >= len(cases) else 1)
