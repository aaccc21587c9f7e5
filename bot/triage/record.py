"""Write down what the stages decided: findings, cases, their histories, and the messages that are now wanted."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case import LIVED_WITH, CaseState, Decision, FindingState, derive, move
from bot.store import findings as finding_store
from bot.store.cases import begin_cases, update_cases
from bot.store.findings import FindingRow
from bot.store.history import Line, add_lines
from bot.store.outbox import Wanted, raise_case, want
from bot.store.tables import NOT_PRIORITISED
from bot.triage.batch import Batch, CaseKey, CaseWork, Change, Item, Rules
from bot.triage.heed import STATED, stated_records
from bot.triage.hush import hushed_cases, hushed_lines
from bot.triage.lift import end_lifted, write_lifted
from bot.views.times import at_minute
from connectors.contract.finding import Kind

_MOST_NAMED = 3


async def record(batch: Batch, connection: AsyncConnection, rules: Rules, engine: Engine) -> None:
    """Everything of this batch, in the caller's transaction."""
    fresh = [work for work in batch.cases.values() if work.before is None]
    await begin_cases(connection, fresh, [_new_case(work, batch.now, rules) for work in fresh])
    new = [item for item in batch.items if item.known is None]
    await finding_store.insert(connection, [_row(item) for item in new], _aliases(new))
    await _count(batch, connection)
    changed = [(item.known.id, _row(item, reread=batch.reread)) for item in batch.lively if item.known]
    await finding_store.update(connection, changed)
    moved = [work for work in batch.cases.values() if work.before is not None and (work.changed or work.added)]
    await update_cases(connection, [_moved_case(work, batch.now, rules) for work in moved])
    lifted, hushed = await end_lifted(connection, moved, batch.now), hushed_cases(batch)
    lines = [line for work in moved for line in _lines(work, batch.now, hushed, lifted.get(work.id, ""))]
    await add_lines(connection, lines)
    told = [work for work in batch.cases.values() if work.routed and work.routed.channel and work.changed]
    called = await _called(batch, connection, rules, hushed)
    gathers_until = batch.now + rules.gather
    news = [_wanted(work, gathers_until) for work in told if work.key not in hushed]
    await want(connection, engine, [*news, *called], batch.now)
    for work in told:
        if work.key in hushed:
            await raise_case(connection, engine, work.id, work.rank)
    await _assess(batch, connection, rules, engine)
    await _ask_again(batch, connection, engine)
    await write_lifted(
        connection, moved, batch.now, stated_records(batch)
    )  # last: the trail's head stays locked until the commit


def _row(item: Item, *, reread: bool = False) -> FindingRow:
    finding, told, received_at = item.finding, item.written, item.received_at
    reason, decision = item.reason, item.decision
    said = item.said if reason and reason.value in STATED else None
    return FindingRow(  # by place: by name it costs eight times as much, and thousands come at once
        item.fingerprint,
        told.correlation_key,
        finding.source,
        str(finding.kind),
        finding.problem,
        finding.resource.id,
        item.asset.id if item.asset else "",
        int(finding.severity),
        finding.title,
        str(item.state),
        reason.value if reason else "",
        said.words if said else "",
        said.by if said else "",
        decision.priority.rank if decision else NOT_PRIORITISED,
        decision.sentence if decision else "",
        item.case.id if item.case else None,
        finding.scope,
        told.content_hash,
        0 if item.change is Change.REFRESHED or (item.known and reread) else item.times,
        int(item.change is Change.REOPENED),
        item.first_seen,
        received_at,  # it was last seen
        item.observed_at,
        received_at if item.state is FindingState.RESOLVED else None,
        item.delivery,
        told.document,
    )


def _aliases(fresh: Sequence[Item]) -> set[tuple[str, str]]:
    """The further names of their problems."""
    told = ((alias, item.finding.problem) for item in fresh for alias in item.finding.vuln_ids)
    return {(alias, problem) for alias, problem in told if alias != problem}


async def _count(batch: Batch, connection: AsyncConnection) -> None:
    """What brought no news was told once more; what is read again was counted when it came."""
    quiet = [item for item in batch.items if item.known and item.quiet and item.change is not Change.UNCHECKED]
    if not batch.reread:
        unchecked = [item for item in batch.items if item.known and item.change is Change.UNCHECKED]
        await finding_store.named(connection, [_named(item) for item in unchecked])
        return await finding_store.count(connection, [_counted(item) for item in quiet])
    older = [{"finding_id": item.known.id, "at": item.received_at} for item in quiet if item.known]
    return await finding_store.seen_earlier(connection, older)


def _named(item: Item) -> dict[str, Any]:
    assert item.known is not None
    return {"finding_id": item.known.id, "told_by": item.delivery}


def _counted(item: Item) -> dict[str, Any]:
    assert item.known is not None
    return {
        "finding_id": item.known.id,
        "times": item.times,
        "at": item.received_at,
        "told_by": item.delivery,
    }


def _new_case(work: CaseWork, now: datetime, rules: Rules) -> dict[str, Any]:
    owner, environment, problem = work.key
    return {
        "owner": owner,
        "environment": environment,
        "problem": problem,
        "owner_why": work.owner.why,
        "kind": work.kind,
        "title": work.title,
        "severity": work.severity,
        "priority": work.rank,
        "sentence": work.sentence,
        "state": derive(work.standing).value,
        "open_findings": work.opened,
        "mitigated_findings": work.mitigated,
        "total_findings": work.added,
        "due_at": rules.due(work.rank, now),
        "disclosed_at": work.disclosed_at,
        "seen_at": work.seen_at or now,
    }


