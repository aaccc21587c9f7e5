"""The fake put together: one workspace, its clock, pace, faults and journal, and the app it posts to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.fakes.slack.clock import Clock
from tests.fakes.slack.deliver import Deliverer
from tests.fakes.slack.faults import Faults
from tests.fakes.slack.journal import Journal
from tests.fakes.slack.pace import Pace
from tests.fakes.slack.sockets import Sockets
from tests.fakes.slack.workspace import Channel, Workspace


@dataclass
class Fake:
    clock: Clock
    space: Workspace
    pace: Pace
    faults: Faults
    journal: Journal
    deliverer: Deliverer
    sockets: Sockets
    api: str = ""  # where it is reached, without a path

    @classmethod
    def create(cls, journal: Path | None = None, seed: int = 0) -> Fake:
        clock = Clock()
        space, log = Workspace(clock), Journal(journal, clock)
        space.channels["C0GENERAL"] = Channel("C0GENERAL", "general")
        sockets = Sockets(space, log)
        return cls(clock, space, Pace(clock), Faults(seed), log, Deliverer(space, log, sockets), sockets)
