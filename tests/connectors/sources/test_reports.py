"""Large report files pass by without being held, and what they no longer show can be called gone, or cannot."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Finding, Quarantined, Record, Severity, Snapshot
from connectors.contract.identity import fingerprint
from connectors.packed import unpacked_file
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one

COUNT = 4_000


class Endless(io.RawIOBase):
    """A readable, seekable file that makes its bytes as they are asked for."""

    def __init__(self, start: bytes, member: bytes, count: int, end: bytes) -> None:
        self._parts = (start, member, count, end)
        self.seek(0)

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) == (0, 0)
        start, member, count, end = self._parts
        members = (member if number == 0 else b"," + member for number in range(count))
        self._pieces: Iterator[bytes] = itertools.chain([start], members, [end])
        self._rest = b""
        return 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while len(self._rest) < len(buffer) and (piece := next(self._pieces, b"")):
            self._rest += piece
        given, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)


def report(name: str, listed: str) -> tuple[bytes, bytes, bytes]:
    """(before, one member, after) of the list ``listed`` of one of our payloads, each member made large."""
    body = json.loads(one(name).body)
    place: Any = body["runs"][0] if listed == "results" else body["Results"][0]
    member = json.dumps(place[listed][0] | {"padding": "x" * 5_000}).encode()
    place[listed] = ["HERE"]
    before, _, after = json.dumps(body).encode().partition(b'"HERE"')
    return before, member, after


@pytest.mark.parametrize(
    ("source", "name", "listed"), [("sarif", "sarif/scan", "results"), ("trivy", "trivy/image", "Vulnerabilities")]
)
def test_twenty_megabytes_are_read_in_a_few(source: str, name: str, listed: str) -> None:
    before, member, after = report(name, listed)
    reader = SOURCES[source].read_report
    assert reader is not None
    tracemalloc.start()
    found = sum(isinstance(record, Finding) for record in reader(Endless(before, member, COUNT, after), PLAIN))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found >= COUNT
    assert peak < 4_000_000


@pytest.mark.parametrize("source", ["sarif", "trivy"])
@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'{"runs": [' * 50_000,
        b'{"a": 1',
        b'{"a": NaN}',
        b"\xff\xfe{}",
        b'{"a": %d, "b\n": 1}' % 10**40,
    ],
)
def test_a_file_that_is_no_json_is_refused(source: str, body: bytes) -> None:
    reader = SOURCES[source].read_report
    assert reader is not None
    with pytest.raises(NotThisFormat):
        list(reader(io.BytesIO(body), PLAIN))


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "packed"])
def test_of_a_file_that_breaks_off_what_stands_before_is_told(pack: Callable[[bytes], bytes]) -> None:
    count = 2_000
    member = json.loads(one("gitleaks/redacted").body)[0] | {"padding": "x" * 5_000}
    whole = pack(json.dumps([member | {"File": f"{number}.py"} for number in range(count)]).encode())
    reader = SOURCES["gitleaks"].read_report
    assert reader is not None
    told: list[Record] = []

    def read_on() -> None:
        with unpacked_file(io.BytesIO(whole[: len(whole) * 4 // 5])) as file:
            for record in reader(file, PLAIN):
                told.append(record)  # one by one: what comes before the fault is told before it rises

    with pytest.raises(NotThisFormat):
        read_on()
    assert 0 < sum(isinstance(record, Finding) for record in told) < count


def scopes(source: str, body: bytes, headers: dict[str, str] | None = None) -> list[str]:
    records: tuple[Record, ...] = read(SOURCES[source], body, headers or {}, PLAIN).records
    told = {record.scope for record in records if isinstance(record, Finding)}
    found = [record.scope for record in records if isinstance(record, Snapshot)]
    assert told - {""} <= set(found)
    return found


def test_a_report_that_names_nothing_makes_nothing_absent() -> None:
    assert scopes("trivy", one("trivy/nameless").body) == []
    assert scopes("sarif", one("sarif/secrets_without_repository").body) == []


def test_the_sender_may_say_what_was_scanned() -> None:
    named = {"x-suture-resource": "github.com/acme/payments"}
    assert scopes("trivy", one("trivy/nameless").body, named) == ["trivy github.com/acme/payments vulnerabilities"]
    assert scopes("sarif", one("sarif/secrets_without_repository").body, named) == [
        "sarif gitleaks github.com/acme/payments"
    ]


@pytest.mark.parametrize(
    "name",
    [
        *("kubescape/repository", "kubescape/frameworks", "sarif/secrets_without_repository", "trivy/nameless"),
        *("gitleaks/redacted", "semgrep/community"),
    ],
)
def test_one_repository_is_one_asset_however_its_sender_writes_it(name: str) -> None:
    payload = one(name)
    told = [
        read(payload.source, payload.body, {"x-suture-resource": named}, PLAIN).records
        for named in ("github.com/acme/payments", "https://github.com/acme/payments.git")
    ]
    assert told[0] == told[1]
    assert "github.com/acme/payments" in str(told[0])


def test_a_run_that_failed_half_way_makes_nothing_absent() -> None:
    body = json.loads(one("sarif/scan").body)
    body["runs"][0]["invocations"][0]["executionSuccessful"] = False
    records = read(SOURCES["sarif"], json.dumps(body).encode(), {}, PLAIN).records
    assert not any(isinstance(record, Snapshot) for record in records)


def test_a_clean_report_is_a_snapshot_without_findings() -> None:
    body = json.loads(one("trivy/image").body)
    for result in body["Results"]:
        result.pop("Vulnerabilities", None)
    assert scopes("trivy", json.dumps(body).encode()) == ["trivy registry.example.com/payments/api vulnerabilities"]


@pytest.mark.parametrize("results", [{}, {"a": 1}, "none", 7, None], ids=["object", "filled", "text", "number", "null"])
def test_a_run_whose_results_are_no_list_makes_nothing_absent(results: Any) -> None:
    body = json.loads(one("sarif/scan").body)
    body["runs"][0]["results"] = results
    spoilt = json.dumps(body).encode()
    assert scopes("sarif", spoilt) == []
    reader = SOURCES["sarif"].read_report
    assert reader is not None
    assert not any(isinstance(record, Snapshot) for record in reader(io.BytesIO(spoilt), PLAIN))


class Counted(Endless):
    """One that knows how many bytes were asked of it."""

    given = 0

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer)
        self.given += count
        return count


def test_a_rule_that_cannot_be_read_takes_none_of_its_results_with_it() -> None:
    body = json.loads(one("sarif/rated_in_words").body)
    body["runs"][0]["tool"]["driver"]["rules"][0]["shortDescription"] = 7
    records = read(SOURCES["sarif"], json.dumps(body).encode(), {}, PLAIN).records
    aside = [each.pointer for each in records if isinstance(each, Quarantined)]
    found = {each.rule_id: each.severity for each in records if isinstance(each, Finding)}
    assert aside == ["/runs/0/tool/driver/rules/0/shortDescription"]
    assert found == {"rules.sqli": Severity.UNKNOWN, "rules.redirect": Severity.HIGH}


def test_a_sarif_file_is_passed_over_twice() -> None:
    before, member, after = report("sarif/scan", "results")
    file, size = Counted(before, member, 100, after), len(before) + 100 * (len(member) + 1) + len(after)
    reader = SOURCES["sarif"].read_report
    assert reader is not None
    assert any(isinstance(record, Finding) for record in reader(file, PLAIN))
    assert file.given < 2.1 * size  # its heads, since a run's rules may stand behind its results, then the results


def test_two_blocks_of_one_resource_that_break_one_rule_are_two_findings() -> None:
    payload = one("trivy/repository")
    first, second = payload.findings(payload.body.replace(b"aws_security_group.admin", b"aws_security_group.web"))[:2]
    assert (first.rule_id, first.resource.path) == (second.rule_id, second.resource.path)
    assert fingerprint(first) != fingerprint(second)
    assert fingerprint(first) == fingerprint(payload.findings()[0])
