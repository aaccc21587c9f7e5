"""``oncall payments``: who is called first for a team now, and why we think so."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import nearest
from bot.store.on_call import on_call_of
from bot.views.answers import invalid_answer, on_call_answer, wrong_word
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Of the teams that are named, else of one's own."""
    people = call.settings.people
    named = [word.lower() for word in call.words] or [team.id for team in people.teams_of(call.person)]
    if not named:
        return invalid_answer("say which team: `oncall payments`")
    rows = []
    for name in named:
        team = people.team(name)
        if team is None:
            return wrong_word(name, nearest(name, [each.id for each in people.teams]))
        rows.append((team, await on_call_of(call.connection, team.id, call.now)))
    return on_call_answer(rows)


VERB = Verb("oncall", "oncall [team]", "who is called first, and why we think so", run)