def _moved_case(work: CaseWork, now: datetime, rules: Rules) -> dict[str, Any]:
    assert work.before is not None
    before = work.before
    standing = work.standing
    state = move(work.state, standing)
    closes = state is CaseState.FIXED and work.state is not CaseState.FIXED
    more_urgent = work.rank < before["priority"]
    # Living with it was agreed until now: nobody is late from those days.
    ended = bool(work.lifted) and before["decision"] == Decision.ACCEPTED
    afresh = more_urgent or ended or (work.reopened and not work.kept)
    # What a run of ours made safe is lived with no more: it must not come back quietly.
    lasts = standing.decision in LIVED_WITH and state is not CaseState.MITIGATED
    decision = standing.decision if lasts or standing.decision is Decision.ACKNOWLEDGED else Decision.NONE
    return {
        "case_id": work.id,
        "severity": work.severity,
        "priority": work.rank,
        "sentence": work.sentence,
        "state": state.value,
        "decision": decision.value,
        "regressed": standing.regressed and standing.open_findings > 0,
        "open_findings": standing.open_findings,
        "mitigated_findings": standing.mitigated_findings,
        "total_findings": before["total_findings"] + work.added,
        "until": before["until"] if lasts else None,
        "due_at": rules.due(work.rank, now) if afresh else before["due_at"],
        "overdue_told": 0 if afresh else before["overdue_told"],
        "disclosed_at": before["disclosed_at"] or work.disclosed_at,
        "mitigated_at": before["mitigated_at"] or (now if closes else None),
        "claimed_at": None if closes else before["claimed_at"],
        "fixed_at": now if closes else (None if work.reopened else before["fixed_at"]),
    }


def _lines(work: CaseWork, now: datetime, hushed: Set[CaseKey], signer: str) -> Sequence[Line]:
    """What the thread is told, one line a thing that happened; ``signer`` is whose acceptance has just ended."""
    lines = _what_happened(work, now, signer)
    return hushed_lines(work, lines) if work.key in hushed else lines


def _what_happened(work: CaseWork, now: datetime, signer: str) -> Sequence[Line]:
    assert work.before is not None
    said = list(work.lines)
    aloud: list[Line] = []
    state = derive(work.standing)
    if work.came_back:
        text = f"reported again after it was {work.before['state']}"
        if work.kept:
            said.append(
                f"It is {text}; it stays {work.standing.decision.value} until {at_minute(work.before['until'])}."
            )
        else:
            aloud.append(Line(work.id, now, "", f"It came back: {text}.", aloud=True))
    if work.lifted:
        text = f"No longer {work.before['decision']}, because {work.lifted}"
        aloud.append(Line(work.id, now, "", text, calls=signer, aloud=True))
    elif work.rank < work.before["priority"]:
        aloud.append(Line(work.id, now, "", f"More urgent now: {work.sentence}", aloud=True))
    if work.joined:
        named = ", ".join(work.joined[:_MOST_NAMED])
        more = len(work.joined) - _MOST_NAMED
        said.append(f"Also affected: {named}" + (f" and {more} more." if more > 0 else "."))
    if state is CaseState.FIXED and work.state is not CaseState.FIXED:
        said.append("Nothing of it is open any more." if work.heeded else "No tool reports it as open any more.")
    return [*aloud, *(Line(work.id, now, "", text) for text in said)]


def _wanted(work: CaseWork, gathers_until: datetime) -> Wanted:
    assert work.routed is not None
    assert work.routed.channel is not None
    channel = work.routed.channel
    until = gathers_until if work.only_counts else None
    return Wanted(case_id=work.id, chat=channel.chat, channel=channel.id, rank=work.rank, gathers_until=until)


async def _called(batch: Batch, connection: AsyncConnection, rules: Rules, hushed: Set[CaseKey]) -> list[Wanted]:
    """A case goes to one person directly too when it opens, comes back, or becomes so urgent that it cannot wait."""
    wanted: list[Wanted] = []
    for work in batch.cases.values():
        news = work.before is None or work.before["priority"] > work.rank or work.back
        if work.changed and news and work.standing.open_findings > 0 and work.key not in hushed:
            called = await rules.call(connection, work.key[0], work.id, work.rank, batch.now)
            wanted += [replace(each, again=work.back) for each in called]
    return wanted


async def _assess(batch: Batch, connection: AsyncConnection, rules: Rules, engine: Engine) -> None:
    """For a new case that a fix could help, read a plan at once: the card must say what acting would break."""
    fresh = {
        item.case.id: item.case
        for item in batch.items
        if item.case is not None and item.case.before is None and rules.fixable(item.finding)
    }
    await engine.enqueue_all(connection, [("remediate.assess", [case_id], "") for case_id in sorted(fresh)])


async def _ask_again(batch: Batch, connection: AsyncConnection, engine: Engine) -> None:
    """Start what follows from this batch but is not of it: verifying again, and re-reading an attacked asset."""
    for work in batch.cases.values():
        if work.verify:
            await engine.enqueue(connection, "watch.case", work.id)
    attacked = {
        item.asset.id
        for item in batch.items
        if item.asset
        and item.finding.kind is Kind.DETECTION
        and item.change in (Change.NEW, Change.REOPENED)
        and item.state is FindingState.OPEN
    }
    if attacked:
        await engine.enqueue(connection, "retriage.assets", sorted(attacked))
