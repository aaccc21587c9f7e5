"""What could not be read, looked at closely: a first mapping for it, and what any mapping would make of it."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.mapping_cost import refuse_costly
from bot.model.mapping_draft import Draft, draft
from bot.store.tables import delivery, quarantine
from bot.wiring import known
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Quarantined, Record
from connectors.contract.source import Opened, Source, SourceOptions
from connectors.packed import unpacked
from connectors.reading import read

LARGEST = 1024 * 1024  # bytes of a body that is tried while a person waits


@dataclass(frozen=True, slots=True)
class Held:
    """One quarantined record and its delivery; ``body`` is None where that is gone, or never was one (a report)."""

    record: Any  # the row of ``quarantine``
    body: bytes | None
    headers: Mapping[str, str]
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What a mapping makes of a stored body; ``problems`` are why it was not tried at all."""

    findings: tuple[Finding, ...] = ()
    quarantined: tuple[Quarantined, ...] = ()
    problems: tuple[str, ...] = ()


async def held_record(connection: AsyncConnection, number: int) -> Held | None:
    """The quarantined record of that number, or None."""
    row = (await connection.execute(sa.select(quarantine).where(quarantine.c.id == number))).one_or_none()
    if row is None:
        return None
    came = (await connection.execute(sa.select(delivery).where(delivery.c.id == row.delivery))).one_or_none()
    if came is None:
        return Held(row, None, {})
    body = _opened(zlib.decompressobj().decompress(came.body, LARGEST + 1))
    return Held(row, None if len(body) > LARGEST else body, came.headers, too_large=len(body) > LARGEST)


def _opened(body: bytes) -> bytes:
    """Out of its gzip or zip, within the declared limits; as it came where that cannot be."""
    try:
        return unpacked(body)
    except NotThisFormat:
        return body


def first_draft(generic: Source, held: Held) -> Draft:
    """Guessed from the first body of the delivery, as ``generic`` would open it. Pure; a large one takes a moment."""
    seen: list[Any] = []

    def note(opened: Opened, options: SourceOptions) -> Iterable[Record]:
        seen.append(opened.body)
        return ()

    if held.body is None:
        return Draft()
    try:
        read(replace(generic, parse=note), held.body, held.headers, SourceOptions())
    except NotThisFormat:
        return Draft()
    return draft(seen[0]) if seen else Draft()


def try_mapping(generic: Source, held: Held, mapping: Mapping[str, str]) -> Tried:
    """The findings it would make of the stored body. Pure: nothing is stored, told or changed."""
    if held.body is None:
        return Tried(problems=("the body is no longer there",))
    check = known().mapping
    problems = [*(check(mapping) if check else ())]
    problems += [f"{name}: {why}" for name, told in mapping.items() if (why := refuse_costly(told))]
    if problems:
        return Tried(problems=tuple(problems))
    try:
        records = read(generic, held.body, held.headers, SourceOptions(mapping=mapping)).records
    except NotThisFormat as failure:
        return Tried(problems=(str(failure),))
    return Tried(
        tuple(record for record in records if isinstance(record, Finding)),
        tuple(record for record in records if isinstance(record, Quarantined)),
    )
