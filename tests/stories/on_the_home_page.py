"""Somebody opens the app's own page in Slack and reads it."""

from __future__ import annotations

from tests.fakes.slack.story import texts
from tests.stories.world import World


async def page(world: World, by: str, containing: str) -> str:
    """What somebody's page shows once they have opened it anew and it says these words."""

    def look() -> str | None:
        world.slack.open_home(by=by)
        view = world.slack.act("homes").get(by)
        shown = "\n".join(texts(view)) if view else ""
        return shown if containing in shown else None

    said: str = await world.eventually(look, f"{containing!r} on {by}'s page")
    return said
