"""What holds for every source by existing: pure, patient with broken records, steady in its fingerprints, quiet."""

from __future__ import annotations

import io
import json
import random
from collections import Counter
from typing import Any

import pytest

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record, Severity, Status
from connectors.contract.identity import fingerprints
from connectors.packed import unpacked
from connectors.reading import read
from tests.connectors.sources.contract import contract_of
from tests.connectors.sources.payloads import PLAIN, SOURCES, Payload, name_of, payloads
from tests.connectors.sources.shapes import DROPPED, Json, Shape, is_shaped, plain, shape_of
from tests.connectors.sources.words import SEVERITIES, another

EVERY = payloads()
ALL = pytest.mark.parametrize("payload", EVERY, ids=name_of)
SHAPED = pytest.mark.parametrize("payload", [one for one in EVERY if is_shaped(one.path.name)], ids=name_of)
REPORTS = pytest.mark.parametrize("payload", [one for one in EVERY if one.source.read_report is not None], ids=name_of)
HOSTILE: tuple[Any, ...] = (None, 7, -1e30, True, "", "\u202e\x00\x1b[31mred", [], [[]], {}, {"a": {}}, ["x", None])


def shape(payload: Payload) -> Shape:
    return shape_of(payload.path.name, payload.body)


def read_or_refused(payload: Payload, body: bytes) -> tuple[Record, ...]:
    """Its records; none where the spoilt body is no longer of its format, which is said to the sender."""
    try:
        return payload.records(body)
    except NotThisFormat:
        return ()


def check(records: tuple[Record, ...]) -> None:
    """Every record is one of ours, whole and clean."""
    for record in records:
        assert isinstance(record, Record)
        if isinstance(record, Quarantined):
            assert record.reason
        if isinstance(record, Finding):
            assert record.title
            assert record.rule_id
            assert record.problem
            assert record.resource.id
            assert len(record.title) <= 200
            assert len(record.summary) <= 2_000
            shown = repr(record)
            assert all(word not in shown for word in ("\\x00", "\\u202e", "\\x1b"))
            json.dumps([record.title, record.resource.id], ensure_ascii=False).encode()


@ALL
def test_the_same_body_tells_the_same_twice(payload: Payload) -> None:
    assert payload.records() == payload.records()


@SHAPED
def test_any_key_may_be_dropped_nulled_or_of_another_type(payload: Payload) -> None:
    whole, chosen = shape(payload), random.Random(7)
    for place in whole.places():
        for new in (DROPPED, None, chosen.choice(HOSTILE)):
            check(read_or_refused(payload, whole.put(place, new)))


@SHAPED
def test_one_broken_record_keeps_none_of_its_siblings(payload: Payload) -> None:
    """A list whose members are told as findings gets a member that is none."""
    whole = shape(payload)
    before = len(payload.findings())
    for place in whole.places() if isinstance(whole, Json) else ():
        held = place.value
        if (
            not isinstance(held, list)
            or len(held) < 2
            or not all(isinstance(one, dict) and len(one) > 4 for one in held)
        ):
            continue
        if len(payload.findings(whole.put(place, held[:1]))) == before:
            continue  # these are no records
        broken = payload.records(whole.put(place, [*held, ["not a record"]]))
        assert sum(isinstance(record, Finding) for record in broken) == before, place.path
        assert any(isinstance(record, Quarantined) and str(len(held)) in record.pointer for record in broken), (
            place.path
        )


@SHAPED
def test_re_worded_re_scored_or_moved_by_a_line_it_is_the_same_finding(payload: Payload) -> None:
    whole, contract = shape(payload), contract_of(payload.source.id)
    before = Counter(fingerprints(payload.findings()))
    for place in whole.places():
        new = another(place, contract)
        if new is not None:
            assert Counter(fingerprints(payload.findings(whole.put(place, new)))) == before, (
                place.path,
                place.key,
                new,
            )


@ALL
def test_distinct_findings_have_distinct_fingerprints(payload: Payload) -> None:
    findings = payload.findings()
    if payload.path.name in contract_of(payload.source.id).repeats:
        assert len(set(fingerprints(findings))) < len(findings)
    else:
        assert len(set(fingerprints(findings))) == len(findings)


@SHAPED
def test_shuffled_records_keep_their_fingerprints(payload: Payload) -> None:
    mixed = shape(payload).reversed(contract_of(payload.source.id).is_ordered)
    assert Counter(fingerprints(payload.findings())) == Counter(fingerprints(payload.findings(mixed)))


@ALL
def test_a_record_told_alone_has_the_fingerprint_it_has_among_others(payload: Payload) -> None:
    findings = payload.findings()
    assert [fingerprints([finding])[0] for finding in findings] == fingerprints(findings)


@SHAPED
def test_a_severity_that_nobody_tells_is_unknown(payload: Payload) -> None:
    contract = contract_of(payload.source.id)
    if payload.path.name in contract.fixed_severity:
        assert all(finding.severity_from == "rule" for finding in payload.findings())
        return
    silent = shape(payload).without(lambda key: plain(key) in SEVERITIES or contract.tells_severity(key))
    for finding in payload.findings(silent):
        assert (finding.severity, finding.severity_from) == (Severity.UNKNOWN, "unknown")


@pytest.mark.parametrize("payload", [one for one in EVERY if one.is_quiet], ids=name_of)
def test_what_is_quiet_opens_no_case_and_is_understood(payload: Payload) -> None:
    records = payload.records()
    assert not any(isinstance(record, Quarantined) for record in records)
    assert not any(finding.status is Status.OPEN for finding in payload.findings())


@REPORTS
def test_a_report_file_tells_the_same_as_the_body(payload: Payload) -> None:
    reader = payload.source.read_report
    assert reader is not None
    body = unpacked(payload.body)
    kept = {name: payload.headers[name] for name in payload.source.headers if name in payload.headers}
    assert tuple(reader(io.BytesIO(body), PLAIN, kept)) == payload.records()
    if payload.path.name.endswith(".json"):
        sorted_keys = json.dumps(json.loads(body), sort_keys=True).encode()
        assert tuple(reader(io.BytesIO(sorted_keys), PLAIN, kept)) == payload.records(sorted_keys)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b"7", b'"x"', b"null", b'{"a": [1, {"b": null}]}', b'[{"x": 1}, 5, null, "y"]']
)
def test_a_body_nobody_knows_is_set_aside_or_says_nothing(source: str, body: bytes) -> None:
    try:
        records = read(SOURCES[source], body, {}, PLAIN).records
    except NotThisFormat:
        assert SOURCES[source].parse is None  # a report that is not JSON at all
    else:
        assert all(isinstance(record, Quarantined) for record in records)


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"not json", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a":1,"a":2}'])
def test_a_body_that_is_no_json_is_refused(source: str, body: bytes) -> None:
    if SOURCES[source].parse is not None:
        with pytest.raises(NotThisFormat):
            read(SOURCES[source], body, {}, PLAIN)
    reader = SOURCES[source].read_report
    if reader is not None and body != b'{"a":1,"a":2}':
        assert not any(isinstance(record, Finding) for record in _read_file(source, body))


def _read_file(source: str, body: bytes) -> list[Record]:
    reader = SOURCES[source].read_report
    assert reader is not None
    try:
        found = list(reader(io.BytesIO(body), PLAIN))
    except (NotThisFormat, UnknownShape):
        return []
    assert found, "nothing is said of a file that is none"
    return found
