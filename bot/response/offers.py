"""Which buttons a case shows now: what its state allows, and policy allows to somebody. The click asks who it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case_view import ApprovalView, CaseView, Offers
from bot.model.person import Person
from bot.model.policy import Act, Denied, may
from bot.response.fix import PLAN_IS_GOOD_FOR
from bot.response.guard import POSSIBLE
from bot.response.ticket import NO_TICKET
from bot.settings import Settings
from bot.store.tables import offer
from bot.store.upsert import insert
from bot.views.buttons import DENY, WITHDRAW, WITHDRAW_RISK

CONFIRM = "confirm"  # the button below a plan
_SAME_ACT = {CONFIRM: Act.FIX, DENY: Act.APPROVE, WITHDRAW: Act.FIX, WITHDRAW_RISK: Act.ACCEPT_RISK}

# (act, what the card knows it by, what the click needs to know)
Wanted = tuple[str, str, dict[str, Any]]
NewOffer = dict[str, Any]  # a row of the offer table


async def offers_of(
    connection: AsyncConnection, view: CaseView, settings: Settings, new_id: Callable[[], str], now: datetime
) -> tuple[Offers, list[NewOffer]]:
    """The offers for this card: those shown before keep their id, so that an old button and a new one are one.

    The second value are those it never had: ``keep_offers`` writes them, before anybody can press them."""
    wanted = [each for each in _wanted(view, now) if _somebody_may(each, view, settings)]
    if not wanted:
        return Offers(), []
    shown = await connection.execute(_SHOWN, {"of_case": view.id})
    known = {(row.act, row.arguments["of"]): row.id for row in shown}
    new: list[NewOffer] = [
        {"id": new_id(), "case_id": view.id, "act": act, "arguments": arguments | {"of": of}, "at": now}
        for act, of, arguments in wanted
        if (act, of) not in known
    ]
    known |= {(each["act"], each["arguments"]["of"]): each["id"] for each in new}
    return Offers({(act, of): known[(act, of)] for act, of, _ in wanted}), new


_SHOWN = sa.select(offer).where(offer.c.case_id == sa.bindparam("of_case")).order_by(offer.c.at, offer.c.id)


async def keep_offers(connection: AsyncConnection, new: Sequence[NewOffer]) -> None:
    """Write down what the new buttons mean."""
    if new:
        await connection.execute(insert(connection, offer), list(new))


def _wanted(view: CaseView, now: datetime) -> Iterator[Wanted]:
    if view.approval is not None:
        yield from _question(view.approval)
    if view.approval is None or not view.approval.plan_id:  # while a plan waits for its yes, no other is offered
        yield from _fixes(view, now)
    if view.run and view.run.state in ("queued", "waiting", "running"):
        yield Act.STOP.value, view.run.id, {"run": view.run.id}
    if view.undoable is not None:
        yield Act.UNDO.value, view.undoable.run, {"run": view.undoable.run, "fix": view.undoable.fix}
    if view.ticket is None or view.ticket.state in NO_TICKET:
        yield Act.TICKET.value, "", {}
    for act in (Act.ACKNOWLEDGE, Act.ASSIGN, Act.SNOOZE, Act.ACCEPT_RISK, Act.TEMPLATE_DONE, Act.VIEW):
        yield act.value, "", {}
    yield (Act.MINE if view.unowned else Act.NOT_OURS).value, "", {}


def _question(asked: ApprovalView) -> Iterator[Wanted]:
    """While a question waits, a case offers its answers instead of another fix."""
    about = {"approval": asked.id, "fix": asked.fix}
    yield Act.APPROVE.value, asked.id, about
    yield DENY, asked.id, about | {"verdict": DENY}
    if not asked.plan_id:
        yield WITHDRAW_RISK, asked.id, {"withdraw": asked.id}
        return
    yield WITHDRAW, asked.id, {"withdraw": asked.id, "fix": asked.fix}
    yield Act.BREAK_GLASS.value, asked.plan_id, {"plan": asked.plan_id, "fix": asked.fix}


def _fixes(view: CaseView, now: datetime) -> Iterator[Wanted]:
    if view.run is not None and view.run.state == "queued":
        yield Act.BREAK_GLASS.value, view.run.plan_id, {"plan": view.run.plan_id, "fix": view.run.fix}
        return
    for fix in view.fixes:
        yield Act.FIX.value, fix.id, {"fix": fix.id}
    if view.plan_id and any(plan.changes for plan in view.plan) and _is_fresh(view, now):
        yield CONFIRM, view.plan_id, {"plan": view.plan_id, "fix": view.plan[0].fix}


def _is_fresh(view: CaseView, now: datetime) -> bool:
    return now - min(plan.read_at for plan in view.plan) <= PLAN_IS_GOOD_FOR


def act_of(name: str) -> Act:
    """The act behind an offer's word; the button below a plan is the same act as the one that read it."""
    return _SAME_ACT.get(name) or Act(name)


def _somebody_may(wanted: Wanted, view: CaseView, settings: Settings) -> bool:
    name, _, arguments = wanted
    act = act_of(name)
    if view.state not in POSSIBLE.get(act, frozenset()):
        return False
    if act is Act.TICKET and not settings.jira.enabled:
        return False
    fix = str(arguments.get("fix", ""))
    verdict = may(settings.policy, None, act, environment=view.environment, owner=view.owner, fix=fix)
    return isinstance(verdict, Denied) and bool(verdict.who_could)


def offers_for(
    person: Person, view: CaseView, offers: Offers, settings: Settings
) -> tuple[Offers, tuple[tuple[Act, tuple[str, ...]], ...]]:
    """Those of the offers that this person may press, and for each act that is for others, who could do it.

    Where we know who looks (the console). A chat shows one card to all, and the click asks."""
    theirs: dict[tuple[str, str], str] = {}
    others: dict[Act, tuple[str, ...]] = {}
    for (name, of), offer_id in offers.ids.items():
        act, fix = act_of(name), _fix_of(name, of, view)
        verdict = may(settings.policy, person, act, environment=view.environment, owner=view.owner, fix=fix)
        if act is Act.APPROVE and view.approval is not None and view.approval.requester_id == person.id:
            others[act] = view.approval.wanted  # nobody answers their own question, whatever the policy lets them do
        elif isinstance(verdict, Denied):
            others[act] = verdict.who_could
        else:
            theirs[(name, of)] = offer_id
    return Offers(theirs), tuple(others.items())


def _fix_of(name: str, of: str, view: CaseView) -> str:
    """Which fix an offer is about, "" when it is about none."""
    if name == CONFIRM:
        return view.plan[0].fix
    if name in (Act.APPROVE.value, DENY, WITHDRAW, Act.BREAK_GLASS.value) and view.approval is not None:
        return view.approval.fix
    if name == Act.UNDO.value and view.undoable is not None:
        return view.undoable.fix
    if name == Act.BREAK_GLASS.value and view.run is not None:
        return view.run.fix
    return of if name == Act.FIX.value else ""
