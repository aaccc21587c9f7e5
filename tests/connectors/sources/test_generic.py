"""Any JSON by a mapping, and what a person is told when the mapping is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.contract.finding import Finding, Kind, Quarantined, Record, Severity
from connectors.contract.source import SourceOptions
from connectors.formats.mapping import check_mapping
from connectors.reading import read
from tests.connectors.sources.payloads import SOURCES

MAPPING = {
    "items": "report.hits[?kind != 'info']",
    "title": "headline",
    "rule": "check.name",
    "severity": "check.level",
    "kind": "'compliance'",
    "resource.id": "join('/', [host.zone, host.name])",
    "resource.type": "'host'",
    "uid": "key",
    "first_seen": "seen_at",
    "port": "to_number(socket)",
}
HIT = {"kind": "hit", "headline": "Telnet is open", "check": {"name": "telnet", "level": "HIGH"}, "key": 17}
HIT = HIT | {"host": {"zone": "eu", "name": "web-1.example.com"}, "seen_at": 1772452800, "socket": "23"}


def records(body: Any, mapping: dict[str, str] | None = None) -> tuple[Record, ...]:
    return read(SOURCES["generic"], json.dumps(body).encode(), {}, SourceOptions(mapping=mapping or MAPPING)).records


def test_each_field_is_where_the_mapping_says() -> None:
    (finding,) = records({"report": {"hits": [HIT, {"kind": "info"}]}})
    assert isinstance(finding, Finding)
    assert (finding.title, finding.rule_id, finding.kind) == ("Telnet is open", "telnet", Kind.COMPLIANCE)
    assert (finding.severity, finding.resource.id, finding.port) == (Severity.HIGH, "eu/web-1.example.com", 23)
    assert (finding.source_uid, finding.resource.type) == ("17", "host")
    assert finding.first_seen is not None


def test_a_record_the_mapping_fails_on_is_set_aside_and_the_others_go_on() -> None:
    mapping = MAPPING | {"port": "abs(socket)"}
    good, bad = records({"report": {"hits": [HIT | {"socket": 23}, HIT | {"socket": "23"}]}}, mapping)
    assert isinstance(good, Finding)
    assert isinstance(bad, Quarantined)
    assert "abs(socket)" in bad.reason


def test_a_mapping_without_items_reads_the_body_as_one_record_or_a_list_of_them() -> None:
    mapping = {name: expression for name, expression in MAPPING.items() if name != "items"}
    assert len(records(HIT, mapping)) == 1
    assert len(records([HIT, HIT], mapping)) == 2


@pytest.mark.parametrize("body", [{"other": 1}, {"report": {"hits": []}}, [], 7])
def test_a_body_in_which_the_mapping_finds_nothing_is_set_aside(body: Any) -> None:
    (record,) = records(body)
    assert isinstance(record, Quarantined)


def test_an_expression_for_the_items_that_fails_sets_the_body_aside() -> None:
    (record,) = records({"report": "x"}, MAPPING | {"items": "abs(report)"})
    assert isinstance(record, Quarantined)
    assert "abs(report)" in record.reason


def test_a_wrong_mapping_is_told_at_the_start() -> None:
    assert check_mapping(MAPPING) == []
    wrong = check_mapping({"titel": "x", "title": "a[", "rule": "nofunction(x"})
    assert len(wrong) == 3
    assert "titel: no such field" in wrong[0]
    assert "'a['" in wrong[1]
