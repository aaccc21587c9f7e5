"""*I'm on it*: someone takes the case."""

from __future__ import annotations

from dataclasses import replace

from bot.model.case import Decision
from bot.response.asked import Asked, Desk, Outcome


async def acknowledge(asked: Asked, desk: Desk) -> Asked:
    """The person becomes the assignee."""
    assert asked.person is not None
    changes = {"decision": Decision.ACKNOWLEDGED.value, "assignee": asked.person.id, "until": None}
    return replace(asked, outcome=Outcome.DONE, changes=changes, line="is on it.")
