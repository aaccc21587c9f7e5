"""What goes from one process to the other is the same there: every record of every payload we have."""

from __future__ import annotations

import pytest

from bot.model.written import Written, finding_of_text, written
from bot.reading.lines import from_lines, to_lines
from connectors.contract.finding import AllSeen, ComponentSeen, Finding, Quarantined, Snapshot
from connectors.contract.statement import Statement, Stating
from tests.connectors.sources.payloads import SOURCES, payloads_of

ALL = [payload.records() for source in SOURCES.values() for payload in payloads_of(source)]


@pytest.mark.parametrize("kind", [Finding, Snapshot, Quarantined, ComponentSeen, AllSeen, Statement, Stating])
def test_every_record_is_the_same_on_the_other_side(kind: type) -> None:
    records = [record for told in ALL for record in told if isinstance(record, kind)]
    assert records
    there = from_lines(to_lines(records))
    assert [each.finding if isinstance(each, Written) else each for each in there] == records


def test_a_finding_brings_its_names_and_its_text() -> None:
    findings = [record for told in ALL for record in told if isinstance(record, Finding)]
    assert from_lines(to_lines(findings)) == [written(finding) for finding in findings]
    assert all(finding_of_text(written(finding).document.encode()) == finding for finding in findings)


def test_nothing_is_nothing() -> None:
    assert from_lines(to_lines([])) == []
