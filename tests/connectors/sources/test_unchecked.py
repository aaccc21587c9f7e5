"""What a tool did not check, could not check or leaves to a person is no verdict: neither open nor passed.

Each case is what one of our payloads tells as a verdict, told again without one: it stays the same finding.
"""

from __future__ import annotations

import pytest

from connectors.contract.finding import Finding, Snapshot, Status
from connectors.contract.identity import fingerprint
from tests.connectors.sources.payloads import one

UNCHECKED = [  # payload, a verdict in its bytes, what stands there instead
    ("kube-bench/node", '"status": "FAIL"', '"status": "WARN"'),
    ("kube-bench/node", '"status": "FAIL"', '"status": "INFO"'),
    ("nessus/hosts", ">FAILED<", ">WARNING<"),
    ("nessus/hosts", ">FAILED<", ">ERROR<"),
    ("openscap/xccdf", "<result>fail<", "<result>notchecked<"),
    ("openscap/xccdf", "<result>fail<", "<result>unknown<"),
    ("openscap/xccdf", "<result>fail<", "<result>error<"),
    ("kubescape/cluster", '"status": "failed"', '"status": "skipped"'),
    ("aws-securityhub/controls_of_three_standards", '"Status": "FAILED"', '"Status": "NOT_AVAILABLE"'),
    ("aws-securityhub/controls_of_three_standards", '"Status": "FAILED"', '"Status": "WARNING"'),
    ("aws-securityhub/ocsf-control", '"Fail",\n          "status_id": 3', '"Warning", "status_id": 2'),
    ("prowler/aws_azure_kubernetes", '"status_code": "FAIL"', '"status_code": "MANUAL"'),
    ("aws-config/ssh_open", '"NON_COMPLIANT"', '"INSUFFICIENT_DATA"'),
    ("aws-cloudwatch/alarm_by_eventbridge", '"ALARM"', '"INSUFFICIENT_DATA"'),
    ("azure-defender-csv/recommendations", '"Unhealthy"', '"Not applicable"'),
    ("wazuh/detections_and_checks", '"result": "failed"', '"result": "not applicable"'),
    ("sarif/scan", '"kind": "pass"', '"kind": "notApplicable"'),
    ("sarif/scan", '"kind": "pass"', '"kind": "open"'),
    ("nuclei/quiet-not_matched", '"matcher-status": false', '"matcher-status": false, "error": "no answer"'),
    ("generic/quiet-resolved", '"resolved"', '"not checked"'),
]


def changed(name: str, verdict: str, other: str) -> list[tuple[Finding, Finding]]:
    """What is told with another status when ``other`` stands wherever ``verdict`` does: before and after."""
    payload = one(name)
    body = payload.body.replace(verdict.encode(), other.encode())
    both = zip(payload.findings(), payload.findings(body), strict=True)
    return [(before, after) for before, after in both if before.status is not after.status]


@pytest.mark.parametrize(
    ("name", "verdict", "other"), UNCHECKED, ids=[f"{name}: {other}" for name, _, other in UNCHECKED]
)
def test_what_was_not_checked_is_no_verdict(name: str, verdict: str, other: str) -> None:
    told = changed(name, verdict, other)
    assert told
    for before, after in told:
        assert after.status is Status.UNCHECKED
        assert fingerprint(before) == fingerprint(after)


@pytest.mark.parametrize(
    ("name", "verdict", "other"),
    [
        ("azure-defender-csv/recommendations", '"Unhealthy",""', '"Not applicable","Exempt"'),
        ("trivy/repository", '"Status": "PASS"', '"Status": "EXCEPTION"'),
    ],
    ids=["azure-defender-csv", "trivy"],
)
def test_what_somebody_excepted_is_suppressed(name: str, verdict: str, other: str) -> None:
    assert {after.status for _, after in changed(name, verdict, other)} == {Status.SUPPRESSED}


def test_a_control_of_which_a_rule_was_skipped_has_not_passed() -> None:
    """Older Kubescape gives its verdict to the rules only."""
    payload = one("kubescape/quiet-passed")
    body = payload.body.replace(b'"status": {\n      "status": "passed"\n     },', b"")
    body = body.replace(b'"rules": [', b'"rules": [{"name": "another", "status": "skipped"},')
    assert payload.findings(body)[0].status is Status.UNCHECKED


def test_a_skipped_package_is_not_absent() -> None:
    (scope,) = (record for record in one("pip-audit/requirements").records() if isinstance(record, Snapshot))
    assert scope.unseen == ("payments-common",)
