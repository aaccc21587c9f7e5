"""``affected CVE-2014-0160``: which of our systems are hit, whose they are, and what is known about each."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.store.affected import affected
from bot.views.affected import affected_answer
from bot.views.answers import invalid_answer
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """By vulnerability id, or by package and version. What this person may not see is counted, not shown."""
    if not call.words:
        return invalid_answer("say what: `affected CVE-2014-0160` or `affected openssl<1.0.1g`")
    answer = await affected(call.connection, " ".join(call.words), call.now)
    return affected_answer(answer.seen_by(call.may_view), call.settings.public_url.rstrip("/"))


VERB = Verb("affected", "affected CVE-2014-0160 | openssl<1.0.1g", "which of our systems are hit", run)
