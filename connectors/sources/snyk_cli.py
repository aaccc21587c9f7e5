"""Reports of the Snyk CLI (``snyk test``, ``snyk container test``) in JSON, posted by a pipeline: one or a list."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.one_or_many import documents
from connectors.formats.reports import JsonReport, Report
from connectors.formats.snyk_issues import readers
from connectors.formats.snyk_project import HEAD, projects_of
from connectors.signing import bearer, standard_webhooks

ID = "snyk-cli"


def _read(report: Report) -> Iterator[Record]:
    """An image's own packages come first; ``applications`` are the projects that were found inside it."""
    before, heads = documents(report, *HEAD)
    if not any(head.get("packageManager") or head.get("error") for head in heads.values()):
        raise UnknownShape("no report of snyk test --json or snyk container test --json: packageManager is not there")
    inside = report.heads(f"{before}applications[]", *HEAD)
    outer, unread = projects_of(ID, report.named, heads)
    inner, further = projects_of(ID, report.named, inside, outer)
    yield from (*unread, *further)
    for part, projects in ((before, outer), (f"{before}applications[].", inner)):
        yield from report.within(projects, readers(ID, part))
    yield from (Snapshot(one.scope) for one in (*outer.values(), *inner.values()) if one.scope)


def _recognise(start: Beginning) -> bool:
    return any(
        start.has(f"{before}vulnerabilities", f"{before}{key}")
        for before in ("", "[].")
        for key in ("dependencyCount", "vulnerabilities[].upgradePath", "vulnerabilities[].nearestFixedInVersion")
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Snyk CLI",
    family=Family.REPORT,
    arrives="`snyk test --json`, `snyk container test --json`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="what a later report no longer shows",
    vendor_docs="https://docs.snyk.io/developer-tools/snyk-cli/commands/test",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run snyk test --json or snyk container test --json and post the report to /v1/scans/snyk-cli with the "
        "secret as bearer token. Name the repository in the header X-Suture-Resource, else the project's name is "
        "taken: what a later report of the same name and file no longer shows is resolved."
    ),
)
