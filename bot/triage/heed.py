"""Heeding what is said of a vulnerability in a product (VEX): it closes findings, and opens them when it has no hold.

A statement is a machine's word, not a person's acceptance: it is told as what it is, in the thread, on the case's page
and in the trail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import FindingState, case_name
from bot.model.statements import Said, Subject, holding
from bot.store import audit
from bot.store.statements import statements_about
from bot.triage.batch import Batch, Change, Item, Reason, Rules
from connectors.contract.context import AssetRecord
from connectors.contract.finding import Finding, Kind
from connectors.contract.statement import Stated

_CLOSED = {
    Stated.NOT_AFFECTED: (FindingState.SUPPRESSED, Reason.NOT_AFFECTED),
    Stated.FIXED: (FindingState.RESOLVED, Reason.STATED_FIXED),
}
STATED = frozenset(reason.value for _, reason in _CLOSED.values())
HEED = "statements.heed"
_MOST_NAMED = 3


def subject_of(finding: Finding, asset: AssetRecord | None) -> Subject:
    """A finding as statements are asked of it: only by names that are exact, never by a tool's short one."""
    exact = (finding.resource.id, finding.resource.repository, finding.resource.image_digest)
    known = (asset.id, *asset.identifiers) if asset is not None else ()
    return Subject(finding, frozenset(name.lower() for name in (*exact, *known) if name))


async def heed(items: Sequence[Item], connection: AsyncConnection, rules: Rules) -> None:
    """Close those of these open findings of which the latest statement says that they need nobody."""
    asked = [(item, subject_of(item.finding, item.asset)) for item in items if item.finding.kind is Kind.VULNERABILITY]
    if not asked:
        return
    vulnerabilities = {name for _, subject in asked for name in subject.vulnerabilities}
    packages = {key for _, subject in asked for key in subject.keys}
    told = await statements_about(connection, vulnerabilities, packages, rules.stating)
    by_name: dict[str, list[Said]] = {}
    for said in told:
        for name in said.statement.vuln_ids:
            by_name.setdefault(name, []).append(said)
    for item, subject in asked:
        speaking = (said for name in subject.vulnerabilities for said in by_name.get(name, ()))
        _decide(item, holding(speaking, subject))


def _decide(item: Item, said: Said | None) -> None:
    item.said = said
    was_closed = item.known is not None and item.known.reason in STATED
    if said is None or not said.closes or _told_otherwise(item):
        item.reopened_by_word = was_closed and item.change is Change.REFRESHED
        return
    item.state, item.reason = _CLOSED[said.statement.status]
    item.closed_by_word = not was_closed
    if item.known is not None and item.known.state is FindingState.OPEN:
        item.times = 0 if item.change is Change.REFRESHED else item.times
        item.change = Change.CLOSED
    elif item.change is Change.REOPENED:
        item.change = Change.CHANGED  # its tool cannot know what was said


def _told_otherwise(item: Item) -> bool:
    """Whether this same report told it open in another version: then one version's word does not speak for both."""
    known, package = item.known, item.finding.package
    if known is None or package is None or item.change is Change.REFRESHED:
        return False
    return known.state is FindingState.OPEN and known.delivery == item.delivery


def stated_lines(items: Iterable[Item]) -> list[str]:
    """For a case's thread: what was closed or opened by somebody's word, and by whose."""
    closed: dict[str, list[str]] = {}
    for item in items:
        if item.said is not None and item.closed_by_word:
            closed.setdefault(f"Closed, {item.said.words}", []).append(_name(item))
        elif item.reopened_by_word:
            why = item.said.words if item.said else "the statement that closed it was withdrawn"
            closed.setdefault(f"Open again, {why}", []).append(_name(item))
    return [f"{words}: {_named(names)}." for words, names in closed.items()]


def _name(item: Item) -> str:
    return item.asset.name if item.asset else item.finding.resource.name or item.finding.resource.id


def _named(names: Sequence[str]) -> str:
    unique = list(dict.fromkeys(names))
    more = len(unique) - _MOST_NAMED
    return ", ".join(unique[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def stated_records(batch: Batch) -> list[audit.Record]:
    """For the trail: one record for each statement, or its end, that moved findings of one case or problem."""
    moved: dict[tuple[str, str, str], list[Item]] = {}
    for item in batch.items:
        if item.closed_by_word or item.reopened_by_word:
            target = case_name(item.case.id) if item.case is not None else item.finding.problem
            words = item.said.words if item.said else "withdrawn"
            moved.setdefault((target, words, "closed" if item.closed_by_word else "open again"), []).append(item)
    return [_record(target, words, outcome, items, batch.now) for (target, words, outcome), items in moved.items()]


def _record(target: str, words: str, outcome: str, items: Sequence[Item], now: datetime) -> audit.Record:
    said = items[0].said
    detail: dict[str, object] = {"why": words, "findings": len(items), "resources": _named([_name(i) for i in items])}
    if said is not None:
        told = said.statement
        detail |= {"author": told.author, "document": told.document, "status": told.status.value, "at": str(told.at)}
        detail |= {"justification": told.justification, "impact": told.impact, "where": told.pointer}
    source = said.source if said is not None else "vex"
    return audit.Record(
        at=now, who="suture", act="heed", target=target, where_from=source, outcome=outcome, detail=detail
    )
