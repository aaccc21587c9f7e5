"""GitLab's security reports (``gl-sast-report.json`` and its siblings), posted by the job that made them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.gitlab_findings import read_vulnerability
from connectors.formats.gitlab_scans import Scan, scan_of
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, standard_webhooks

ID = "gitlab-report"
_HEAD = ("scan.type", "scan.status", "scan.end_time", "scan.scanner.id")


def _read(report: Report) -> Iterator[Record]:
    report.expect("version", "vulnerabilities", says="no security report of GitLab's")
    files = report.heads("dependency_files[]", "path", "package_manager").values()
    managers = {one.text("path", limit=1_000): one.text("package_manager") for one in files}
    scan: Scan = scan_of(ID, report.named, report.head(*_HEAD), managers)
    yield from report.each("vulnerabilities[]", partial(read_vulnerability, ID, scan, Equals()))
    if scan.target.scope and scan.is_whole:
        yield Snapshot(scan.target.scope, scan.target.observed_at)


def _recognise(start: Beginning) -> bool:
    listed = start.has("vulnerabilities[].identifiers[].type", "vulnerabilities[].location")
    return listed or start.has("vulnerabilities", "scan.type", "version")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="GitLab security reports",
    family=Family.REPORT,
    arrives="`gl-…-report.json`: SAST, secret detection, dependency, container and cluster image scanning, DAST",
    kinds=(Kind.CODE, Kind.SECRET, Kind.VULNERABILITY),
    says_gone="what a later report no longer shows",
    vendor_docs="https://docs.gitlab.com/development/integrations/secure/",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "At the end of the scanning job post its report to /v1/scans/gitlab-report with the secret as bearer token "
        "and the header X-Suture-Resource: $CI_SERVER_HOST/$CI_PROJECT_PATH. What a later report of the same scanner "
        "on the same project no longer shows is resolved, unless the scan failed."
    ),
)
