"""npm's audit reports in JSON (npm 6, npm 7 and later), posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.npm_advisories import advisory, via, why_not
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.signing import bearer, standard_webhooks

ID = "npm-audit"


def _read(report: Report) -> Iterator[Record]:
    """npm 7 tells what each package is vulnerable *via*; a mere name there is told under that name."""
    keys = report.head().value
    target = scanned(ID, report.named)
    if "auditReportVersion" in keys and "vulnerabilities" in keys:
        packages = report.heads("vulnerabilities{}", "name", "fixAvailable", "isDirect", "range")
        yield from report.within(packages, {"vulnerabilities{}.via[]": partial(via, ID, target)})
    elif "advisories" in keys:
        yield from report.each("advisories{}", partial(advisory, ID, target))
    elif "error" in keys:
        raise UnknownShape(f"npm could not audit it: {why_not(report)}")
    else:
        raise UnknownShape("no report of npm audit --json: neither auditReportVersion nor advisories is there")
    if target.scope:
        yield Snapshot(target.scope)


def _recognise(start: Beginning) -> bool:
    return start.has("auditReportVersion") or start.has("advisories", "metadata.vulnerabilities")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="npm audit",
    family=Family.REPORT,
    arrives="`npm audit --json`, of npm 6 and of npm 7 and later",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report no longer shows",
    vendor_docs="https://github.com/npm/npm-audit-report",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run npm audit --json, post the report to /v1/scans/npm-audit with the secret as bearer token, and name the "
        "repository in the header X-Suture-Resource: what a later report of the same name no longer shows is "
        "resolved."
    ),
)
