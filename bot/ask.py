"""The chat's words at the terminal: whoever may read the configuration may ask, so no person is checked here."""

from __future__ import annotations

import getpass

from bot.response.identify import Identify
from bot.store.affected import affected
from bot.store.identities import StoredLinks
from bot.views.affected import affected_answer
from bot.views.identities import person_answer
from bot.views.plain_text import lines_of
from bot.wiring import Wiring
from connectors.contract.message import Identity


async def ask_affected(wiring: Wiring, question: str) -> list[str]:
    """The answer to *affected* as plain lines."""
    async with wiring.store.read() as connection:
        answer = await affected(connection, question, wiring.clock())
    return lines_of(affected_answer(answer, wiring.settings.public_url.rstrip("/")))


async def ask_whoami(wiring: Wiring) -> list[str] | None:
    """As whom the account of this machine is known, as plain lines; None when it is nobody's."""
    people = wiring.settings.people
    person = people.of(Identity("terminal", getpass.getuser()))
    if person is None:
        return None
    held = await Identify(people, wiring.directories, StoredLinks(wiring.store)).held(person)
    answer = person_answer(person, people.teams_of(person), held)
    return lines_of(answer)
