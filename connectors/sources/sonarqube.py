"""SonarQube's issues and security hotspots, as its web API exports them, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.sonar_issues import hotspot, issue
from connectors.signing import bearer, standard_webhooks

ID = "sonarqube"


def _read(report: Report) -> Iterator[Record]:
    """No snapshot: an export is one page of what a query asked for. Its issues say themselves that they are fixed."""
    keys = report.head().value
    if not {"issues", "hotspots"} & set(keys):
        raise UnknownShape("no export of api/issues/search or api/hotspots/search: neither of their lists is there")
    readers = {"issues[]": partial(issue, ID, report.named), "hotspots[]": partial(hotspot, ID, report.named)}
    yield from report.every(readers)


def _recognise(start: Beginning) -> bool:
    issues = start.has("issues[].rule", "issues[].component", "issues[].project")
    return issues or start.has("hotspots[].securityCategory", "hotspots[].component")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="SonarQube",
    family=Family.REPORT,
    arrives="exports of `api/issues/search` and `api/hotspots/search`",
    kinds=(Kind.CODE, Kind.SECRET),
    says_gone="`issueStatus`, `resolution`, `CLOSED`",
    vendor_docs="https://docs.sonarsource.com/sonarqube-server/user-guide/issues/solution-overview",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "After an analysis fetch api/issues/search (types=VULNERABILITY) and api/hotspots/search page by page and "
        "post each page to /v1/scans/sonarqube with the secret as bearer token; name the repository in the header "
        "X-Suture-Resource, else the project's key is taken. SonarQube's webhooks tell of quality gates only and "
        "cannot be used."
    ),
)
