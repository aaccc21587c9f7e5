"""``plan S-12``: what its fix would change and break, read from the system itself. Changes nothing."""

from __future__ import annotations

from bot.commands.acting import case_of, press_offer
from bot.commands.call import Call, Verb
from bot.model.policy import Act
from bot.response.offers import CONFIRM
from bot.views.answers import notice
from bot.views.plans import plan_answer
from connectors.contract.message import Level, Message

_USAGE = "plan S-12"


async def run(call: Call) -> Message:
    """The latest plan while it is fresh; else a new one is read, which takes some seconds."""
    seen = await case_of(call, _USAGE)
    if isinstance(seen, Message):
        return seen
    view, offers = seen
    if view.plan_id and offers.get(CONFIRM, view.plan_id):
        return plan_answer(view, view.plan, call.now)
    reading = notice(Level.INFO, f"The plan of {view.name} is being read: ask `plan {view.name}` again in a moment.")
    return await press_offer(call, seen, Act.FIX, _USAGE, otherwise=reading)


VERB = Verb("plan", _USAGE, "what its fix would change and break", run, act=Act.FIX)
