"""Cases that began before we knew whose or where they are: once the world tells us, their findings go home.

A case that a person has an owner for stays with it; only what nobody owned, or whose environment nobody knew, moves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case import CaseState, Decision, FindingState, Standing, case_name, move
from bot.model.ownership import NOBODY, Owner
from bot.model.written import finding_of
from bot.store.cases import Key, case_by_id, cases_by_key
from bot.store.context import Context, context_of
from bot.store.history import Line, add_lines
from bot.store.outbox import Wanted, raise_case, want
from bot.store.tables import cases, finding
from bot.triage.batch import CaseWork, Rules


async def rehome(connection: AsyncConnection, rows: Sequence[Any], rules: Rules, engine: Engine, now: datetime) -> None:
    """Move what has a better place by now; ``rows`` are live findings. The case itself where all of it moves as one."""
    unplaced = await _unplaced(connection, {row.case_id for row in rows if row.case_id is not None})
    theirs = [row for row in rows if row.case_id in unplaced]
    if not theirs:
        return
    context = await context_of(connection, [finding_of(row.document) for row in theirs])
    moves: dict[int, dict[Key, list[tuple[Any, Owner]]]] = {}
    for row in theirs:
        key, owner = _home(row, unplaced[row.case_id], context, rules)
        if key != _key(unplaced[row.case_id]):
            moves.setdefault(row.case_id, {}).setdefault(key, []).append((row, owner))
    for case_id, homes in sorted(moves.items()):
        await _move(connection, case_id, homes, rules, engine, now)


async def _unplaced(connection: AsyncConnection, ids: set[int]) -> dict[int, Mapping[str, Any]]:
    query = sa.select(cases).where(
        cases.c.id.in_(sorted(ids)),
        cases.c.running == "",
        sa.or_(cases.c.owner_why.startswith(NOBODY), cases.c.environment == ""),
    )
    return {row["id"]: dict(row) for row in (await connection.execute(query)).mappings()} if ids else {}


def _key(case: Mapping[str, Any]) -> Key:
    return (case["owner"], case["environment"], case["problem"])


def _home(row: Any, case: Mapping[str, Any], context: Context, rules: Rules) -> tuple[Key, Owner]:
    """Where a finding belongs now, and why; what is still unknown stays as it was."""
    reported = finding_of(row.document)
    asset = context.asset_of(reported)
    owner = rules.owner_of(reported, asset, context.learned.get(reported.resource.id, ""))
    if owner.catch_all or not owner.team or not case["owner_why"].startswith(NOBODY):
        owner = Owner(case["owner"], case["owner_why"])
    known = (asset.environment if asset else "") or rules.environment_of(reported)
    return (owner.team, case["environment"] or known, case["problem"]), owner


async def _move(
    connection: AsyncConnection,
    case_id: int,
    homes: Mapping[Key, Sequence[tuple[Any, Owner]]],
    rules: Rules,
    engine: Engine,
    now: datetime,
) -> None:
    case = await case_by_id(connection, case_id, lock=True)
    assert case is not None
    moving = sum(len(found) for found in homes.values())
    (key, found), *others = homes.items()
    alone = not others and moving == case["open_findings"] + case["mitigated_findings"]
    if alone and not await cases_by_key(connection, {key}, []):
        await _rename(connection, case, key, found[0][1], rules, engine, now)
    else:
        released = [row for rows in homes.values() for row, _ in rows if row.state == FindingState.OPEN.value]
        if released:  # what a run of ours has mitigated stays with the case that knows the run
            await _release(connection, case, released, engine, now)


async def _rename(
    connection: AsyncConnection,
    case: Mapping[str, Any],
    key: Key,
    owner: Owner,
    rules: Rules,
    engine: Engine,
    now: datetime,
) -> None:
    """The case keeps its number, its story and its messages; a new owner's channel gets one too."""
    values = {"owner": key[0], "owner_why": owner.why, "environment": key[1]}
    await connection.execute(
        sa.update(cases).where(cases.c.id == case["id"]).values(**values, version=cases.c.version + 1)
    )
    place = key[1] or "an unknown environment"
    await add_lines(
        connection, [Line(case["id"], now, "", f"Now known to belong to {key[0]}, in {place}: {owner.why}.")]
    )
    work = CaseWork(key=key, owner=owner, kind=case["kind"], title=case["title"], rank=case["priority"])
    wanted = await rules.call(connection, key[0], case["id"], case["priority"], now)
    channel = rules.route(work).channel
    if channel is not None:
        wanted.append(Wanted(case_id=case["id"], chat=channel.chat, channel=channel.id, rank=case["priority"]))
    if wanted:
        await want(connection, engine, wanted, now)
    else:
        await raise_case(connection, engine, case["id"], case["priority"])


async def _release(
    connection: AsyncConnection, case: Mapping[str, Any], rows: Sequence[Any], engine: Engine, now: datetime
) -> None:
    """Let findings go: the stages, which run next, find or begin the case where they belong."""
    await connection.execute(sa.update(finding).where(finding.c.id.in_([row.id for row in rows])).values(case_id=None))
    standing = Standing(
        open_findings=case["open_findings"] - len(rows),
        mitigated_findings=case["mitigated_findings"],
        decision=Decision(case["decision"]),
        regressed=case["regressed"],
        running=False,
    )
    state = move(CaseState(case["state"]), standing)
    values = {
        "open_findings": standing.open_findings,
        "total_findings": case["total_findings"] - len(rows),
        "state": state.value,
        "fixed_at": case["fixed_at"] or (now if state is CaseState.FIXED else None),
    }
    if state is CaseState.MITIGATED:  # what a run of ours made safe is lived with no more
        values |= {"decision": Decision.NONE.value, "until": None}
    await connection.execute(
        sa.update(cases).where(cases.c.id == case["id"]).values(**values, version=cases.c.version + 1)
    )
    count = f"{len(rows)} finding{'s' if len(rows) > 1 else ''}"
    said = f"{count} left {case_name(case['id'])}: it is known by now whose and where they are."
    await add_lines(connection, [Line(case["id"], now, "", said)])
    await raise_case(connection, engine, case["id"], case["priority"])
