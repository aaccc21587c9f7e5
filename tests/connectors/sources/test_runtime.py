"""Sensors, endpoints and cloud consoles: what is known by what, and what clears what."""

from __future__ import annotations

import pytest

from connectors.contract.finding import Finding, Quarantined, Snapshot, Status
from connectors.contract.identity import correlation_key, fingerprint
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one


def test_a_falco_alert_is_known_by_its_workload_and_hour_and_not_by_its_pod() -> None:
    payload = one("falco/shell_in_pod")

    def known(old: str, new: str) -> str:
        assert old.encode() in payload.body
        return fingerprint(payload.findings(payload.body.replace(old.encode(), new.encode()))[0])

    first = fingerprint(payload.findings()[0])
    assert known("api-7d9c5b6f4c-x2x7q", "api-5f8b7c9d6e-q9z8k") == first
    assert known("2026-03-02T09:00:00", "2026-03-02T09:59:59") == first
    assert known("2026-03-02T09:00:00", "2026-03-02T10:00:00") != first
    assert known('"proc.name": "sh"', '"proc.name": "bash"') != first


def test_a_rollout_is_the_same_deployment() -> None:
    payload = one("trivy-operator/updated")
    before = payload.records()
    after = payload.records(payload.body.replace(b"7d9c5b6f4c", b"5f8b7c9d64"))
    assert [fingerprint(one) for one in after if isinstance(one, Finding)] == [
        fingerprint(one) for one in before if isinstance(one, Finding)
    ]
    assert [one for one in after if isinstance(one, Snapshot)] == [one for one in before if isinstance(one, Snapshot)]


def test_a_report_with_a_record_nobody_can_read_calls_nothing_absent() -> None:
    records = one("trivy-operator/vulnerability_report").records()
    assert any(isinstance(record, Quarantined) for record in records)
    assert not any(isinstance(record, Snapshot) for record in records)


def test_a_deletion_is_believed_only_where_the_operator_names_the_right_report() -> None:
    gone = one("trivy-operator/quiet-deleted").findings()
    assert {finding.status for finding in gone} == {Status.RESOLVED}
    assert one("trivy-operator/quiet-expired").records() == ()
    (aside,) = one("trivy-operator/deleted_by_old_operator").records()
    assert isinstance(aside, Quarantined)
    assert "update it" in aside.reason


def test_two_tools_tell_of_one_privileged_container_once() -> None:
    told = one("trivy-operator/several_kinds").findings()[0]
    assert told.problem == "k8s.privileged-container"


def test_what_trivy_and_its_operator_see_of_one_cluster_is_told_once() -> None:
    operator, named = SOURCES["trivy-operator"], {"x-suture-resource": "prod-1"}
    seen = [
        record
        for name in ("several_kinds", "vulnerability_report")
        for record in read(operator, one(f"trivy-operator/{name}").body, named, PLAIN).records
    ]
    by_operator = {correlation_key(record) for record in seen if isinstance(record, Finding)}
    for name in ("cluster", "cluster_summary", "cluster_before_0.42"):
        told = {
            (found.resource.id, found.problem)
            for found in one(f"trivy/{name}").findings()
            if correlation_key(found) in by_operator
        }
        assert told >= {
            ("prod-1/payments/deployment/api", "CVE-2024-10001"),
            ("prod-1/payments/deployment/api", "CVE-2022-25883"),
            ("prod-1/payments/deployment/api", "k8s.privileged-container"),
        }


def test_a_workload_of_which_an_image_could_not_be_scanned_keeps_what_was_seen_of_it() -> None:
    payload = one("trivy/cluster")
    scopes = [record.scope for record in payload.records() if isinstance(record, Snapshot)]
    assert "trivy prod-1/payments/deployment/api vulnerabilities" in scopes
    assert not any("cronjob/report" in scope for scope in scopes)
    scanned = payload.body.replace(b'"Error"', b'"Other"')
    assert scanned != payload.body
    assert "trivy prod-1/payments/cronjob/report misconfigurations" in [
        record.scope for record in payload.records(scanned) if isinstance(record, Snapshot)
    ]


def test_a_summary_of_a_cluster_makes_nothing_absent() -> None:
    assert not any(isinstance(record, Snapshot) for record in one("trivy/cluster_summary").records())


def test_a_cluster_without_a_name_makes_nothing_absent() -> None:
    payload = one("trivy/cluster")
    records = payload.records(payload.body.replace(b'"prod-1"', b'""'))
    found = [record for record in records if isinstance(record, Finding)]
    assert found
    assert all(finding.warnings for finding in found)
    assert not any(isinstance(record, Snapshot) for record in records)


def test_two_images_of_one_workload_are_told_apart_in_every_report_of_it() -> None:
    prints = [
        {fingerprint(found) for found in one(f"trivy/{name}").findings() if found.rule_id == "CVE-2024-10001"}
        for name in ("cluster", "cluster_summary")
    ]
    assert prints[0] == prints[1]
    assert len(prints[0]) == 2


@pytest.mark.parametrize(
    ("raised", "cleared"),
    [
        ("wazuh/vulnerability", "wazuh/quiet-solved"),
        ("trivy-operator/updated", "trivy-operator/quiet-deleted"),
        ("crowdstrike/fusion", "crowdstrike/quiet-closed"),
        ("sentinelone/threat", "sentinelone/quiet-threats"),
        ("wiz/issue", "wiz/quiet-resolved_and_rejected"),
        ("orca/misconfiguration", "orca/quiet-closed_and_snoozed"),
        ("prisma-cloud/alerts", "prisma-cloud/quiet-resolved_and_dismissed"),
        ("extrahop/detection", "extrahop/quiet-closed_and_hidden"),
    ],
    ids=lambda name: name.replace("/", "-"),
)
def test_what_is_cleared_is_what_was_raised(raised: str, cleared: str) -> None:
    first, last = one(raised).findings()[0], one(cleared).findings()[0]
    assert (first.status, last.status) == (Status.OPEN, Status.RESOLVED)
    assert fingerprint(first) == fingerprint(last)
    assert correlation_key(first) == correlation_key(last)


@pytest.mark.parametrize(
    ("source", "body", "why"),
    [
        ("splunk", b'{"result": {}}', "Splunk's webhook: sid not there"),
        ("splunk", b'{"sid": "1"}', "Splunk's webhook: result not there"),
        ("splunk", b"{}", "Splunk's webhook: sid and result not there"),
        ("elastic", b'{"host.name": "web-1"}', "none of its fields begins with kibana.alert"),
    ],
)
def test_a_shape_nobody_knows_is_told_by_what_it_lacks(source: str, body: bytes, why: str) -> None:
    (aside,) = read(SOURCES[source], body, {}, PLAIN).records
    assert isinstance(aside, Quarantined)
    assert why in aside.reason


def test_a_detection_that_is_hidden_is_not_called_closed() -> None:
    told = [(finding.status, finding.status_reason) for finding in one("extrahop/quiet-closed_and_hidden").findings()]
    assert (Status.SUPPRESSED, "hidden in ExtraHop") in told
    assert not any("closed" in reason for status, reason in told if status is Status.SUPPRESSED)
