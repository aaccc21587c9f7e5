"""``suture audit``: says whether the whole trail, or an exported one, holds; or writes it down as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.at_terminal import signer
from bot.model.audit_chain import BEGINNING, COLUMNS, Head, short_of, wrong
from bot.store.audit import Broken, Record, Verified, append, verify
from bot.store.audit_search import AuditFilter, in_order
from bot.views.audit_export import ExportFormat
from bot.wiring import Wiring
from connectors.contract.failure import NotThisFormat
from connectors.text import read_json


async def verify_trail(wiring: Wiring, head: str) -> tuple[bool, str]:
    """(good, what to tell). ``head`` is a hash noted earlier, "" for none."""
    try:
        anchor = Head.parse(head) if head else None
    except ValueError as error:
        return False, str(error)
    async with wiring.store.read() as connection:
        return _told(await verify(connection, anchor))


def verify_lines(lines: Iterable[bytes], head: str, *, partial: bool) -> tuple[bool, str]:
    """The same of an export's JSON lines, without any database. ``partial``: a filter may have left records out."""
    try:
        anchor = Head.parse(head) if head else None
        return _told(_walk(lines, anchor, partial=partial))
    except (ValueError, NotThisFormat) as error:
        return False, str(error)


async def export_trail(wiring: Wiring, wanted: AuditFilter, kind: ExportFormat, write: Callable[[str], object]) -> None:
    """Write down every record that fits, oldest first. The export is a record itself, and the last one of it."""
    who, where_from = signer(wiring.settings.people)
    record = Record(
        at=wiring.clock(),
        who=who,
        act="export",
        target="audit",
        where_from=where_from,
        outcome="done",
        detail={"format": kind.value, "asked": wanted.chosen},
    )
    async with wiring.store.write() as connection:
        last = await append(connection, [record])
    write(kind.beginning())
    async for rows in in_order(wiring.store, wanted, last.sequence):
        write("".join(kind.line(row._mapping) for row in rows))


def _told(said: Verified | Broken) -> tuple[bool, str]:
    if isinstance(said, Broken):
        return False, f"The trail is broken at record {said.sequence}: {said.why}"
    left_out = f" {said.gaps} left out by the export's filter cannot be checked." if said.gaps else ""
    return True, f"{said.count} records, every one as it was written.{left_out} Head: {said.head or 'none yet'}"


def _walk(lines: Iterable[bytes], anchor: Head | None, *, partial: bool) -> Verified | Broken:
    last, count = BEGINNING, 0
    for number, line in enumerate(lines, 1):
        row = _record(line, number)
        bad = wrong(row, last, anchor, gaps=partial)
        if bad:
            return bad
        last, count = Head(row["sequence"], row["hash"]), count + 1
    return short_of(last, anchor) or Verified(count, last, gaps=last.sequence - count)


def _record(line: bytes, number: int) -> Mapping[str, Any]:
    """The words of one line. Raises ValueError, NotThisFormat."""
    row = read_json(line)
    if not isinstance(row, dict) or set(row) != set(COLUMNS) or type(row["sequence"]) is not int:
        raise ValueError(f"line {number} is no record of an exported trail; export it as jsonl")
    texts = [row[name] for name in COLUMNS if name not in ("sequence", "detail")]
    if not all(isinstance(text, str) for text in texts) or not _is_time(row["at"]):
        raise ValueError(f"line {number} is no record of an exported trail: a column is not what it should be")
    return row


def _is_time(text: str) -> bool:
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ")  # noqa: DTZ007 - only its form is looked at
    except ValueError:
        return False
    return True
