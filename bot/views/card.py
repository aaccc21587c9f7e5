"""The case card: what a tired person needs to decide in ten seconds, in the same order every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from bot.model.case import TERMINAL, CaseState
from bot.model.case_view import AcceptanceView, Affected, CaseView, Offers, RunView
from bot.model.closing import Closing
from bot.views.buttons import buttons_of
from bot.views.on_call import on_call_words
from bot.views.risks import risk_spans
from bot.views.times import at_minute, with_distance
from connectors.contract.finding import Kind
from connectors.contract.message import (
    Code,
    Context,
    Fields,
    Level,
    Link,
    Listing,
    Message,
    Notice,
    Paragraph,
    Part,
    Plain,
    Span,
    Spans,
    Strong,
)

_LISTED = 5
_HEADER = 140
When = Callable[[datetime], str]
OPERATIONAL = "If we fix: operational risk"

STATE_WORDS = {
    CaseState.OPEN: "open",
    CaseState.ACKNOWLEDGED: "acknowledged",
    CaseState.SNOOZED: "snoozed",
    CaseState.ACCEPTED: "risk accepted",
    CaseState.FIXING: "being changed right now",
    CaseState.MITIGATED: "MITIGATED at run time; the template is not done yet",
    CaseState.FIXED: "FIXED",
    CaseState.REGRESSED: "REGRESSED: it came back",
}


def case_card(view: CaseView, offers: Offers, now: datetime, *, posted: bool = False) -> Message:
    """The card of one case, as it stands at ``now``.

    ``posted``: it stands in a chat until something happens, so it says no distances in time, which would soon be wrong.
    """
    when = at_minute if posted else partial(with_distance, now=now)
    buttons, overflow = ((), ()) if view.state in TERMINAL else buttons_of(view, offers)
    return Message(
        text=fallback(view),
        header=headline(view),
        parts=tuple(_parts(view, when)),
        buttons=buttons,
        overflow=overflow,
    )


def headline(view: CaseView) -> str:
    """``CRITICAL: SSH is open to the world``."""
    return f"{_severity(view)}: {view.title}"[:_HEADER]


def fallback(view: CaseView) -> str:
    """The notification's line: severity, state, what, where, whose."""
    place = f"{view.owner_name}, {view.environment or 'environment unknown'}"
    state = "moved" if view.moved else "closed" if view.closing else view.state.value
    return f"{_severity(view)} {state}: {view.title} ({place}) {view.name}"


def _severity(view: CaseView) -> str:
    return "SEVERITY UNKNOWN" if view.severity == 0 else view.severity.word.upper()


def _parts(view: CaseView, when: When) -> list[Part]:
    parts: list[Part] = []
    notice = _notice(view, when)
    if notice is not None:
        parts.append(notice)
    parts.append(Paragraph(urgency(view)))
    parts.append(Paragraph(risk_spans("If we wait: security risk", view.security_risk)))
    parts.append(Paragraph(risk_spans(OPERATIONAL, view.operational_risk)))
    parts.append(Fields(_fields(view, when)))
    parts.append(_listing(view))
    parts.append(_recommended(view))
    if view.run is not None and view.run.allowed_by:
        who = view.run.person or "the policy itself"
        parts.append(Paragraph((Strong("Last run: "), Plain(f"by {who}; {view.run.allowed_by}."))))
    if view.run is not None and view.run.evidence and view.state is not CaseState.REGRESSED:  # it is proof no more
        label = "Proof: " if view.run.state in ("done", "undone") else "Read back: "
        parts.append(Paragraph((Strong(label), Plain("; ".join(view.run.evidence[:2])))))
    parts.append(Context(_small_print(view)))
    return parts


def _accepted(signed: AcceptanceView) -> str:
    by = f" (approved by {signed.approved_by})" if signed.approved_by else ""
    instead = f" Instead: {signed.control}" if signed.control else ""
    return f"{signed.person} accepted this risk until {signed.until.date()}{by}: {signed.reason}{instead}"


