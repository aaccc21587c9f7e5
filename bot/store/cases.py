"""Cases: one row an owner, environment and problem."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.case import Decision
from bot.store.db import only_reads
from bot.store.refusals import Collision
from bot.store.tables import cases
from bot.store.upsert import insert as upsert

Key = tuple[str, str, str]  # owner, environment, problem


class Numbered(Protocol):
    """What gets its id when its case is begun."""

    key: Key
    id: int


# Whoever changes a case or its findings locks the case first, several in the order of their ids. SQLite has one writer
# anyway, and leaves the words out. Whoever only looks what would change locks nothing.
_OF_KEYS = (
    sa.select(cases)
    .where(
        sa.or_(
            cases.c.problem.in_(sa.bindparam("problems", expanding=True)),
            cases.c.id.in_(sa.bindparam("ids", expanding=True)),
        )
    )
    .order_by(cases.c.id)
)
_OF_KEYS_LOCKED = _OF_KEYS.with_for_update()
_LOCK = sa.select(cases.c.id).where(cases.c.id.in_(sa.bindparam("ids", expanding=True)))
_LOCK = _LOCK.order_by(cases.c.id).with_for_update()
_BY_ID = sa.select(cases).where(cases.c.id == sa.bindparam("of_case"))
_BY_ID_LOCKED = _BY_ID.with_for_update()
_DECIDED = sa.select(cases.c.owner, cases.c.environment, cases.c.problem, cases.c.decision).where(
    cases.c.problem.in_(sa.bindparam("problems", expanding=True)),
    cases.c.decision.in_([Decision.SNOOZED.value, Decision.ACCEPTED.value]),
)


async def cases_by_key(
    connection: AsyncConnection, keys: Collection[Key], ids: Collection[int | None]
) -> dict[Key, dict[str, Any]]:
    """The stored cases of these keys, and those of these ids, by key; locked until a writing transaction ends."""
    if not keys:
        return {}
    wanted = [number for number in ids if number is not None]
    problems = sorted({problem for _, _, problem in keys})
    found = {}
    query = _OF_KEYS if only_reads(connection) else _OF_KEYS_LOCKED
    for row in (await connection.execute(query, {"problems": problems, "ids": wanted})).mappings():
        key = (row["owner"], row["environment"], row["problem"])
        if key in keys or row["id"] in wanted:
            found[key] = dict(row)
    return found


async def lock_cases(connection: AsyncConnection, ids: Collection[int]) -> bool:
    """Keep other writers off these cases; true when that may have waited for one, so that what was read is old."""
    if not ids or connection.dialect.name == "sqlite" or only_reads(connection):
        return False
    await connection.execute(_LOCK, {"ids": sorted(ids)})
    return True


async def case_by_id(connection: AsyncConnection, case_id: int, *, lock: bool = False) -> Mapping[str, Any] | None:
    """One case's row, or None. ``lock`` keeps other writers off it until the transaction ends."""
    query = _BY_ID_LOCKED if lock else _BY_ID
    row = (await connection.execute(query, {"of_case": case_id})).mappings().one_or_none()
    return dict(row) if row is not None else None


async def environments_seen(connection: AsyncConnection) -> list[str]:
    """The environments in which there are cases; the unknown one is none."""
    query = sa.select(cases.c.environment).where(cases.c.environment != "").distinct()
    return list((await connection.execute(query)).scalars())


async def decided_cases(connection: AsyncConnection, problems: Collection[str]) -> dict[Key, Decision]:
    """The snoozed and accepted cases of these problems."""
    if not problems:
        return {}
    rows = await connection.execute(_DECIDED, {"problems": sorted(problems)})
    return {(o, e, p): Decision(d) for o, e, p, d in rows}


async def begin_cases(connection: AsyncConnection, works: Sequence[Numbered], rows: Sequence[dict[str, Any]]) -> None:
    """New cases; gives each of ``works`` its id. Raises Collision when another began the same case meanwhile."""
    if not works:
        return
    statement = (
        upsert(connection, cases)
        .on_conflict_do_nothing()
        .returning(cases.c.id, cases.c.owner, cases.c.environment, cases.c.problem)
    )
    begun = {(o, e, p): i for i, o, e, p in (await connection.execute(statement, list(rows)))}
    for work in works:
        if work.key not in begun:
            raise Collision(f"another process began the case {work.key} at the same moment")
        work.id = begun[work.key]


async def update_cases(connection: AsyncConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Change cases: each row has ``case_id`` and the same columns as its siblings; the version grows."""
    if not rows:
        return
    names = [name for name in rows[0] if name != "case_id"]
    statement = (
        sa.update(cases)
        .where(cases.c.id == sa.bindparam("case_id"))
        .values(**{n: sa.bindparam(n, type_=cases.c[n].type) for n in names}, version=cases.c.version + 1)
    )
    # In one order for all writers, so that two of them never wait for each other.
    await connection.execute(statement, sorted((dict(row) for row in rows), key=lambda row: row["case_id"]))
