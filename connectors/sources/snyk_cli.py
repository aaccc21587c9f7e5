"""Reports of the Snyk CLI (``snyk test``, ``snyk container test``) in JSON, posted by a pipeline: one or a list."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Snapshot, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.one_or_many import documents
from connectors.formats.reports import JsonReport, Report
from connectors.formats.snyk_issues import read_issue
from connectors.formats.snyk_project import HEAD, Project, project_of
from connectors.quarantine import set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Unreadable, Wild

ID = "snyk-cli"
_LISTS = {"vulnerabilities[]": Status.OPEN, "filtered.ignore[]": Status.SUPPRESSED}


def _read(report: Report) -> Iterator[Record]:
    """An image's own packages come first; ``applications`` are the projects that were found inside it."""
    before, heads = documents(report, *HEAD)
    if not any(head.get("packageManager") or head.get("error") for head in heads.values()):
        raise UnknownShape("no report of snyk test --json or snyk container test --json: packageManager is not there")
    inside = report.heads(f"{before}applications[]", *HEAD)
    projects: dict[At, Project] = {}
    for place, head in (heads | inside).items():
        try:
            projects[place] = project_of(ID, report.named, head, projects.get(place[:-2]) if place in inside else None)
        except Unreadable as error:
            yield set_aside(error, head)
    for part, places in ((before, heads), (f"{before}applications[].", inside)):
        told = {place: project for place, project in projects.items() if place in places}
        yield from report.within(
            told, {f"{part}{listed}": partial(_issues, status) for listed, status in _LISTS.items()}
        )
    yield from (Snapshot(one.scope) for one in projects.values() if one.scope)


def _issues(status: Status, project: Project, told: Wild) -> Iterator[Finding]:
    """One issue. With ``--group-issues`` it is told once, and ``name`` lists the packages that have it."""
    if not isinstance(told.get("name"), list):
        yield from read_issue(ID, status, project, told)
        return
    for name in dict.fromkeys(told.texts("name")):
        yield from read_issue(ID, status, project, Wild({**told.value, "name": name}, told.pointer()))


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
