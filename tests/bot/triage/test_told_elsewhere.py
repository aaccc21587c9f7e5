"""An alert of Defender XDR comes in rows of two tables, of which one names no device: it ends as one open finding."""

from __future__ import annotations

import itertools
import json

import pytest

from bot.store import tables as t
from connectors.contract.finding import Record
from tests.bot.triage.bench import Workbench
from tests.connectors.sources.payloads import one

TENANT, DEVICE = "99999999-1111-2222-3333-444444444444", "pay-1.example.com"
ALERT = one("ms-defender-xdr/an_alert_and_its_evidence")
ROWS = {"alert": 0, "device": 1, "file": 3}  # row by row
ORDERS = list(itertools.permutations(ROWS))
EVERY_ORDER = pytest.mark.parametrize("order", ORDERS, ids=["-".join(order) for order in ORDERS])


def told(*rows: str) -> tuple[Record, ...]:
    records = json.loads(ALERT.body)["records"]
    return ALERT.records(json.dumps({"records": [records[ROWS[row]] for row in rows]}).encode())


async def open_ones(bench: Workbench) -> list[str]:
    return [row.resource for row in await bench.rows(t.finding) if row.state == "open"]


@EVERY_ORDER
async def test_rows_that_come_apart_end_as_one_finding(bench: Workbench, order: tuple[str, ...]) -> None:
    for row in order:
        await bench.deliver(*told(row))
        bench.clock.advance(minutes=1)
    assert await open_ones(bench) == [DEVICE]
    assert [case.state for case in await bench.rows(t.cases) if case.open_findings] == ["open"]


@EVERY_ORDER
async def test_rows_that_are_written_together_end_as_one_finding(bench: Workbench, order: tuple[str, ...]) -> None:
    await bench.deliver_together([bench.received(*told(row)) for row in order])
    assert await open_ones(bench) == [DEVICE]


@EVERY_ORDER
async def test_rows_of_one_delivery_end_as_one_finding(bench: Workbench, order: tuple[str, ...]) -> None:
    await bench.deliver(*told(*order))
    assert await open_ones(bench) == [DEVICE]


async def test_an_alert_whose_evidence_nobody_owns_is_told_of_the_tenant(bench: Workbench) -> None:
    await bench.deliver(*told("file"))
    await bench.deliver(*told("alert"))
    assert await open_ones(bench) == [TENANT]
