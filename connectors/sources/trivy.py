"""Trivy's JSON reports of images, file systems and repositories, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from connectors.contract.finding import AllSeen, Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats import trivy_records
from connectors.formats.json_paths import At
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.formats.trivy_packages import names_of, package
from connectors.formats.trivy_records import scope_of
from connectors.formats.trivy_report import Artifact, Result, artifact_of, result_of
from connectors.quarantine import set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable, Wild

ID = "trivy"
_LISTS = ("Vulnerabilities", "Misconfigurations", "Secrets")
_CLASSES = {
    "os-pkgs": "Vulnerabilities",
    "lang-pkgs": "Vulnerabilities",
    "config": "Misconfigurations",
    "secret": "Secrets",
}
_HEAD = ("ArtifactName", "ArtifactType", "CreatedAt", "Metadata")


def _read(report: Report) -> Iterator[Record]:
    """Each class of records that a report looked for is a snapshot of the artifact."""
    report.expect("ArtifactName", says="no report of trivy --format json")
    head = report.head(*_HEAD)
    try:
        artifact = artifact_of(head, report.named)
    except Unreadable as error:
        yield set_aside(error, head)
        return
    results: dict[At, Result] = {}
    for place, told in report.heads("Results[]", "Target", "Class", "Type").items():
        try:
            results[place] = result_of(told)
        except Unreadable as error:
            yield set_aside(error, told)
    names = names_of(artifact)
    readers: Mapping[str, Callable[[Result, Wild], Iterable[Record]]] = {
        "Results[].Vulnerabilities[]": partial(trivy_records.vulnerability, ID, artifact),
        "Results[].Misconfigurations[]": partial(trivy_records.misconfiguration, ID, Equals(), artifact),
        "Results[].Secrets[]": partial(trivy_records.secret, ID, artifact),
        "Results[].Packages[]": lambda _, told: package(names, told),
    }
    yield from report.within(results, readers)
    if names and report.heads("Results[].Packages"):
        yield AllSeen(names)
    yield from _snapshots(artifact, {result.kind for result in results.values()})


def _snapshots(artifact: Artifact, classes: set[str]) -> Iterator[Snapshot]:
    """Only for what the report shows that it looked for: a class without any result may not have been asked for."""
    looked_for = {_CLASSES[one] for one in classes if one in _CLASSES}
    for listed in _LISTS:
        if listed in looked_for and artifact.scope:
            yield Snapshot(scope_of(artifact, listed), artifact.observed_at)


def _recognise(start: Beginning) -> bool:
    return start.has("ArtifactName") or start.has("SchemaVersion", "Results[].Target")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Trivy",
    family=Family.REPORT,
    arrives="`trivy --format json`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.SECRET),
    says_gone="what a later report no longer shows",
    vendor_docs="https://trivy.dev/latest/docs/configuration/reporting/",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run trivy with --format json and post the report to /v1/scans/trivy with the secret as bearer token. "
        "Scan by a name that lasts (the image's or repository's address, not a dot), or say it in the header "
        "X-Suture-Resource: what a later report of the same name no longer shows is resolved. Leaked secrets are not "
        "resolved that way unless the report holds any, since it does not say whether it looked for them. With "
        "--list-all-pkgs the packages become the components of what was scanned."
    ),
)
