"""What is special about reports of code, package and secret scanners: what is one thing, what is gone, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.finding import Finding, Quarantined, Record, Snapshot, Status
from connectors.contract.identity import correlation_key, fingerprints
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES, Payload, one
from tests.samples import sample_files

NAMED = {"x-suture-resource": "github.com/acme/payments"}


def changed(name: str, change: Callable[[Any], None]) -> tuple[Payload, bytes]:
    """One of our payloads, and its body after ``change``."""
    payload = one(name)
    body = json.loads(payload.body)
    change(body)
    return payload, json.dumps(body).encode()


def snapshots(records: tuple[Record, ...]) -> list[str]:
    return [record.scope for record in records if isinstance(record, Snapshot)]


def test_one_vulnerable_package_of_an_image_is_told_once_by_four_tools() -> None:
    grype = one("grype/image").findings()[0]
    snyk = one("snyk-cli/image").findings()[0]
    gitlab = one("gitlab-report/container_scanning").findings()[0]
    payload, body = changed("trivy/image", _as_of_libssl3)
    trivy = payload.findings(body)[0]
    assert len({correlation_key(each) for each in (grype, snyk, gitlab, trivy)}) == 1
    assert {each.problem for each in (grype, snyk, gitlab, trivy)} == {"CVE-2024-20001"}


def _as_of_libssl3(body: Any) -> None:
    body["Results"][0]["Vulnerabilities"][0] |= {"VulnerabilityID": "CVE-2024-20001", "PkgName": "libssl3"}


def test_an_open_port_in_a_template_is_the_problem_it_is_in_the_cloud() -> None:
    hit = one("checkov/one_framework").findings()[0]
    assert (hit.problem, hit.world_open, hit.port) == ("network.open-port.22", True, 22)
    assert hit.problem == one("aws-securityhub/controls_of_three_standards").findings()[0].problem


def test_code_that_moved_is_the_same_finding_although_bandit_numbers_its_lines() -> None:
    def move(body: Any) -> None:
        for result in body["results"]:
            numbers = [line + 100 for line in result["line_range"]]
            lines = [line.partition(" ") for line in result["code"].splitlines()]
            result["code"] = "\n".join(f"{int(number) + 100} {code}" for number, _, code in lines)
            result["line_number"], result["line_range"] = numbers[0], numbers

    payload, body = changed("bandit/repository", move)
    assert fingerprints(payload.findings(body)) == fingerprints(payload.findings())


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("semgrep/signed_in", lambda body: body["errors"].append({"level": "error", "type": "Timeout"})),
        ("bandit/repository", lambda body: body["errors"].append({"filename": "a.py", "reason": "no Python"})),
        ("checkov/quiet-passed_and_skipped", lambda body: body["summary"].update(parsing_errors=1)),
        ("gitlab-report/sast", lambda body: body["scan"].update(status="failure")),
        ("snyk-cli/quiet-ignored", lambda body: body.update(severityThreshold="high")),
    ],
    ids=["semgrep", "bandit", "checkov", "gitlab-report", "snyk-cli"],
)
def test_after_a_run_that_saw_less_nothing_is_gone(name: str, change: Callable[[Any], None]) -> None:
    assert len(snapshots(one(name).records())) == 1
    payload, body = changed(name, change)
    assert snapshots(payload.records(body)) == []


@pytest.mark.parametrize("source", ["bandit", "checkov", "gitleaks", "gitlab-report", "semgrep"])
def test_a_secret_that_left_the_code_is_not_called_gone(source: str) -> None:
    for payload in (one(name) for name in _WITH_SECRETS[source]):
        told = [finding for finding in payload.findings() if finding.kind == "secret"]
        assert told
        assert {finding.scope for finding in told} == {""}


_WITH_SECRETS = {
    "bandit": ("bandit/repository",),
    "checkov": ("checkov/several_frameworks",),
    "gitleaks": ("gitleaks/history", "gitleaks/redacted"),
    "gitlab-report": ("gitlab-report/secret_detection",),
    "semgrep": ("semgrep/signed_in",),
}


@pytest.mark.parametrize("name", ["detect-secrets/baseline", "checkov/several_frameworks"])
def test_no_digest_that_a_tool_made_of_a_secret_is_kept(name: str) -> None:
    payload = one(name)
    digests = [word for word in payload.body.decode().split('"') if len(word) == 40 and word.isalnum()]
    assert digests
    assert not any(digest in repr(payload.records()) for digest in digests)


@pytest.mark.parametrize("source", ["detect-secrets", "gitleaks", "gitlab-report"])
def test_reports_that_quote_secrets_are_taken_as_files_only(source: str) -> None:
    assert SOURCES[source].only_as_file


def test_what_pip_audit_upgraded_is_resolved_at_once() -> None:
    assert [finding.status for finding in one("pip-audit/fixed").findings()] == [Status.RESOLVED, Status.OPEN]


def test_a_result_that_snyk_could_not_test_is_said_by_name_and_calls_nothing_gone() -> None:
    records = one("snyk-cli/all_projects").records()
    (aside,) = (record for record in records if isinstance(record, Quarantined))
    assert (aside.pointer, "requirements file" in aside.reason) == ("/2/error", True)
    assert len(snapshots(records)) == 2


def _gitlab(body: Any) -> int:
    return len(body["vulnerabilities"])


def _snyk(body: Any) -> int:
    return sum(len(each["vulnerabilities"]) for each in (body if isinstance(body, list) else [body]))


COUNTED: dict[str, tuple[str, Callable[[Any], int]]] = {
    "grype": ("grype", lambda body: len(body["matches"])),
    "semgrep": ("semgrep", lambda body: len(body["results"])),
    "checkov": ("checkov", lambda body: len(body["results"]["failed_checks"])),
    "osv-scanner": (
        "osv-scanner",
        lambda body: sum(len(p["vulnerabilities"]) for r in body["results"] for p in r["packages"]),
    ),
    "gitlab-sast": ("gitlab-report", _gitlab),
    "gitlab-dep-scan": ("gitlab-report", _gitlab),
    "snyk": ("snyk-cli", _snyk),
}
CASES = [(folder, path) for folder in COUNTED for path in sample_files(folder)]


@pytest.mark.parametrize(("folder", "path"), CASES, ids=[f"{folder}/{path.name}" for folder, path in CASES])
def test_every_record_of_a_real_report_is_read_and_told_apart(folder: str, path: Path) -> None:
    source, count = COUNTED[folder]
    records = read(SOURCES[source], path.read_bytes(), NAMED, PLAIN).records
    findings = [record for record in records if isinstance(record, Finding)]
    assert not any(isinstance(record, Quarantined) for record in records)
    assert len(findings) == count(json.loads(path.read_bytes()))
    assert len(set(fingerprints(findings))) == len(findings)
