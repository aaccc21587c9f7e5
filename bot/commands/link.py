"""``link``: a way into the console as who you are here; private, good once, for a quarter of an hour."""

from __future__ import annotations

from datetime import timedelta

from bot.commands.call import Call, Verb
from bot.store import audit
from bot.store.sessions import create_link
from bot.views.answers import invalid_answer
from connectors.contract.message import Link, Message, Paragraph, Plain

_GOOD_FOR = timedelta(minutes=15)


async def run(call: Call) -> Message:
    """The link that ``suture sign-in`` prints. Opening it shows a button: a preview that opens it uses nothing up."""
    if not call.settings.console.enabled:
        return invalid_answer("the console is off (console.enabled in config/suture.yaml)")
    if not call.person.on("console"):
        return invalid_answer("you may not sign in to the console: config/teams.yaml has no console: true for you")
    token = call.new_secret()
    await create_link(call.connection, call.person.id, token, call.now + _GOOD_FOR)
    record = audit.Record(
        at=call.now,
        who=call.person.id,
        act="sign-in link",
        target="console",
        where_from=f"{call.actor.platform}:{call.actor.id}",
        outcome="done",
    )
    await audit.append(call.connection, [record])
    url = f"{call.settings.public_url.rstrip('/')}/sign-in?token={token}"
    once = Plain(" It works once, for 15 minutes, and it is yours alone.")
    return Message(
        text=f"Open the console as {call.person.name}", parts=(Paragraph((Link("Open the console.", url), once)),)
    )


VERB = Verb("link", "link", "a way into the console, as you", run, act=None, private=True)
