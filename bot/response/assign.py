"""*Assign…*: someone is asked to take the case, and is called by name in its thread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.model.case import Decision
from bot.model.person import Person
from bot.model.policy import Act, may
from bot.response.ask_back import invalid, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.settings import Settings
from bot.views.forms import assign_form

_NAMED = 8  # of those who could, in a sentence


async def assign(asked: Asked, desk: Desk) -> Asked:
    """The chosen person becomes the assignee. Who was on it is no more: the next one says so by *I'm on it*."""
    able = {person.id: person for person in who_could_take(asked.case, desk.settings)}
    chosen = asked.inputs.get("person", "")
    if not able:
        return invalid(asked, "nobody could take it: its team has no people, and no rule lets anyone acknowledge it")
    if not chosen:
        named = [(person.id, person.name) for person in able.values()]
        return with_form(asked, assign_form(await view_of(asked, desk), str(asked.arguments["offer"]), named))
    if chosen not in able:
        return invalid(asked, f"{chosen[:40]!r} is nobody who could take this case; choose one of {_named(able)}")
    name = able[chosen].name
    if chosen == asked.case["assignee"]:
        return invalid(asked, f"it is assigned to {name} already")
    changes = {"assignee": chosen}
    if asked.case["decision"] == Decision.ACKNOWLEDGED.value:
        changes["decision"] = Decision.NONE.value
    line = f"assigned it to {name}."
    return replace(asked, outcome=Outcome.DONE, changes=changes, line=line, calls=chosen, detail={"assignee": chosen})


def who_could_take(case: Mapping[str, Any], settings: Settings) -> tuple[Person, ...]:
    """The owner's people, the lead first; then whoever else policy lets acknowledge it."""
    people, team = settings.people, settings.people.team(case["owner"])
    theirs = [person for each in (team.people if team else ()) if (person := people.person(each)) is not None]
    where = {"environment": case["environment"], "owner": case["owner"]}
    others = [each for each in people.people if may(settings.policy, each, Act.ACKNOWLEDGE, **where)]
    return tuple(dict.fromkeys((*theirs, *others)))


def _named(able: Mapping[str, Person]) -> str:
    shown = ", ".join(list(able)[:_NAMED])
    return shown + (f" and {len(able) - _NAMED} more" if len(able) > _NAMED else "")
