# SPDX-License-Identifier: GPL-3.0-or-later
"""A local lab for a test: the real labconnect-sandbox with real machines."""

import json
import os
import subprocess
from pathlib import Path

from .waiting import Missing, program


class Sandbox:
    """Use inside a Session. `ready` is the JSON line that the program prints when it is ready."""

    def __init__(self, session, state=None, seed=None):
        self.session = session
        self.state = Path(state or session.root / "lab")
        self.seed = seed
        self.process = None
        self.ready = {}

    @property
    def url(self):
        return self.ready["authority"]

    def person(self, name):
        """One of the people of the seed: userName, password, role, machines (lab, name, login, password)."""
        return next(person for person in self.ready["people"] if person["userName"].startswith(f"{name}@"))

    def __enter__(self):
        if os.geteuid() != 0:
            raise Missing("the local lab's machines need root (or a user namespace)")
        if not os.environ.get("LABCONNECT_LAB_IMAGE"):
            raise Missing("LABCONNECT_LAB_IMAGE is not set; run this inside build-aux/in-root")
        self.start()
        return self

    def start(self):
        argv = [program("labconnect-sandbox"), "--state", str(self.state)]
        if self.seed:
            argv += ["--seed", str(self.seed)]
        self.process = self.session.spawn(argv, name="sandbox", stdout=subprocess.PIPE)
        self.ready = json.loads(self.session.first_line(self.process, 60, "the local lab is ready"))

    def stop(self):
        """Ends it as SIGTERM does; returns its exit status. Machines have up to half a minute to shut down."""
        return self.session.stop(self.process, 30)

    def __exit__(self, *_error):
        if self.process is not None and self.process.poll() is None:
            self.stop()
