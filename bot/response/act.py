"""Do it, or ask back for what is missing. One act a file; this is their list."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model.policy import Act
from bot.response.accept_risk import accept_risk
from bot.response.acknowledge import acknowledge
from bot.response.approve import approve
from bot.response.asked import Asked, Desk, Step
from bot.response.assign import assign
from bot.response.break_glass import break_glass
from bot.response.fix import fix
from bot.response.owner import mine, not_ours
from bot.response.show_affected import show_affected
from bot.response.snooze import snooze
from bot.response.stop import stop
from bot.response.template import template_done
from bot.response.ticket import ticket
from bot.response.undo import undo

ACTS: Mapping[Act, Step] = {
    Act.FIX: fix,
    Act.UNDO: undo,
    Act.TICKET: ticket,
    Act.ACKNOWLEDGE: acknowledge,
    Act.ASSIGN: assign,
    Act.SNOOZE: snooze,
    Act.ACCEPT_RISK: accept_risk,
    Act.NOT_OURS: not_ours,
    Act.MINE: mine,
    Act.TEMPLATE_DONE: template_done,
    Act.VIEW: show_affected,
    Act.APPROVE: approve,
    Act.STOP: stop,
    Act.BREAK_GLASS: break_glass,
}


async def act(asked: Asked, desk: Desk) -> Asked:
    """Hand what is asked to its act."""
    return asked if asked.settled else await ACTS[asked.act](asked, desk)
