"""``who shop-1``: whose it is, who is on call for it, and why Suture says so."""

from __future__ import annotations

from bot.commands.call import Call, Verb
from bot.model.ownership import Ownership
from bot.store.context import asset_and_learned
from bot.store.on_call import on_call_of
from bot.views.answers import invalid_answer, owner_answer
from connectors.contract.finding import Resource
from connectors.contract.message import Message


async def run(call: Call) -> Message:
    """The owner that an alert about this name would get now: by the inventory, what was learned, and the rules."""
    if not call.words:
        return invalid_answer("say what: `who shop-1`, a host, a repository, a bucket's ARN")
    name = " ".join(call.words)[:400]
    asset, learned = await asset_and_learned(call.connection, name)
    told = Resource(id=name, type="host" if asset is None and "/" not in name and ":" not in name else "", name=name)
    rules = Ownership(call.settings.owner_rules, call.settings.catch_all)
    owner = rules.owner_of(told, asset=asset, learned=learned)
    on_call = await on_call_of(call.connection, owner.team, call.now)
    return owner_answer(name, owner, call.settings.people.team(owner.team), asset, on_call)


VERB = Verb("who", "who shop-1", "whose it is, and why", run)
