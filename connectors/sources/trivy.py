"""Trivy's JSON reports of images, file systems, repositories and Kubernetes clusters, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.trivy_cluster import LISTS, read_cluster
from connectors.formats.trivy_records import read_artifact
from connectors.signing import bearer, standard_webhooks

ID = "trivy"


def _read(report: Report) -> Iterator[Record]:
    try:
        report.expect("ArtifactName", says="no report of trivy --format json")
    except UnknownShape:
        if "ClusterName" not in report.head().value:
            raise
        yield from read_cluster(ID, report)
    else:
        yield from read_artifact(ID, report)


def _recognise(start: Beginning) -> bool:
    of_cluster = any(start.has("ClusterName", f"{one}[].Kind", f"{one}[].Name") for one in LISTS)
    return of_cluster or start.has("ArtifactName") or start.has("SchemaVersion", "Results[].Target")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Trivy",
    family=Family.REPORT,
    arrives="`trivy --format json`, also of `trivy k8s`",
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
        "--list-all-pkgs the packages become the components of what was scanned. Of a cluster take trivy k8s --report "
        "all, and name it in that header as you do for trivy-operator: what both see is told once."
    ),
)
