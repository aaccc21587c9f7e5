"""A first draft reads what a person would have read out of the body; of a hostile one it stays a draft."""

from __future__ import annotations

import json
import time
from typing import Any

import jmespath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.model.mapping_cost import refuse_costly
from bot.model.mapping_draft import Draft, draft
from bot.settings.typed_mapping import typed_mapping
from connectors.contract.finding import Finding, Severity
from connectors.contract.source import SourceOptions
from connectors.formats.mapping import check_mapping
from connectors.reading import read
from connectors.sources.generic import SOURCE

NESTED = {
    "report": {
        "tool": {"name": "Acme Scan", "version": "2.1"},
        "hits": [
            {
                "headline": "Telnet is open to the world",
                "check": {"id": "net-23", "category": "network"},
                "risk": "HIGH",
                "host": {"name": "web-1.example.com", "region": "eu-west-1"},
                "found": "2026-03-01T10:00:00Z",
                "lastSeen": "2026-03-02T08:00:00Z",
                "link": "https://scan.example.com/hits/1",
                "state": "open",
            },
            {
                "headline": "FTP is open to the world",
                "check": {"id": "net-21", "category": "network"},
                "risk": "LOW",
                "host": {"name": "web-2.example.com", "region": "eu-west-1"},
                "lastSeen": "2026-03-02T08:00:00Z",
                "state": "resolved",
            },
        ],
    }
}
BY_TARGET = {
    "results": [
        {"target": "a", "findings": [{"id": "x-1", "cve": "CVE-2014-0160", "level": "critical", "asset": "pay-1"}]},
        {"target": "b", "findings": [{"id": "x-2", "cve": "CVE-2021-44228", "level": "critical", "asset": "pay-2"}]},
    ]
}
ODD_KEYS = {"Alert Name": "Root login", "alert-id": "r-1", "Event.Severity": "critical", "Host Name": "db-7"}
BY_VALUE = [{"what": "Bucket is public", "grade": "critical", "thing": "arn:aws:s3:::example-logs", "rule": "s3-1"}]


def mapping_of(found: Draft) -> dict[str, str]:
    return {guess.field: guess.expression for guess in found.guesses}


def findings(body: Any, found: Draft) -> list[Finding]:
    """What the source would make of the body once the draft stood in its configuration."""
    options = SourceOptions(mapping=typed_mapping(found.as_yaml()))
    records = read(SOURCE, json.dumps(body).encode(), {}, options).records
    assert all(isinstance(record, Finding) for record in records), records
    return [record for record in records if isinstance(record, Finding)]


ISSUES = {
    "data": [
        {
            "type": "issue",
            "attributes": {
                "title": title,
                "level": "high",
                "cvss_version": "3.1",
                "file": "login.jsp",
                "review": "none",
            },
        }
        for title in ("Denial of service", "Heap overflow")
    ]
}


def test_what_every_record_says_is_no_rule_and_a_version_is_no_system() -> None:
    """Accepted as it is, such a draft would make one finding of all."""
    found = draft(ISSUES)
    told = mapping_of(found)
    assert (told["rule"], told["title"], told["severity"]) == (
        "attributes.title",
        "attributes.title",
        "attributes.level",
    )
    assert found.lacking == ("resource.id",)


def test_none_is_no_severity_where_its_key_does_not_say_so() -> None:
    found = draft([{"title": "Old library", "host": "web-1.example.com", "review": "NONE"}])
    assert "severity" in found.lacking


def test_a_nested_list_is_read_field_by_field() -> None:
    found = draft(NESTED)

    assert mapping_of(found) == {
        "items": "report.hits",
        "severity": "risk",
        "resource.id": "host.name",
        "rule": "check.id",
        "title": "headline",
        "status": "state",
        "observed_at": "lastSeen",
        "url": "link",
        "resource.region": "host.region",
    }
    first, second = findings(NESTED, found)
    assert (first.title, first.severity, first.rule_id, first.resource.id) == (
        "Telnet is open to the world",
        Severity.HIGH,
        "net-23",
        "web-1.example.com",
    )
    assert (second.status.value, second.resource.region) == ("resolved", "eu-west-1")
    assert "    items: report.hits  # 2 objects lie in this list" in found.as_yaml().splitlines()


