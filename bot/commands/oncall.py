"""``oncall payments``: who is called first for a team now, and why we think so."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import nearest
from bot.commands.teams import team_first
from bot.store.on_call import on_call_of
from bot.views.answers import invalid_answer, on_call_answer, wrong_word
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Of the teams that are named, else of one's own."""
    people = call.settings.people
    teams, left = list(people.teams_of(call.person)) if not call.words else [], list(call.words)
    while left:
        team, count = team_first(people, left)
        if team is None:
            return wrong_word(left[0], nearest(left[0], [each.id for each in people.teams]))
        teams.append(team)
        del left[:count]
    if not teams:
        return invalid_answer("say which team: `oncall payments`")
    return on_call_answer([(team, await on_call_of(call.connection, team.id, call.now)) for team in teams])


VERB = Verb("oncall", "oncall [team]", "who is called first, and why we think so", run)
