"""Which finding is which: what is in a fingerprint, what is not, and what it costs."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Resource, Severity, Status
from connectors.contract.identity import correlation_key, fingerprint, fingerprints, is_placeholder

BASE = Finding(
    source="trivy",
    kind=Kind.VULNERABILITY,
    rule_id="CVE-2024-10001",
    title="A weakness",
    resource=Resource(id="web-1.example.com"),
    problem="CVE-2024-10001",
    package=Package(name="openssl", installed="3.0.11"),
    locator=("app", "1"),
)
NAMED = replace(BASE, source_uid="u-1")


@pytest.mark.parametrize("finding", [BASE, NAMED], ids=["by key", "by uid"])
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other words"},
        {"summary": "Other words"},
        {"severity": Severity.CRITICAL, "severity_raw": "9.8", "cvss_score": 9.8},
        {"status": Status.RESOLVED},
        {"observed_at": datetime(2026, 3, 2, tzinfo=UTC)},
        {"resource": Resource(id="web-1.example.com", line=99, name="other", tags={"a": "b"})},
        {"package": Package(name="openssl", installed="3.0.12", fixed_in="3.0.13", purl="pkg:x")},
        {"pointer": "/other", "scope": "other", "warnings": ("x",)},
    ],
)
def test_what_a_tool_changes_over_time_changes_nothing(finding: Finding, change: dict[str, object]) -> None:
    assert fingerprint(replace(finding, **change)) == fingerprint(finding)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"source": "grype"},
        {"rule_id": "CVE-2024-10002"},
        {"resource": Resource(id="web-2.example.com")},
        {"kind": Kind.CODE},
        {"package": Package(name="libssl3")},
        {"locator": ("app1",)},
        {"locator": ("app", "1", "")},
        {"locator": ('app","1',)},
    ],
)
def test_what_tells_two_findings_apart_does(change: dict[str, object]) -> None:
    assert fingerprint(replace(BASE, **change)) != fingerprint(BASE)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"rule_id": "other"}, {"resource": Resource(id="other")}, {"source_uid": "u-2"}])
def test_one_id_given_to_two_things_merges_nothing(change: dict[str, object]) -> None:
    assert fingerprint(replace(NAMED, **change)) != fingerprint(NAMED)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "uid", ["", " ", "null", "None", "N/A", "unknown", "requires login", "0", "<finding_uid>", "-"]
)
def test_a_placeholder_is_no_id(uid: str) -> None:
    assert is_placeholder(uid)
    assert fingerprint(replace(BASE, source_uid=uid)) == fingerprint(BASE)


@given(st.lists(st.text(), max_size=4), st.lists(st.text(), max_size=4))
def test_parts_never_run_together(one: list[str], other: list[str]) -> None:
    prints = [fingerprint(replace(BASE, locator=tuple(parts))) for parts in (one, other)]
    assert (prints[0] == prints[1]) == (one == other)


def test_several_tools_tell_of_one_thing() -> None:
    other = replace(BASE, source="grype", rule_id="GHSA-x", source_uid="7", locator=())
    assert correlation_key(other) == correlation_key(BASE)
    assert correlation_key(replace(BASE, problem="CVE-2024-10002")) != correlation_key(BASE)
    assert correlation_key(replace(BASE, resource=Resource(id="web-2"))) != correlation_key(BASE)


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.SECRET])
def test_code_and_secrets_stay_apart_by_their_place(kind: Kind) -> None:
    first, second = (replace(BASE, kind=kind, locator=(path,)) for path in ("a.py", "b.py"))
    assert correlation_key(first) != correlation_key(second)


def test_ten_thousand_fingerprints_take_a_fraction_of_a_second() -> None:
    findings = [replace(NAMED, source_uid=str(number)) for number in range(10_000)]
    start = time.perf_counter()
    assert len(set(fingerprints(findings))) == 10_000
    assert time.perf_counter() - start < 1.0


def in_code(source: str, *locator: str) -> Finding:
    """A rule that a template of a repository breaks, at a place in it."""
    place = Resource(id="github.com/acme/infra", repository="github.com/acme/infra", path=locator[0])
    return replace(
        BASE,
        source=source,
        kind=Kind.COMPLIANCE,
        problem="s3.encryption",
        resource=place,
        package=None,
        locator=locator,
    )


def test_one_rule_at_two_places_of_a_repository_is_two_things() -> None:
    first, second = in_code("checkov", "a.tf", "aws_s3_bucket.logs"), in_code("checkov", "a.tf", "aws_s3_bucket.web")
    assert correlation_key(first) != correlation_key(second)
    assert correlation_key(first) != correlation_key(in_code("checkov", "b.tf", "aws_s3_bucket.logs"))


def test_several_tools_tell_of_one_place_of_a_repository_once() -> None:
    told = in_code("checkov", "a.tf", "aws_s3_bucket.logs", ""), in_code("trivy", "a.tf", "aws_s3_bucket.logs")
    assert len({correlation_key(finding) for finding in told}) == 1


def test_a_running_resource_is_one_place_whatever_its_tools_say_of_it() -> None:
    port = replace(BASE, kind=Kind.COMPLIANCE, problem="network.open-port.22", package=None, locator=("tcp/22",))
    assert correlation_key(port) == correlation_key(replace(port, source="prowler", locator=()))
