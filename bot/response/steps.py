"""Open this second: a click or a command on its way back, top to bottom, in one transaction."""

from __future__ import annotations

from bot.response.act import act
from bot.response.asked import Asked, Desk, Step
from bot.response.authorize import authorize
from bot.response.guard import guard
from bot.response.report import report

STEPS: tuple[Step, ...] = (
    authorize,  # who is this, and may they do that here?
    guard,  # is it still possible?
    act,  # do it, or ask back
    report,  # the case moves, the message's wanted revision grows, the trail has its record
)


async def take(asked: Asked, desk: Desk) -> Asked:
    """Run the steps in the desk's transaction. When it commits, the decision is on disk: then acknowledge."""
    for step in STEPS:
        asked = await step(asked, desk)
    return asked
