"""Statements of VEX as they are kept: those of a document's latest version hold, and nothing else of it does."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.statements import Said, key_of
from bot.store import tables as t
from bot.store.db import plain
from bot.store.findings import chunks
from bot.store.upsert import insert, replace_rows
from connectors.contract.statement import Statement, Stating

_ABOUT = sa.select(t.statement.c.source, t.statement.c.told).where(
    t.statement.c.holds,
    t.statement.c.vulnerability.in_(sa.bindparam("vulnerabilities", expanding=True)),
    t.statement.c.package.in_(sa.bindparam("packages", expanding=True)),
    t.statement.c.source.in_(sa.bindparam("sources", expanding=True)),
)


async def write_statements(
    connection: AsyncConnection, told: Sequence[Statement], source: str, delivery: str, at: datetime
) -> None:
    """Keep statements of a document that is being read; they hold once ``keep_document`` has seen its end.

    Told twice, as after a crash, they are kept once. None is from a time yet to come.
    """
    if rows := statement_rows(told, source, delivery, at):
        statement = insert(connection, t.statement).on_conflict_do_nothing(index_elements=["id"])
        await connection.execute(statement, rows)


def statement_rows(told: Sequence[Statement], source: str, delivery: str, at: datetime) -> list[dict[str, Any]]:
    """A row for each vulnerability and each package that a statement may be asked by; told again it has the same id."""
    rows = []
    for each in told:
        document = plain(msgspec.structs.asdict(each)) | {"at": min(filter(None, (each.at, at))).isoformat()}
        for vulnerability in each.vuln_ids:
            for package in key_of(each):
                parts = (source, each.document, delivery, vulnerability, package, str(sorted(document.items())))
                rows.append(
                    {
                        "id": hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest(),
                        "source": source,
                        "document": each.document,
                        "delivery": delivery,
                        "vulnerability": vulnerability,
                        "package": package,
                        "holds": False,
                        "withdrawn": False,
                        "told": document,
                    }
                )
    return rows


async def keep_document(connection: AsyncConnection, told: Stating, source: str, delivery: str, at: datetime) -> bool:
    """Let what this delivery states hold, and nothing that the document said before; False for an older version."""
    made = min(filter(None, (told.at, at)))
    theirs = sa.and_(t.statement.c.source == source, t.statement.c.document == told.document)
    known = sa.select(t.stating.c.at).where(t.stating.c.source == source, t.stating.c.document == told.document)
    before = (await connection.execute(known)).scalar()
    if before is not None and before > made:
        await connection.execute(sa.delete(t.statement).where(theirs, t.statement.c.delivery == delivery))
        return False
    holds = t.statement.c.delivery == delivery
    gone = sa.and_(~holds, sa.or_(t.statement.c.withdrawn, t.statement.c.holds))
    await connection.execute(sa.update(t.statement).where(theirs).values(holds=holds, withdrawn=gone))
    row = {"source": source, "document": told.document, "version": told.version, "at": made, "delivery": delivery}
    await replace_rows(connection, t.stating, [row])
    return True


async def statements_about(
    connection: AsyncConnection, vulnerabilities: Collection[str], packages: Collection[str], sources: Collection[str]
) -> list[Said]:
    """What sources among ``sources`` say of these vulnerabilities in these packages, or in whole resources."""
    if not vulnerabilities or not sources:
        return []
    found: list[Said] = []
    for piece in chunks(sorted(vulnerabilities)):
        for named in chunks(sorted({"", *packages})):
            asked = {"vulnerabilities": list(piece), "packages": list(named), "sources": sorted(sources)}
            rows = await connection.execute(_ABOUT, asked)
            found += [Said(msgspec.convert(row.told, Statement), row.source) for row in rows]
    return found


async def vulnerabilities_of(connection: AsyncConnection, source: str, document: str) -> list[str]:
    """Of what a document speaks, or spoke until now."""
    query = sa.select(t.statement.c.vulnerability).where(
        t.statement.c.source == source, t.statement.c.document == document
    )
    return sorted(set((await connection.execute(query)).scalars()))


async def drop_withdrawn(connection: AsyncConnection, source: str, document: str) -> None:
    """Forget what a document no longer says, once every finding has been looked at again.

    What a newer version of it says, which is being read right now, neither holds yet nor is withdrawn."""
    theirs = sa.and_(t.statement.c.source == source, t.statement.c.document == document)
    await connection.execute(sa.delete(t.statement).where(theirs, t.statement.c.withdrawn))


async def drop_unfinished(connection: AsyncConnection, delivery: str) -> None:
    """Forget what a report stated whose end could not be read."""
    never = sa.and_(~t.statement.c.holds, ~t.statement.c.withdrawn)
    await connection.execute(sa.delete(t.statement).where(t.statement.c.delivery == delivery, never))
