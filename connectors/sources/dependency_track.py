"""Dependency-Track: its notifications by webhook, and the findings that it exports of a project."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Snapshot, Status
from connectors.contract.source import Beginning, Family, Headers, Source
from connectors.formats.dependency_track import scope_of, status_of, violating, vulnerable
from connectors.formats.reports import JsonReport, Report
from connectors.quarantine import each
from connectors.signing import bearer, path_token, static_header
from connectors.wild import Wild

ID = "dependency-track"
_OPEN = (Status.OPEN, "")
_GONE = (Status.RESOLVED, "retracted: Dependency-Track no longer finds it")
_TEST, _TEST_UNTIL_4 = "[TEST] ", "Rule configuration test"  # the title's start; the content
# Groups that tell of no finding
# fmt: off
_OTHER = frozenset({
    "ANALYZER", "BOM_CONSUMED", "BOM_PROCESSED", "BOM_PROCESSING_FAILED", "BOM_VALIDATION_FAILED", "CONFIGURATION",
    "DATASOURCE_MIRRORING", "FILE_SYSTEM", "INDEXING_SERVICE", "INTEGRATION", "PROJECT_CREATED",
    "PROJECT_VULN_ANALYSIS_COMPLETE", "REPOSITORY", "USER_CREATED", "USER_DELETED", "VEX_CONSUMED", "VEX_PROCESSED",
})
# fmt: on


def _read(report: Report) -> Iterator[Record]:
    head = report.head("meta.application", "meta.timestamp", "project")
    if "notification" in head.value:
        yield from report.each("notification", _notification)
    elif "findings" in head.value and head.text("meta", "application") == "Dependency-Track":
        yield from _exported(report, head)
    else:
        raise UnknownShape("neither a notification of Dependency-Track's nor the findings it exports")


def _exported(report: Report, head: Wild) -> Iterator[Record]:
    project, at = head.at("project"), head.time("meta", "timestamp")

    def read(told: Wild) -> Iterator[Finding]:
        status = status_of(told.at("analysis"))
        return vulnerable(ID, project, told.at("component"), told.at("vulnerability"), status, at)

    yield from report.each("findings[]", read)
    if scope := scope_of(ID, project):
        yield Snapshot(scope, at)


def _notification(told: Wild) -> Iterator[Record]:
    """Spelt as version 5 has it (``GROUP_…``) or those before. The test of an alert looks like any other."""
    sample = told.text("title").startswith(_TEST) or told.text("content") == _TEST_UNTIL_4
    for record in _told(told):
        if sample and isinstance(record, Finding):
            record = replace(record, status=Status.SAMPLE, status_reason="Dependency-Track's own test")
        yield record


def _told(told: Wild) -> Iterator[Record]:
    group = told.need("group").removeprefix("GROUP_")
    subject, at = told.at("subject"), told.time("timestamp")
    if group in _OTHER:
        return iter(())
    if group == "POLICY_VIOLATION":
        return violating(ID, subject, _OPEN, at)
    if group in {"PROJECT_AUDIT_CHANGE", "GLOBAL_AUDIT_CHANGE"}:
        return _audited(subject, at)
    if group in {"NEW_VULNERABILITY", "NEW_VULNERABLE_DEPENDENCY", "VULNERABILITY_RETRACTED"}:
        return iter(tuple(_each_of(subject, _GONE if group == "VULNERABILITY_RETRACTED" else _OPEN, at)))
    raise told.bad(
        "a group nobody knows; choose those of vulnerabilities, audit changes and policy violations", "group"
    )


def _audited(subject: Wild, at: datetime | None) -> Iterator[Record]:
    if subject.get("policyViolation") is not None:
        analysis = "violationAnalysis" if subject.get("violationAnalysis") is not None else "analysis"
        return violating(ID, subject, status_of(subject.at(analysis)), at)
    return _each_of(subject, status_of(subject.at("analysis")), at)


def _each_of(subject: Wild, status: tuple[Status, str], at: datetime | None) -> Iterator[Record]:
    """Every vulnerability told, in every project told: there is one of the one or one of the other."""
    component = subject.at("component")
    told = list(subject.items("vulnerabilities")) or [subject.at("vulnerability")]
    projects = list(subject.items("affectedProjects")) or [subject.at("project")]

    def read(project: Wild, one: Wild) -> Iterable[Record]:
        return vulnerable(ID, project, component, one, status, at)

    for project in projects:
        yield from each(told, partial(read, project))


def _delivery(headers: Headers, body: Any) -> str:
    told = body.get("notification") if isinstance(body, dict) else None
    named = told.get("id") if isinstance(told, dict) else None
    return named if isinstance(named, str) else ""


def _recognise(start: Beginning) -> bool:
    is_notification = start.has("notification.group", "notification.level", "notification.scope")
    return is_notification or start.texts.get("meta.application") == "Dependency-Track"


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Dependency-Track",
    family=Family.CODE,
    arrives="new vulnerabilities, audit changes, policy violations; its Finding Packaging Format",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="retracted, resolved, or no longer in a later export",
    vendor_docs="https://docs.dependencytrack.org/integrations/notifications/",
    verifiers=(bearer(), static_header("x-api-key"), path_token()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    delivery_id=_delivery,
    headers=REPORT.headers,
    docs=(
        "Under Administration, Notifications, Alerts, create an alert with the publisher Outbound Webhook for the "
        "groups NEW_VULNERABILITY, NEW_VULNERABLE_DEPENDENCY, VULNERABILITY_RETRACTED, PROJECT_AUDIT_CHANGE and "
        "POLICY_VIOLATION. The secret is its token, in the header X-Api-Key (version 4.11 and later), or its auth "
        "header Authorization with Bearer before the secret (version 5); before those append /<secret> to this address."
    ),
)
