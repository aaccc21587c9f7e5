"""What Dependency-Track's webhook tells, group by group: vulnerabilities, audit changes, violations of policies.

Shape: https://docs.dependencytrack.org/integrations/notifications/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Record, Status
from connectors.formats.dependency_track import status_of, violating, vulnerable
from connectors.quarantine import each
from connectors.wild import Wild

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


def posted(source: str, told: Wild) -> Iterator[Record]:
    """What one group tells, spelt as version 5 has it (``GROUP_…``) or those before. Raises Unreadable.

    The test of an alert looks like any other, and is a sample.
    """
    sample = told.text("title").startswith(_TEST) or told.text("content") == _TEST_UNTIL_4
    for record in _of_group(source, told):
        if sample and isinstance(record, Finding):
            record = replace(record, status=Status.SAMPLE, status_reason="Dependency-Track's own test")
        yield record


def _of_group(source: str, told: Wild) -> Iterator[Record]:
    group = told.need("group").removeprefix("GROUP_")
    subject, at = told.at("subject"), told.time("timestamp")
    if group in _OTHER:
        return iter(())
    if group == "POLICY_VIOLATION":
        return violating(source, subject, _OPEN, at)
    if group in {"PROJECT_AUDIT_CHANGE", "GLOBAL_AUDIT_CHANGE"}:
        return _audited(source, subject, at)
    if group in {"NEW_VULNERABILITY", "NEW_VULNERABLE_DEPENDENCY", "VULNERABILITY_RETRACTED"}:
        return iter(tuple(_each_of(source, subject, _GONE if group == "VULNERABILITY_RETRACTED" else _OPEN, at)))
    raise told.bad(
        "a group nobody knows; choose those of vulnerabilities, audit changes and policy violations", "group"
    )


def _audited(source: str, subject: Wild, at: datetime | None) -> Iterator[Record]:
    if subject.get("policyViolation") is not None:
        analysis = "violationAnalysis" if subject.get("violationAnalysis") is not None else "analysis"
        return violating(source, subject, status_of(subject.at(analysis)), at)
    return _each_of(source, subject, status_of(subject.at("analysis")), at)


def _each_of(source: str, subject: Wild, status: tuple[Status, str], at: datetime | None) -> Iterator[Record]:
    """Every vulnerability told, in every project told: there is one of the one or one of the other."""
    component = subject.at("component")
    told = list(subject.items("vulnerabilities")) or [subject.at("vulnerability")]
    projects = list(subject.items("affectedProjects")) or [subject.at("project")]

    def read(project: Wild, one: Wild) -> Iterable[Record]:
        return vulnerable(source, project, component, one, status, at)

    for project in projects:
        yield from each(told, partial(read, project))
