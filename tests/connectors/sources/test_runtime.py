"""Sensors, endpoints and cloud consoles: what is known by what, what clears what, and real payloads where they lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.finding import Finding, Quarantined, Snapshot, Status
from connectors.contract.identity import correlation_key, fingerprint
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, one
from tests.samples import sample_files


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


def _bodies(path: Path) -> list[Any]:
    value = json.loads(path.read_text())
    if isinstance(value, list) and value and isinstance(value[0], dict) and "payload" in value[0]:
        return [case["payload"] for case in value]
    return [value]


def _is_alert(body: Any) -> bool:
    data = body.get("data") or {}
    return bool(data.get("threatclassification") or data.get("alertid"))


def _falcon(body: Any) -> tuple[int, int]:
    if "Audit" in body.get("metadata", {}).get("eventType", ""):
        return 0, 0
    return (0, 1) if body.get("fdr_event_type") == "something else" else (1, 0)


def _operator(body: Any) -> tuple[int, int]:
    return (0, len(body)) if isinstance(body, list) else (len(body["report"]["vulnerabilities"]), 0)


def _orca(body: Any) -> tuple[int, int]:
    return (0, len(body)) if isinstance(body, list) else (max(1, len(body.get("cve_list", []))), 0)


def _twistcli(body: Any) -> tuple[int, int]:
    lists = ("vulnerabilities", "compliances")
    return sum(len(result.get(name) or []) for result in body["results"] for name in lists), 0


# folder -> (source, what a body should give: findings, records set aside); the rest is no alert and is left aside
COUNTED: dict[str, tuple[str, Callable[[Any], tuple[int, int]]]] = {
    "crowdstrike": ("crowdstrike", _falcon),
    "orca": (
        "orca",
        lambda body: (0, len(body)) if isinstance(body, list) else (max(1, len(body.get("cve_list", []))), 0),
    ),
    "prisma-twistlock": ("prisma-cloud", _twistcli),
    "sentinelone": ("sentinelone", lambda body: (int(_is_alert(body)), 0)),
    "suricata": ("suricata", lambda body: (0, 1)),  # these are DNS requests of another tool
    "trivy-operator": ("trivy-operator", _operator),
    "wazuh": ("wazuh", lambda body: (len(body["hits"]["hits"]), 0)),
    "wiz": ("wiz", lambda body: (1, 0)),
}
CASES = [(folder, path) for folder in COUNTED for path in sample_files(folder) if path.suffix == ".json"]


@pytest.mark.parametrize(("folder", "path"), CASES, ids=[f"{folder}/{path.name}" for folder, path in CASES])
def test_every_real_record_is_read_or_set_aside_by_name(folder: str, path: Path) -> None:
    source, count = COUNTED[folder]
    for body in _bodies(path):
        records = read(SOURCES[source], json.dumps(body).encode(), {}, PLAIN).records
        findings = sum(isinstance(record, Finding) for record in records)
        aside = [record.reason for record in records if isinstance(record, Quarantined)]
        assert (findings, len(aside)) == count(body), aside
        assert all(aside)
