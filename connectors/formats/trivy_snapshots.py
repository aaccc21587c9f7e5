"""What a report of Trivy's shows that it looked for: of that, what a later report no longer shows is gone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.finding import AllSeen, Record, Snapshot
from connectors.formats.reports import Report
from connectors.formats.trivy_packages import names_of
from connectors.formats.trivy_report import Artifact, Result

_LISTS = ("Vulnerabilities", "Misconfigurations", "Secrets")
_CLASSES = {
    "os-pkgs": "Vulnerabilities",
    "lang-pkgs": "Vulnerabilities",
    "config": "Misconfigurations",
    "secret": "Secrets",
}


def scope_of(artifact: Artifact, listed: str) -> str:
    """The snapshot's scope: the artifact and what was looked for, since one run may look for packages only."""
    return f"{artifact.scope} {listed.lower()}" if artifact.scope else ""


def looked_for(report: Report, artifact: Artifact, results: Iterable[Result]) -> Iterator[Record]:
    """That all its packages were told, where the report lists them, and a snapshot for each class of its results."""
    names = names_of(artifact)
    if names and report.heads("Results[].Packages"):
        yield AllSeen(names)
    yield from snapshots(artifact, {result.kind for result in results})


def snapshots(artifact: Artifact, classes: set[str]) -> Iterator[Snapshot]:
    """Only for what the report shows that it looked for: a class without any result may not have been asked for."""
    asked = {_CLASSES[one] for one in classes if one in _CLASSES}
    for listed in _LISTS:
        if listed in asked and artifact.scope:
            yield Snapshot(scope_of(artifact, listed), artifact.observed_at)
