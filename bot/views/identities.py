"""As whom and by which accounts somebody is known, and how each is known."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.identities import Held, Known
from bot.model.person import Person, Team
from connectors.contract.message import Code, Listing, Message, Paragraph, Plain, Spans


def how_known(held: Held) -> str:
    """``config/teams.yaml``, ``linked on 2026-03-02``, or the address that the chat has confirmed."""
    if held.by is Known.LINKED and held.at is not None:
        return f"linked on {held.at.date()}"
    return f"by {held.account.email}, which {held.account.chat} has confirmed" if held.by is Known.ADDRESS else held.by


def held_rows(held: Sequence[Held]) -> tuple[Spans, ...]:
    """One account a row."""
    return tuple((Code(str(one.account)), Plain(f"{_named(one)} {how_known(one)}")) for one in held)


def person_answer(person: Person, teams: Sequence[Team], held: Sequence[Held]) -> Message:
    """As whom we know somebody."""
    named = ", ".join(_team(team, person) for team in teams) or "no team"
    text = f"You are {person.name} ({person.id}), of {named}."
    rows = held_rows(held) or ((Plain("known nowhere"),),)
    return Message(text=text, parts=(Paragraph((Plain(text),)), Listing(rows)))


def _team(team: Team, person: Person) -> str:
    through = team.through(person)
    if team.lead == person.id:
        return f"{team.name} (lead)"
    return team.name if through == Known.CONFIGURED else f"{team.name} ({through})"


def _named(held: Held) -> str:
    return f" {held.account.name}," if held.account.name else ""
