"""What holds for every source: pure, patient with broken records, steady in its fingerprints."""

from __future__ import annotations

import copy
import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record, Severity, Snapshot
from connectors.contract.identity import fingerprints
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, Payload, name_of, payloads

ALL = pytest.mark.parametrize("payload", payloads(), ids=name_of)
HOSTILE: tuple[Any, ...] = (None, 7, -1e30, True, "", "\u202e\x00\x1b[31mred", [], [[]], {}, {"a": {}}, ["x", None])
REWORDED = {
    *("Title", "title", "summary", "Description", "description", "message", "text", "UpdatedAt", "updatedAt"),
    *(
        "LastObservedAt",
        "updated_at",
        "startLine",
        "start_line",
        "StartLine",
        "count",
        "LastModifiedDate",
        "FixedVersion",
    ),
}
RESCORED = {"Severity", "severity", "security_severity_level", "level", "Label", "Normalized", "score", "V3Score"}


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of everything inside a JSON value."""
    held = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in held:
        yield (*path, key)
        yield from paths(inner, (*path, key))


def changed(body: Any, path: tuple[str | int, ...], new: Any, *, drop: bool = False) -> bytes:
    """The body with what lies at ``path`` replaced or dropped."""
    body = copy.deepcopy(body)
    place = body
    for key in path[:-1]:
        place = place[key]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = new
    return json.dumps(body).encode()


def check(records: tuple[Record, ...]) -> None:
    """Every record is one of ours, whole and clean."""
    for record in records:
        assert isinstance(record, Finding | Quarantined | Snapshot)
        if isinstance(record, Quarantined):
            assert record.reason
        if isinstance(record, Finding):
            assert record.title
            assert record.rule_id
            assert record.problem
            assert record.resource.id
            assert len(record.title) <= 200
            assert len(record.summary) <= 2_000
            assert all(word not in repr(record) for word in ("\\x00", "\\u202e", "\\x1b"))
            json.dumps([record.title, record.resource.id], ensure_ascii=False).encode()


@ALL
def test_the_same_body_tells_the_same_twice(payload: Payload) -> None:
    assert payload.records() == payload.records()


@ALL
def test_any_key_may_be_dropped_nulled_or_of_another_type(payload: Payload) -> None:
    body = json.loads(payload.body)
    chosen = random.Random(7)
    for path in paths(body):
        check(payload.records(changed(body, path, None, drop=True)))
        for new in (None, chosen.choice(HOSTILE), chosen.choice(HOSTILE)):
            check(payload.records(changed(body, path, new)))


@ALL
def test_one_broken_record_keeps_none_of_its_siblings(payload: Payload) -> None:
    body = json.loads(payload.body)
    lists = [
        path for path in paths(body) if path[-1] in {"findings", "Findings", "alerts", "results", "Vulnerabilities"}
    ]
    before = len(payload.findings())
    for path in lists:
        place = body
        for key in path:
            place = place[key]
        if not all(isinstance(record, dict) and len(record) > 4 for record in place) or len(place) < 2:
            continue
        broken = payload.records(changed(body, path, [*place, ["not a record"]]))
        assert sum(isinstance(record, Finding) for record in broken) == before
        assert any(isinstance(record, Quarantined) and str(len(place)) in record.pointer for record in broken)


@ALL
def test_re_worded_re_scored_or_moved_by_a_line_it_is_the_same_finding(payload: Payload) -> None:
    body = json.loads(payload.body)
    before = fingerprints(payload.findings())
    for path in paths(body):
        if path[-1] not in REWORDED | RESCORED or path[-2:-1] == ("snippet",):
            continue  # a snippet's text is what its finding is known by
        place = body
        for key in path:
            place = place[key]
        if isinstance(place, dict | list) or place is None:
            continue
        new: Any = (
            place + 1 if isinstance(place, int | float) else "low" if path[-1] in RESCORED else "2026-04-01T00:00:00Z"
        )
        after = fingerprints(payload.findings(changed(body, path, new)))
        assert Counter(after) == Counter(before), path


@ALL
def test_distinct_findings_have_distinct_fingerprints(payload: Payload) -> None:
    findings = payload.findings()
    assert len(set(fingerprints(findings))) == len(findings)


@ALL
def test_shuffled_records_keep_their_fingerprints(payload: Payload) -> None:
    mixed = json.dumps(_reversed(json.loads(payload.body))).encode()
    assert Counter(fingerprints(payload.findings())) == Counter(fingerprints(payload.findings(mixed)))


def _reversed(value: Any) -> Any:
    """The value with every list back to front, but for those whose order means something."""
    if isinstance(value, list):
        return [_reversed(inner) for inner in reversed(value)]
    if isinstance(value, dict):
        return {key: held if key in _ORDERED else _reversed(held) for key, held in value.items()}
    return value


_ORDERED = {"rules", "arguments", "locations"}


@ALL
def test_a_record_told_alone_has_the_fingerprint_it_has_among_others(payload: Payload) -> None:
    findings = payload.findings()
    assert [fingerprints([finding])[0] for finding in findings] == fingerprints(findings)


@ALL
def test_a_severity_that_nobody_tells_is_unknown(payload: Payload) -> None:
    for finding in payload.findings(json.dumps(_silenced(json.loads(payload.body))).encode()):
        assert finding.severity is Severity.UNKNOWN
        assert finding.severity_from == "unknown"


def _silenced(value: Any) -> Any:
    """The value without any severity in it, within an envelope's text too."""
    if isinstance(value, list):
        return [_silenced(inner) for inner in value]
    if isinstance(value, str) and value.startswith('{"'):
        return json.dumps(_silenced(json.loads(value)))
    if not isinstance(value, dict):
        return value
    return {key: _silenced(held) for key, held in value.items() if key not in _SEVERITIES}


_SEVERITIES = RESCORED | {
    "CVSS",
    "cvss",
    "Cvss",
    "cvss_vector",
    "cvss_score",
    "security-severity",
    "defaultConfiguration",
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b"7", b'"x"', b"null", b'{"a": [1, {"b": null}]}', b'[{"x": 1}, 5, null, "y"]']
)
def test_a_body_nobody_knows_is_set_aside_or_says_nothing(source: str, body: bytes) -> None:
    records = read(SOURCES[source], body, {}, PLAIN).records
    assert all(isinstance(record, Quarantined) for record in records)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"not json", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a":1,"a":2}'])
def test_a_body_that_is_no_json_is_refused(source: str, body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        read(SOURCES[source], body, {}, PLAIN)
    reader = SOURCES[source].read_report
    if reader is not None and body != b'{"a":1,"a":2}':
        with pytest.raises((NotThisFormat, UnknownShape)):
            list(reader(io.BytesIO(body), PLAIN))


@pytest.mark.parametrize("payload", [one for one in payloads() if one.source.read_report is not None], ids=name_of)
def test_a_report_file_tells_the_same_as_the_body(payload: Payload) -> None:
    reader = payload.source.read_report
    assert reader is not None
    assert tuple(reader(io.BytesIO(payload.body), PLAIN, {})) == payload.records()
    sorted_keys = json.dumps(json.loads(payload.body), sort_keys=True).encode()
    assert tuple(reader(io.BytesIO(sorted_keys), PLAIN, {})) == payload.records(sorted_keys)
