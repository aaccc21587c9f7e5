"""Ports for what a test starts itself: told before they are listened on, and still free when they are."""

from __future__ import annotations

import os
import socket
from itertools import count

# Below those that the system gives to outgoing connections (from 32768 on), which could take it meanwhile; and of each
# of the suite's workers another thousand.
_FIRST = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw10").removeprefix("gw"))
_TURN = count(os.getpid())


def free_port() -> int:
    """A port nobody listens on now."""
    while True:
        port = _FIRST + next(_TURN) % 1_000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
