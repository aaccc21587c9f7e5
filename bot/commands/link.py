"""``link``: ties this account of a chat to a person, on a page of the console; and leads into the console as you.

The address is private, good once, for a quarter of an hour. Opening it decides nothing; the page asks first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from bot.commands.call import Call, Unknown, Verb
from bot.model.identities import Account, Held, Known
from bot.settings import Settings
from bot.store import audit
from bot.store.identities import keep_request
from bot.store.sessions import create_link
from bot.views.answers import invalid_answer
from bot.views.identities import held_rows
from connectors.contract.message import Link, Listing, Message, Paragraph, Part, Plain

_GOOD_FOR = timedelta(minutes=15)
_ONCE = " It works once, for 15 minutes, and it is yours alone."
_OFF = "the console is off (console.enabled in config/suture.yaml), and it is there that accounts are linked"


async def run(call: Call) -> Message:
    """As whom they are known and how to undo it; the way to tie this account; the way into the console."""
    if not call.settings.console.enabled:
        return invalid_answer(_OFF)
    parts: list[Part] = list(_known(call.held, call.settings))
    if call.account is not None and not _is_tied(call.account, call.held):
        parts.append(await _tie(call, call.account))
    if call.person.on("console"):
        parts.append(await _sign_in(call))
    else:
        lacks = "You may not sign in to the console: config/teams.yaml has no console: true for you."
        parts.append(Paragraph((Plain(lacks),)))
    return Message(text=f"You are {call.person.name}", header=f"You are {call.person.name}"[:140], parts=tuple(parts))


async def to_unknown(asked: Unknown) -> Message:
    """The same for an account that is nobody's yet."""
    if not asked.settings.console.enabled:
        return invalid_answer(_OFF)
    return Message(text="Say on the console who you are", parts=(await _tie(asked, asked.account),))


def _is_tied(account: Account, held: Sequence[Held]) -> bool:
    """By the configuration or a link; an address alone may change hands."""
    tied = {(one.account.chat, one.account.id) for one in held if one.by is not Known.ADDRESS}
    return (account.chat, account.id) in tied


def _known(held: Sequence[Held], settings: Settings) -> Sequence[Part]:
    page = Link("your page of the console", f"{settings.public_url.rstrip('/')}/me")
    undo = (Plain("What is linked can be unlinked on "), page, Plain("."))
    return (Listing(held_rows(held)), Paragraph(undo)) if held else ()


async def _tie(asked: Call | Unknown, account: Account) -> Part:
    secret = asked.new_secret()
    await keep_request(asked.connection, account, secret, asked.now, asked.now + _GOOD_FOR)
    url = f"{asked.settings.public_url.rstrip('/')}/link/{secret}"
    tie = Link("Tie this account to yourself.", url)
    return Paragraph((tie, Plain(" You sign in to the console, and it asks whether that is you." + _ONCE)))


async def _sign_in(call: Call) -> Part:
    """The link that ``suture sign-in`` prints. Opening it shows a button: a preview that opens it uses nothing up."""
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
    return Paragraph((Link("Open the console.", url), Plain(_ONCE)))


VERB = Verb(
    "link",
    "link",
    "tie this account to you; a way into the console",
    run,
    act=None,
    private=True,
    about_self=True,
    to_unknown=to_unknown,
)
