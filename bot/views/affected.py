"""Which of our systems something hits: the answer to *affected*, cut to what is read in a chat, and whole beside it."""

from __future__ import annotations

from urllib.parse import urlencode

from bot.model.affected_answer import AffectedAnswer, Hit, ReportedCase, SystemRow
from bot.model.case import CaseState
from bot.views.card import state_words
from bot.views.counts import counted
from bot.views.paging import ROWS, whole
from connectors.contract.message import (
    Code,
    Context,
    Link,
    Listing,
    Message,
    Paragraph,
    Part,
    Plain,
    Span,
    Spans,
    Strong,
)


def affected_answer(answer: AffectedAnswer, link: str) -> Message:
    """Which of our systems are hit, whose they are, and which only look as if they were."""
    text = _affected_text(answer)
    shown, everything = _affected_parts(answer, link, ROWS), _affected_parts(answer, link, None)
    if shown == everything:
        return Message(text=text, header=text[:140], parts=tuple(shown))
    attached = whole("affected.txt", text, everything)
    shown.append(Context((Link("all in the console", f"{link}/affected?{urlencode({'q': answer.query})}"),)))
    return Message(text=text, header=text[:140], parts=tuple(shown), attachment=attached)


def _affected_parts(answer: AffectedAnswer, link: str, most: int | None) -> list[Part]:
    """What it says, with at most so many rows of each kind; None: all."""
    parts: list[Part] = []
    if answer.summary:
        parts.append(Paragraph((Plain(answer.summary),)))
    for hit, title in ((Hit.AFFECTED, "Affected"), (Hit.UNKNOWN, "Unknown"), (Hit.NOT_AFFECTED, "Not affected")):
        rows = tuple(_system(row, link) for row in answer.systems if row.hit is hit)
        if rows:
            parts += [Paragraph((Strong(title),)), Listing(rows[:most], len(rows) - len(rows[:most]))]
    if answer.systems_more > 0:
        parts.append(Context((Plain(f"and {answer.systems_more} more systems"),)))
    if answer.cases:
        rows = tuple(_reported(case, link) for case in answer.cases)
        listing = Listing(rows[:most], len(rows) - len(rows[:most]) + answer.cases_more)
        parts += [Paragraph((Strong("Reported by tools"),)), listing]
    if answer.hidden:
        parts.append(Context((Plain(f"{hidden_words(answer.hidden)}; the numbers above count them."),)))
    return [*parts, *(Context((Plain(note),)) for note in answer.notes)]


def hidden_words(count: int) -> str:
    """What whoever asks may not see is counted, not named."""
    return f"{count} row{'' if count == 1 else 's'} of other teams {'is' if count == 1 else 'are'} not shown to you"


def _affected_text(answer: AffectedAnswer) -> str:
    if answer.nothing_known:
        return f"{answer.query}: {nothing_words(answer)}"
    found = f"{answer.affected} affected, {answer.unknown} unknown, {answer.not_affected} not affected"
    told = f"{counted(answer.open_findings, 'open finding')} in {counted(answer.cases_total, 'case')}"
    return f"{answer.query}: {found}; {told}"


def nothing_words(answer: AffectedAnswer) -> str:
    """Why there is no row. What could not be looked up must never read as *not affected*."""
    if answer.cannot_be_told:
        return "cannot be told"
    if answer.problem:
        return "nothing we know is affected"
    if answer.package:
        return f"no system that we know of has a package called {answer.package}"
    return "not understood, so nothing was looked up"


def _system(row: SystemRow, link: str) -> Spans:
    whose = f"{row.owner or 'nobody'}, {row.environment or 'environment unknown'}, exposure {row.exposure}"
    whose = whose if row.in_inventory else "not in the inventory, so nobody knows whose it is"
    spans: list[Span] = [Code(row.name), Plain(f" {row.package} {row.version} · {whose} · {row.why}")]
    return (*spans, Plain(" · "), Link(row.case, f"{link}/cases/{row.case}")) if row.case else tuple(spans)


def _reported(case: ReportedCase, link: str) -> Spans:
    whose = f"{case.owner or 'nobody'}, {case.environment or 'environment unknown'}"
    counts = f"{case.open_findings} open, {case.mitigated_findings} mitigated of {case.total_findings}"
    named = f" ({', '.join(case.assets)})" if case.assets else ""
    return (
        Link(case.name, f"{link}/cases/{case.name}"),
        Plain(f" {state_words(CaseState(case.state), case.closing, brief=True)} · {whose} · {counts}{named}"),
    )
