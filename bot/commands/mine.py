"""``mine``: the open cases of my teams, and those I took."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.commands.grammar import split_page
from bot.commands.lines import Wanted, case_lines
from bot.views.answers import invalid_answer, list_answer
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """Most urgent first, a page at a time."""
    words, page = split_page(call.words)
    if words:
        return invalid_answer(f"`mine` takes no {words[0][:40]!r}; `list` does")
    link = call.settings.public_url.rstrip("/") + "/?mine=1"
    teams = tuple(team.id for team in call.settings.people.teams_of(call.person))
    lines, total = await case_lines(call, Wanted(owners=teams, assignee=call.person.id))
    return list_answer("Your open cases", lines, total, page=page, again="mine", link=link)


VERB = Verb("mine", "mine [page 2]", "open cases of your teams, and those you took", run)
