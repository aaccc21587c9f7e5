"""``list [team] [environment] [severity] [state] [page 2]``: open cases, narrowed by any of these words."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import nearest, split_page
from bot.commands.lines import Wanted, case_lines
from bot.model.case import CaseState
from bot.views.answers import list_answer, wrong_word
from connectors.contract.finding import Severity
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Each word is a team, a severity, a state or an environment."""
    teams = {team.id for team in call.settings.people.teams}
    severities = {severity.word: severity for severity in Severity}
    states = {state.value for state in CaseState}
    environments = {account.environment for account in call.settings.accounts if account.environment}
    environments |= {"production", "staging", "development", "test"}
    wanted = Wanted()
    words, page = split_page(call.words)
    for word in (each.lower() for each in words):
        if word in teams:
            wanted = wanted.narrowed(owners=(*wanted.owners, word))
        elif word in severities:
            wanted = wanted.narrowed(severity=severities[word])
        elif word in states:
            wanted = wanted.narrowed(state=word)
        elif word in environments:
            wanted = wanted.narrowed(environment=word)
        else:
            return wrong_word(word, nearest(word, [*teams, *severities, *states, *environments]))
    lines, total = await case_lines(call, wanted)
    title = "Cases" if wanted.state else "Open cases"
    link = call.settings.public_url.rstrip("/") + "/"
    return list_answer(title, lines, total, page=page, again=" ".join(("list", *words)), link=link)


VERB = Verb("list", "list [team] [environment] [severity] [state] [page 2]", "open cases, most urgent first", run)
