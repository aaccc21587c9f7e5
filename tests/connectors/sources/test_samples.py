"""Real payloads, where they lie beside the checkout: every record is read or set aside by name, none is lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.contract.finding import Finding, Quarantined
from connectors.contract.identity import fingerprints
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES
from tests.samples import sample_files


def _bodies(path: Path) -> list[Any]:
    """The payloads in a file; some files hold a list of cases."""
    value = json.loads(path.read_text())
    if isinstance(value, list) and value and isinstance(value[0], dict) and "payload" in value[0]:
        return [case["payload"] for case in value]
    return [value]


def _asff(body: Any) -> int:
    records = body if isinstance(body, list) else body.get("findings") or body.get("Findings") or [body]
    return sum(len(record.get("Resources", "1")) for record in records)


def _one(body: Any) -> int:
    return 1


def _trivy(body: Any) -> int:
    lists = ("Vulnerabilities", "Misconfigurations", "Secrets")
    return sum(len(result.get(name) or []) for result in body["Results"] for name in lists)


def _sarif(body: Any) -> int:
    return sum(len(run["results"]) for run in body["runs"])


def _packages(body: Any) -> int:
    details = (one.get("packageVulnerabilityDetails", {}) for one in body["findings"])
    return sum(len(one.get("vulnerablePackages", ())) for one in details)


COUNTED: dict[str, tuple[str, Callable[[Any], int]]] = {
    "aws-securityhub": ("aws-securityhub", _asff),
    "aws-guardduty": ("aws-guardduty", _asff),
    "github-dependabot": ("github", _one),
    "github-code-scanning": ("github", _one),
    "github-secret-scanning": ("github", _one),
    "github-repo-vuln-alert": ("github", _one),
    "github-advisory": ("github", _one),
    "trivy": ("trivy", _trivy),
    "sarif": ("sarif", _sarif),
    "generic": ("generic", lambda body: len(body["findings"])),
    "prowler-ocsf": ("prowler", lambda body: sum(each.get("status_code") != "MANUAL" for each in body)),
    "aws-inspector": ("aws-inspector", _packages),
    "gcp-scc": ("gcp-scc", _one),
    "gcp-cloud-logging-etd": ("gcp-scc", _one),
    "ms-defender-xdr": ("ms-defender-xdr", _one),
    "ms-graph-security": ("ms-graph-security", _one),
}
# These name no resource of ours (Prowler's are placeholders), or are another service's log entry, and say so.
_WITHOUT = {"generic", "github-advisory", "prowler-ocsf", "gcp-cloud-logging-etd"}
CASES = [(folder, path) for folder in COUNTED for path in sample_files(folder)]


@pytest.mark.parametrize(("folder", "path"), CASES, ids=[f"{folder}/{path.name}" for folder, path in CASES])
def test_every_record_is_read_or_set_aside_by_name(folder: str, path: Path) -> None:
    source, count = COUNTED[folder]
    for body in _bodies(path):
        records = read(SOURCES[source], json.dumps(body).encode(), {}, PLAIN).records
        findings = [record for record in records if isinstance(record, Finding)]
        aside = [record for record in records if isinstance(record, Quarantined)]
        assert len(findings) + len(aside) == count(body)
        assert all(record.reason for record in aside)
        if folder not in _WITHOUT:
            assert not aside


@pytest.mark.parametrize("path", sample_files("sarif"), ids=lambda path: path.name)
def test_no_two_results_of_a_real_scan_share_a_fingerprint(path: Path) -> None:
    records = read(SOURCES["sarif"], path.read_bytes(), {}, PLAIN).records
    findings = [record for record in records if isinstance(record, Finding)]
    assert len(set(fingerprints(findings))) == len(findings)


@pytest.mark.parametrize(
    "path", [p for p in sample_files("aws-securityhub") if "prowler" in p.name], ids=lambda p: p.name
)
def test_prowlers_shared_ids_merge_only_true_repeats(path: Path) -> None:
    records = read(SOURCES["aws-securityhub"], path.read_bytes(), {}, PLAIN).records
    findings = [record for record in records if isinstance(record, Finding)]
    assert (len(findings), len(set(fingerprints(findings)))) == (731, 728)


@pytest.mark.parametrize("path", sample_files("azure-defender-recommendations"), ids=lambda path: path.name)
def test_every_row_of_a_real_sheet_is_read(path: Path) -> None:
    rows = len(list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))) - 1
    records = read(SOURCES["azure-defender-csv"], path.read_bytes(), {}, PLAIN).records
    assert len([record for record in records if isinstance(record, Finding)]) == rows