def _waits(view: CaseView, when: When) -> Notice | None:
    """What stands between a plan and its run."""
    asked = view.approval
    if asked is not None:
        given = f" {', '.join(asked.given)} said yes." if asked.given else ""
        until = when(asked.expires_at)
        text = f"{asked.requester} asks {asked.asks};{given} it needs {' and '.join(asked.wanted)} until {until}."
        return Notice(Level.WARNING, (Strong("Waits for approval. "), Plain(text)))
    if view.run is not None and view.run.state == "queued" and view.run.opens_at is not None:
        goes = when(view.run.opens_at)
        held = f" {view.run.reason}." if view.run.reason else ""
        text = f"{view.run.title}, asked for by {view.run.person}, goes {goes}: {view.run.allowed_by}.{held}"
        return Notice(Level.INFO, (Strong("In the queue. "), Plain(text)))
    return None


def urgency(view: CaseView) -> Spans:
    """The priority in bold, then why; the sentence itself begins with the word, which is said once."""
    word = view.priority.value
    why = view.sentence.removeprefix(f"{word.capitalize()}: ")
    return (Strong(word.upper()), Plain(f": {why}"))


def _notice(view: CaseView, when: When) -> Notice | None:
    """The one thing that must not be overlooked."""
    waits = _waits(view, when)
    if waits is not None:
        return waits
    if view.state is CaseState.REGRESSED:
        last = view.history[-1].text if view.history else "it came back after it was fixed"
        return Notice(Level.ERROR, (Strong("Regressed. "), Plain(last)))
    if view.run is not None and _still_matters(view, view.run):
        what = "undo" if view.run.kind == "undo" else "run"
        return Notice(Level.ERROR, (Strong(f"The last {what} ended as {view.run.state}. "), Plain(view.run.reason)))
    if view.claim is not None and view.state not in TERMINAL:
        said = f"{view.claim.by} said so in the ticket at {at_minute(view.claim.at)}; it is not verified."
        return Notice(Level.WARNING, (Strong("Claimed fixed. "), Plain(said)))
    if view.state is CaseState.MITIGATED:
        return Notice(Level.SUCCESS, (Plain("Safe at run time, and verified. Make it last in the template."),))
    if view.moved:
        return Notice(
            Level.INFO,
            (
                Strong("Moved. "),
                Plain("Its findings belong to another case now; see what happened."),
            ),
        )
    if view.closing is not None:
        said = f"{view.closing.sentence} It opens again when that is withdrawn."
        how = "Closed in part by a statement. " if view.closing.fixed else "Closed by a statement, not by a change. "
        return Notice(Level.INFO, (Strong(how), Plain(said)))
    if view.state is CaseState.FIXED:
        return Notice(Level.SUCCESS, (Plain("Fixed. Nothing is left to do."),))
    if view.state is CaseState.ACCEPTED and view.acceptance is not None:
        return Notice(Level.WARNING, (Plain(_accepted(view.acceptance)),))
    if view.state is CaseState.SNOOZED and view.snoozed_until is not None:
        return Notice(Level.INFO, (Plain(f"Snoozed until {when(view.snoozed_until)}."),))
    if view.overdue and view.due_at is not None:
        return Notice(Level.WARNING, (Strong("Overdue. "), Plain(f"It was due {when(view.due_at)}.")))
    return None


def _still_matters(view: CaseView, run: RunView) -> bool:
    """Whether a run that came to no good end must be read first; a decision since then, or the end, is newer."""
    if view.state in TERMINAL:
        return False
    decided = view.state in (CaseState.ACCEPTED, CaseState.SNOOZED)
    return run.state == "unknown" or (run.state == "failed" and not decided)


