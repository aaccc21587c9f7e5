"""``suture may PERSON ACT CASE-OR-ASSET``: what policy would say, by which rule, and who could."""

from __future__ import annotations

from bot.model.permission import permission
from bot.model.policy import Act
from bot.response.place import place_of
from bot.views.permission import permission_lines
from bot.wiring import Wiring


class NotKnown(Exception):
    """Nobody and nothing is called so."""


async def ask_may(wiring: Wiring, person_id: str, act: Act, thing: str, fix: str) -> tuple[bool, list[str]]:
    """(yes, what to tell). Raises NotKnown for a person, case or fix that there is not."""
    settings = wiring.settings
    person = settings.people.person(person_id)
    if person is None:
        raise NotKnown(f"there is no person {person_id!r} in config/teams.yaml")
    if fix and fix not in wiring.fixes:
        raise NotKnown(f"there is no fix {fix!r}; there are {', '.join(sorted(wiring.fixes))}")
    async with wiring.store.read() as connection:
        place = await place_of(connection, settings, thing)
    if place is None:
        raise NotKnown(f"there is no case {thing!r}")
    asked = permission(settings.policy, person, act, place, (fix,) if fix else sorted(wiring.fixes))
    team = settings.people.team(place.owner)
    return asked.allowed, list(permission_lines(asked, team.name if team else place.owner))
