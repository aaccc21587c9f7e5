"""The policy explainer: may this person do this there, by which rule, and who could?"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.model.permission import Permission, permission
from bot.model.person import Person
from bot.model.policy import CHANGES_SYSTEMS, Act
from bot.response.place import place_of
from bot.views.permission import could_words, needs_words, place_words, verdict_words
from bot.web.console_cases import Words
from bot.web.console_door import Visitor
from bot.web.console_pages import Pages
from bot.wiring import Wiring

_LONGEST = 400


class PolicyPage:
    """``/policy``."""

    def __init__(self, wiring: Wiring, pages: Pages) -> None:
        self._wiring = wiring
        self._pages = pages

    async def explain(self, request: Request, visitor: Visitor) -> Response:
        """The question and, once asked, its answer. What this person may not see does not exist for them."""
        told = request.query_params
        people = self._wiring.settings.people
        person = people.person(told.get("person", "")) or visitor.person
        act = next((each for each in Act if each.value == told.get("act")), Act.FIX)
        fix = told.get("fix", "") if told.get("fix", "") in self._wiring.fixes else ""
        thing = told.get("on", "").strip()[:_LONGEST]
        # Asked about oneself, the groups of this session count, as they would when the button is pressed.
        asked = visitor.person if person.id == visitor.person.id else person
        answer = await self._answer(visitor, asked, act, thing, fix) if thing else None
        return self._pages.page(
            "policy.html",
            visitor=visitor,
            people=sorted(people.people, key=lambda one: one.name),
            acts=list(Act),
            fixes=sorted(self._wiring.fixes),
            chosen={"person": person.id, "act": act, "fix": fix, "on": thing},
            changes_systems=act in CHANGES_SYSTEMS,
            answer=answer,
            verdict_words=verdict_words,
            could_words=could_words,
            needs_words=needs_words,
            place_words=place_words,
            words=Words(self._wiring),
        )

    async def _answer(self, visitor: Visitor, person: Person, act: Act, thing: str, fix: str) -> Permission | None:
        wiring = self._wiring
        async with wiring.store.read() as connection:
            place = await place_of(connection, wiring.settings, thing)
        if place is None or not visitor.may_view(place.owner, place.environment):
            return None
        fixes = (fix,) if fix else sorted(wiring.fixes)
        return permission(wiring.settings.policy, person, act, place, fixes)
