"""``list [team] [environment] [severity] [state] [page 2]``: open cases, narrowed by any of these words."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import nearest, split_page
from bot.commands.lines import Wanted, case_lines
from bot.commands.places import environments
from bot.commands.teams import team_first
from bot.model.case import CaseState
from bot.views.answers import list_answer, wrong_word
from connectors.contract.finding import Severity
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Each word is a team, a severity, a state or an environment; two of a kind are both."""
    people = call.settings.people
    severities = {severity.word: severity for severity in Severity}
    states = {state.value for state in CaseState}
    named = {each.lower(): each for each in await environments(call)}
    wanted = Wanted()
    words, page = split_page(call.words)
    left = list(words)
    while left:
        team, count = team_first(people, left)
        if team is not None:
            del left[:count]
            wanted = wanted.narrowed(owners=team.id)
            continue
        word = left.pop(0).lower()
        if word in severities:
            wanted = wanted.narrowed(severities=severities[word])
        elif word in states:
            wanted = wanted.narrowed(states=word)
        elif word in named:
            wanted = wanted.narrowed(environments=named[word])
        else:
            teams = [each.id for each in people.teams]
            return wrong_word(word, nearest(word, [*teams, *severities, *states, *named]))
    lines, total = await case_lines(call, wanted)
    title = "Cases" if wanted.states else "Open cases"
    link = call.settings.public_url.rstrip("/") + "/"
    return list_answer(title, lines, total, page=page, again=" ".join(("list", *words)), link=link)


VERB = Verb("list", "list [team] [environment] [severity] [state] [page 2]", "open cases, most urgent first", run)
