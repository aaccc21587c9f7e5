"""What an alert is about may be told after it, by another table or by evidence added: it ends as one finding."""

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


GRAPH = one("ms-graph-security/alert")


def seen(status: str, *evidence: int) -> tuple[Record, ...]:
    """The alert while so much of its evidence is there: 0 is an address, 1 the device, 2 the account."""
    alert = json.loads(GRAPH.body)
    alert |= {"status": status, "evidence": [alert["evidence"][one] for one in evidence]}
    return GRAPH.records(json.dumps(alert).encode())


async def test_an_alert_to_which_evidence_is_added_stays_one_open_finding(bench: Workbench) -> None:
    """Of nothing that somebody owns, then of an account, then of the device: each time it is told of that alone."""
    told = []
    for evidence in ((0,), (0, 2), (0, 2, 1)):
        await bench.deliver(*seen("new", *evidence))
        bench.clock.advance(minutes=1)
        told.append(await open_ones(bench))
    assert told == [[TENANT], ["ann@example.com"], [DEVICE]]
    await bench.deliver(*seen("resolved", 0, 2, 1))
    assert await open_ones(bench) == []
    await bench.deliver(*seen("inProgress", 0, 2, 1))
    assert await open_ones(bench) == [DEVICE]
