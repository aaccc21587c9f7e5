"""What must not wake anybody does not: passed, archived, suppressed, resolved and sample findings are never open."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectors.contract.finding import Finding, Kind, Status
from connectors.contract.identity import correlation_key, fingerprint
from tests.connectors.sources.payloads import one, payloads


def statuses(name: str) -> list[Status]:
    return [finding.status for finding in one(name).findings()]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (
            "aws-securityhub/controls_of_three_standards",
            [*[Status.OPEN] * 5, Status.PASSED, Status.SUPPRESSED, Status.ARCHIVED],
        ),
        ("aws-securityhub/vulnerability_and_a_bad_record", [Status.OPEN, Status.SAMPLE]),
        (
            "aws-securityhub/analyzer_and_macie",
            [Status.OPEN, Status.ELSEWHERE] * 2 + [Status.OPEN] * 3 + [Status.SAMPLE],
        ),
        ("aws-guardduty/quiet-sample", [Status.SAMPLE]),
        ("aws-guardduty/quiet-archived", [Status.ARCHIVED]),
        ("github/quiet-dependabot_alert.fixed", [Status.RESOLVED]),
        ("github/quiet-dependabot_alert.dismissed", [Status.SUPPRESSED]),
        ("github/quiet-code_scanning_alert.outside_default_branch", [Status.SUPPRESSED]),
        ("github/quiet-secret_scanning_alert.resolved", [Status.RESOLVED]),
        ("github/quiet-secret_scanning_alert.false_positive", [Status.SUPPRESSED]),
        ("alertmanager/quiet-grafana_test", [Status.SAMPLE]),
        ("alertmanager/firing_and_resolved", [Status.OPEN, Status.RESOLVED, Status.OPEN, Status.OPEN]),
        ("generic/several", [Status.OPEN, Status.RESOLVED, Status.SAMPLE]),
        ("sarif/scan", [*[Status.OPEN] * 5, Status.SUPPRESSED, Status.PASSED, Status.OPEN]),
        ("trivy/image", [Status.OPEN, Status.PASSED, Status.OPEN, Status.OPEN, Status.OPEN]),
        ("trivy/repository", [Status.OPEN, Status.OPEN, Status.PASSED, Status.OPEN]),
    ],
)
def test_a_status_is_what_the_tool_says(name: str, told: list[Status]) -> None:
    assert statuses(name) == told


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("RecordState",), "ARCHIVED"),
        (("Workflow", "Status"), "SUPPRESSED"),
        (("Workflow", "Status"), "RESOLVED"),
        (("Compliance", "Status"), "PASSED"),
        (("Compliance", "Status"), "NOT_AVAILABLE"),
    ],
)
def test_each_of_security_hubs_ways_to_be_done_is_quiet(place: tuple[str, ...], value: str) -> None:
    payload = one("aws-securityhub/controls_of_three_standards")
    body = json.loads(payload.body)
    record: dict[str, Any] = body["detail"]["findings"][0]
    for key in place[:-1]:
        record = record[key]
    record[place[-1]] = value
    assert payload.findings(json.dumps(body).encode())[0].status is not Status.OPEN


def test_three_standards_tell_of_one_open_port_once() -> None:
    findings = one("aws-securityhub/controls_of_three_standards").findings()[:3]
    assert len({fingerprint(finding) for finding in findings}) == 3
    assert len({correlation_key(finding) for finding in findings}) == 1
    assert {(finding.problem, finding.port, finding.world_open) for finding in findings} == {
        ("network.open-port.22", 22, True)
    }
    (typed,) = one("generic/one_finding").findings()
    assert correlation_key(typed) == correlation_key(findings[0])


def test_two_tools_tell_of_one_vulnerable_package_once() -> None:
    (alert,) = one("github/dependabot_alert.created").findings()
    body = json.loads(one("trivy/image").body)
    body["ArtifactName"], body["ArtifactType"], body["Metadata"] = "https://github.com/acme/payments", "repository", {}
    scanned = one("trivy/image").findings(json.dumps(body).encode())[-1]
    assert (alert.problem, scanned.problem) == ("CVE-2022-25883", "CVE-2022-25883")
    assert correlation_key(alert) == correlation_key(scanned)


def test_no_part_of_a_secret_is_in_any_record() -> None:
    for payload in payloads():
        assert "not-a-real-secret" not in repr(payload.records()), payload.path


def test_a_secret_is_not_shown_when_its_record_cannot_be_read() -> None:
    payload = one("github/secret_scanning_alert.created")
    body = json.loads(payload.body)
    body["alert"]["number"] = None
    assert "not-a-real-secret" not in repr(payload.records(json.dumps(body).encode()))


def test_a_leaked_secret_says_whether_it_works_and_who_can_read_it() -> None:
    (finding,) = one("github/secret_scanning_alert.created").findings()
    assert (finding.kind, finding.secret_active, finding.publicly_leaked) == (Kind.SECRET, True, True)


def test_a_severity_from_cvss_says_so() -> None:
    told = {f.rule_id: (f.severity.word, f.severity_from) for f in one("trivy/image").findings()}
    assert told["CVE-2024-10001"] == ("critical", "source")
    assert told["CVE-2024-10003"] == ("critical", "cvss")
    assert told["CVE-2024-10004"] == ("unknown", "unknown")


def test_vulnerabilities_say_when_the_world_learned_of_them() -> None:
    named = ("aws-securityhub/vulnerability_and_a_bad_record", "github/dependabot_alert.created", "trivy/image")
    for name in named:
        told = [f for f in one(name).findings() if isinstance(f, Finding) and f.kind is Kind.VULNERABILITY]
        assert told
        assert all(finding.disclosed_at for finding in told)


def test_a_pod_that_comes_back_under_another_name_is_the_same_finding() -> None:
    payload = one("alertmanager/firing_and_resolved")
    other = payload.body.replace(b"api-7d9c5b6f4c-x2x7q", b"api-5f8b7c9d6e-q9z8k").replace(b"192.0.2.30", b"192.0.2.31")
    assert other != payload.body
    assert fingerprint(payload.findings(other)[0]) == fingerprint(payload.findings()[0])