def _fields(view: CaseView, when: When) -> tuple[tuple[str, Spans], ...]:
    exposures = sorted({each.exposure for each in view.affected})
    pairs: list[tuple[str, Spans]] = [
        ("Owner", _owner(view)),
        ("Environment", (Plain(view.environment or "unknown"),)),
        ("State", (Plain(_state(view)),)),
        ("Exposure", (Plain(", ".join(exposures) or "unknown"),)),
        ("First seen", (Plain(when(view.times.seen)),)),
    ]
    if view.due_at is not None and view.open_findings:
        pairs.append(("Due", (Plain(when(view.due_at)),)))
    pairs.append(("Told by", (Plain(", ".join(view.tools) + (f", {view.told} times" if view.told > 1 else "")),)))
    if view.ticket is not None:
        pairs.append(("Ticket", _ticket(view)))
    return tuple(pairs)


def _owner(view: CaseView) -> Spans:
    """Whose it is and who is on call, each with why we think so; nobody is called for what needs nobody."""
    spans: list[Span] = [Strong(view.owner_name), Plain(f" ({view.owner_why})")]
    if view.on_call is not None and view.state not in TERMINAL:
        spans.append(Plain(f"; {on_call_words(view.on_call)}"))
    return tuple(spans)


def _state(view: CaseView) -> str:
    return "moved" if view.moved else state_line(view)


def state_line(view: CaseView) -> str:
    """``acknowledged, by Ana Sousa``; ``open, assigned to Ana Sousa``."""
    words = state_words(view.state, view.closing)
    if not view.assignee or view.state in TERMINAL:
        return words
    return f"{words}, {'by' if view.state is CaseState.ACKNOWLEDGED else 'assigned to'} {view.assignee}"


def state_words(state: CaseState, closing: Closing | None, *, brief: bool = False) -> str:
    """``FIXED``; of what a statement closed: ``CLOSED: not affected, says Example Vendor (openvex), 2026-03-02``."""
    if closing is None or state is not CaseState.FIXED:
        return STATE_WORDS[state]
    return f"CLOSED: {closing.brief if brief else closing.words}"


def _ticket(view: CaseView) -> Spans:
    ticket = view.ticket
    assert ticket is not None
    if ticket.key and ticket.state != "gone":
        return (
            (Link(ticket.key, ticket.url),) if ticket.url.startswith(("https://", "http://")) else (Plain(ticket.key),)
        )
    return (Plain(f"{ticket.state}: {ticket.reason}" if ticket.reason else "being created"),)


def _listing(view: CaseView) -> Listing:
    """The affected assets, open ones first, and how many more there are."""
    rows = tuple(affected_row(each) for each in view.affected[:_LISTED])
    return Listing(rows, max(0, len(view.affected) - _LISTED) + view.affected_more)


def affected_row(each: Affected) -> Spans:
    """One asset: its name, what is wrong with it, and its state unless that is open."""
    spans: list[Span] = [Code(each.name), Plain(f" {each.detail}".rstrip())]
    if each.state != "open":
        spans.append(Plain(f" · {each.state}"))
    return tuple(spans)


def _recommended(view: CaseView) -> Paragraph:
    """What can be done about it, and what will last."""
    if view.fixes:
        first = view.fixes[0]
        where = f"on {first.targets} target{'' if first.targets == 1 else 's'}"
        spans: list[Span] = [Strong("Fix at run time: "), Plain(f"{first.title}, {where}; can be undone.")]
    else:
        spans = [Strong("No run-time fix of ours fits. ")]
    if view.advice:
        spans.append(Plain(f" {view.advice}"))
    elif not view.fixes and view.kind is Kind.VULNERABILITY:
        spans.append(Plain("Upgrade the package; the ticket says where."))
    return Paragraph(tuple(spans))


def _small_print(view: CaseView) -> Spans:
    spans: list[Span] = [Link(view.name, view.link), Plain(f" · {view.problem}")]
    if view.reference:
        spans += [Plain(" · "), Link("at its tool", view.reference)]
    if view.times.disclosed is not None:
        spans.append(Plain(f" · disclosed {at_minute(view.times.disclosed)}"))
    return tuple(spans)
