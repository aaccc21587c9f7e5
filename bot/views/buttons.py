"""The buttons of a card: the five that are pressed most, the others in the overflow menu; their labels everywhere."""

from __future__ import annotations

from collections.abc import Iterator

from bot.model.case import CaseState
from bot.model.case_view import CaseView, Offers
from bot.model.policy import Act
from connectors.contract.message import Button, Style

_MOST = 5
_SPOKEN = 75  # characters; Slack takes no more
DENY = "deny"  # beside *Approve…*
WITHDRAW = "withdraw"  # takes the question for approval back
WITHDRAW_RISK = "withdraw-risk"  # the same, where it is about an accepted risk
# How an act is called in a sentence.
ACT_WORDS = {
    Act.FIX: "Fix now",
    Act.UNDO: "Undo",
    Act.TICKET: "Open ticket",
    Act.ACKNOWLEDGE: "I'm on it",
    Act.ASSIGN: "Assign",
    Act.SNOOZE: "Snooze",
    Act.ACCEPT_RISK: "Accept risk",
    Act.NOT_OURS: "Not ours",
    Act.MINE: "Mine",
    Act.TEMPLATE_DONE: "Template done",
    Act.VIEW: "Show affected",
    Act.APPROVE: "Approve",
    Act.STOP: "Stop",
    Act.BREAK_GLASS: "Break glass",
}


def buttons_of(view: CaseView, offers: Offers) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """(buttons, overflow) of what is offered, most wanted first."""
    offered, rare = list(_offered(view, offers)), list(_rare(view, offers))
    return tuple(offered[:_MOST]), (*offered[_MOST : 2 * _MOST], *rare)


def _offered(view: CaseView, offers: Offers) -> Iterator[Button]:
    again = view.state is CaseState.REGRESSED
    for fix in view.fixes:
        label = "Apply again…" if again else "Fix now…"
        if len(view.fixes) > 1:
            label = f"{label} {fix.title}"[:70]
        yield from _button(view, offers, Act.FIX, label, fix.id, style=Style.PRIMARY, form=True)
    yield from _answers(view, offers)
    if view.run is not None:
        stop = "Take out of the queue" if view.run.state == "queued" else "Stop"
        yield from _button(view, offers, Act.STOP, stop, view.run.id, style=Style.DANGER)
    if view.undoable is not None:
        yield from _button(view, offers, Act.UNDO, "Undo…", view.undoable.run, style=Style.DANGER, form=True)
    yield from _button(view, offers, Act.TEMPLATE_DONE, "Template done…", form=True)
    yield from _button(view, offers, Act.MINE, "Mine", style=Style.PRIMARY)
    yield from _button(view, offers, Act.TICKET, "Open ticket")
    yield from _button(view, offers, Act.ACKNOWLEDGE, "I'm on it")
    yield from _button(view, offers, Act.SNOOZE, "Snooze…", form=True)
    accept = "Renew acceptance…" if view.state is CaseState.ACCEPTED else "Accept risk…"
    yield from _button(view, offers, Act.ACCEPT_RISK, accept, form=True)
    yield from _button(view, offers, Act.NOT_OURS, "Not ours…", form=True)
    plan = view.approval.plan_id if view.approval else view.run.plan_id if view.run else ""
    yield from _button(view, offers, Act.BREAK_GLASS, "Break glass…", plan, style=Style.DANGER, form=True)


def _answers(view: CaseView, offers: Offers) -> Iterator[Button]:
    """The buttons of a question that waits for other people's yes."""
    if view.approval is None:
        return
    of = view.approval.id
    yield from _button(view, offers, Act.APPROVE, "Approve…", of, style=Style.PRIMARY, form=True)
    yield from _button(view, offers, DENY, "Deny…", of, form=True)
    yield from _button(view, offers, WITHDRAW if view.approval.plan_id else WITHDRAW_RISK, "Withdraw", of)


def _rare(view: CaseView, offers: Offers) -> Iterator[Button]:
    """What is never worth a button of its own."""
    yield from _button(view, offers, Act.ASSIGN, "Assign…", form=True)
    yield from _button(view, offers, Act.VIEW, "Show affected")


def _button(
    view: CaseView,
    offers: Offers,
    act: str,
    label: str,
    argument: str = "",
    *,
    style: Style = Style.DEFAULT,
    form: bool = False,
) -> Iterator[Button]:
    offer = offers.get(act, argument)
    if offer:
        yield Button(offer, label, _spoken(label.rstrip("…"), view), style, form)


def _spoken(label: str, view: CaseView) -> str:
    """What a screen reader says, and what a dangerous act asks once more: where it happens is never cut off."""
    begin, end = f"{label} for {view.name}, ", f", in {view.environment or 'unknown environment'}"
    room = max(_SPOKEN - len(begin) - len(end), 0)
    title = view.title if len(view.title) <= room else f"{view.title[: max(room - 1, 0)].rstrip()}…"
    return f"{begin}{title}{end}"
