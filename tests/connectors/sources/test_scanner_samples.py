"""Real reports of scanners, where they lie beside the checkout, against a count that knows nothing of our readers."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.contract.finding import Finding, Quarantined
from connectors.contract.identity import fingerprints
from connectors.reading import read
from tests.connectors.sources.payloads import PLAIN, SOURCES
from tests.samples import sample_files

NAMED = {"x-suture-resource": "production/node-1"}


def _tags(tag: str) -> Callable[[str], int]:
    return lambda text: len(re.findall(rf"<{tag}[\s>]", text))


def _kube_bench(text: str) -> int:
    return sum(len(test["results"]) for chapter in json.loads(text) for test in chapter["tests"])


def _kubescape(text: str) -> int:
    return sum(len(result["controls"]) for result in json.loads(text)["results"])


def _sheet(text: str) -> int:
    rows = list(csv.reader(text.splitlines()))
    return len(rows) - 1 - next(number for number, row in enumerate(rows) if "QID" in row)


COUNTED: dict[str, tuple[str, Callable[[str], int]]] = {
    "nmap": ("nmap", lambda text: text.count('<elem key="type">cve</elem>')),
    "nuclei": ("nuclei", lambda text: len(text.strip().splitlines())),
    "zap": ("zap", _tags("alertitem")),
    "tenable-nessus": ("nessus", _tags("ReportItem")),
    "openvas": ("openvas", _tags("result")),
    "qualys": ("qualys", _sheet),
    "kube-bench": ("kube-bench", _kube_bench),
    "kubescape": ("kubescape", _kubescape),
}
CASES = [(folder, path) for folder in COUNTED for path in sample_files(folder)]


@pytest.mark.parametrize(("folder", "path"), CASES, ids=[f"{folder}/{path.name}" for folder, path in CASES])
def test_every_record_is_read_or_set_aside_by_name(folder: str, path: Path) -> None:
    source, count = COUNTED[folder]
    records = read(SOURCES[source], path.read_bytes(), NAMED, PLAIN).records
    findings = [record for record in records if isinstance(record, Finding)]
    aside = [record for record in records if isinstance(record, Quarantined)]
    assert len(findings) + len(aside) == count(path.read_text())
    assert len(set(fingerprints(findings))) == len(findings)
    assert [record.reason for record in aside] in ([], ["this result names no host"])
