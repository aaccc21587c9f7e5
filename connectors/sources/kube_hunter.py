"""kube-hunter's JSON: what an attacker can reach and read in a Kubernetes cluster."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.kube_hunter_vulnerabilities import read_vulnerability
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer

ID = "kube-hunter"


def _read(report: Report) -> Iterator[Record]:
    report.expect("nodes", "services", "vulnerabilities", says="no report of kube-hunter --report json")
    scope = f"{ID} {report.named}" if report.named else ""
    yield from report.each("vulnerabilities[]", partial(read_vulnerability, ID, report.named, scope))
    if scope:
        yield Snapshot(scope)


def _recognise(start: Beginning) -> bool:
    return start.has("vulnerabilities[].vid", "vulnerabilities[].hunter") or start.has(
        "nodes", "services", "vulnerabilities"
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="kube-hunter",
    family=Family.REPORT,
    arrives="`kube-hunter --report json`",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY),
    says_gone="what a later report of the same cluster no longer shows",
    vendor_docs="https://github.com/aquasecurity/kube-hunter",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "Run kube-hunter --report json and post the report to /v1/scans/kube-hunter with the secret as bearer token "
        "and the cluster's name in the header X-Suture-Resource. What a later report of the same name no longer shows "
        "is resolved, so run it from the same place each time. The file is deleted once it is read: it may quote a "
        "service account's token."
    ),
)