def test_lists_in_lists_are_flattened_and_a_cve_names_the_rule() -> None:
    found = draft(BY_TARGET)

    assert mapping_of(found)["items"] == "results[].findings[]"
    assert [(one.problem, one.resource.id) for one in findings(BY_TARGET, found)] == [
        ("CVE-2014-0160", "pay-1"),
        ("CVE-2021-44228", "pay-2"),
    ]
    assert found.uid is not None
    assert "# uid: id  # only if the tool keeps it" in found.as_yaml()


def test_keys_with_spaces_and_dots_are_quoted() -> None:
    (only,) = findings(ODD_KEYS, draft(ODD_KEYS))
    assert (only.title, only.severity, only.resource.id) == ("Root login", Severity.CRITICAL, "db-7")


def test_values_tell_where_names_do_not() -> None:
    found = draft(BY_VALUE)
    why = {guess.field: guess.why for guess in found.guesses}
    assert (why["severity"], why["resource.id"]) == ("its value is a severity", "its value names a system")
    assert "items" not in why
    (only,) = findings(BY_VALUE, found)
    assert only.resource.id == "arn:aws:s3:::example-logs"


def test_what_is_lacking_is_said_and_no_secret_is_shown() -> None:
    found = draft({"name": "Something happened", "api_token": "hunter2", "password": "hunter2"})
    assert "# severity: nothing looks like it; say where it lies" in found.as_yaml()
    assert set(found.lacking) == {"severity", "resource.id"}
    assert "hunter2" not in repr(found)


@pytest.mark.parametrize("body", [None, 7, "text", [], {}, [1, [2]], [[]]], ids=str)
def test_what_holds_no_object_has_no_draft(body: Any) -> None:
    assert draft(body).guesses == ()


def test_a_huge_or_deep_body_is_only_looked_into_so_far() -> None:
    deep: Any = {"title": "end"}
    for _ in range(60):
        deep = {"down": [deep]}
    wide = {f"key-{number}": [{"title": "x", "n": number}] for number in range(20_000)}
    many = {"alerts": [{"title": f"t{number}", "severity": "high"} for number in range(50_000)]}
    started = time.monotonic()
    for body in (deep, wide, many):
        found = draft(body)
        typed_mapping(found.as_yaml())
    assert mapping_of(found)["items"] == "alerts"
    assert time.monotonic() - started < 5


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)
KEYS = st.sampled_from(["title", "severity", "host", "rule", "id", 'a"b', "x: y", "#", "&a", "*b", "null", "\n", "<b>"])


@given(st.dictionaries(KEYS, JSON | st.sampled_from(["high", "web-1.example.com", "x # y", "<script>"]), max_size=6))
@settings(max_examples=150, deadline=None)
def test_every_draft_is_yaml_that_reads_back_as_expressions_that_may_be_tried(body: dict[str, Any]) -> None:
    found = draft(body)
    mapping = mapping_of(found)
    if mapping:
        assert typed_mapping(found.as_yaml()) == mapping
    assert check_mapping(mapping) == []
    for expression in mapping.values():
        assert refuse_costly(expression) == ""
        jmespath.compile(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "|".join(["[@,@,@,@]"] * 4),
        "{a:[@,@,@,@],b:{c:[@,@,@,@],d:[@,@,@,@]}}",
        "join(to_string(@), join(to_string(@), [a]))",
        "a" * 201,
        "a.",
        "(" * 200,
        "nothing(@)||",
    ],
    ids=["doubles", "nests", "pastes", "long", "broken", "deep", "half"],
)
def test_an_expression_that_could_grow_is_refused(expression: str) -> None:
    assert refuse_costly(expression)


@pytest.mark.parametrize("expression", ["a.b", "join('/', [a, b])", "x[?y=='z'].n | [0]", "[a,b,c]", '"odd key"'])
def test_what_people_write_is_tried(expression: str) -> None:
    assert refuse_costly(expression) == ""
