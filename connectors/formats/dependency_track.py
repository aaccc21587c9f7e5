"""Dependency-Track's projects, components, vulnerabilities and policy violations read into findings.

Shapes: Dependency-Track docs, "Notifications" and "File Formats" (Finding Packaging Format).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Package, Record, Resource, Severity, Snapshot, Status
from connectors.formats.packages import package_from
from connectors.formats.reports import Report
from connectors.formats.repositories import repository_name
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import is_vulnerability_id, problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_STATES = {  # of an analysis; APPROVED and REJECTED are those of policy violations
    **dict.fromkeys(("", "NOT_SET", "IN_TRIAGE", "EXPLOITABLE", "REJECTED"), Status.OPEN),
    **dict.fromkeys(("NOT_AFFECTED", "FALSE_POSITIVE", "APPROVED"), Status.SUPPRESSED),
    "RESOLVED": Status.RESOLVED,
}
_VECTORS = ("cvssV4Vector", "cvssV3Vector", "cvssV2Vector")
_SCORES = ("cvssV4", "cvssv4", "cvssV3", "cvssv3", "cvssV3BaseScore", "cvssV2", "cvssv2", "cvssV2BaseScore")


def vulnerable(
    source: str, project: Wild, component: Wild, told: Wild, status: tuple[Status, str], at: datetime | None
) -> Iterator[Finding]:
    """One vulnerability of one component of one version of a project. Raises Unreadable."""
    rule = told.need("vulnId")
    aliases = (one.text(key) for one in told.items("aliases") for key in ("id", "vulnId", "cveId", "ghsaId"))
    ids = sorted_ids(one for one in (rule, *aliases) if is_vulnerability_id(one))
    vector = told.first(*_VECTORS)
    score = next((found for key in _SCORES if (found := told.number(key)) is not None), None)
    word = told.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    package = package_of(component)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{told.text('title', limit=400) or rule} in {package.name}"),
        resource=project_of(project),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        locator=(project.text("version"),),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=package,
        status=status[0],
        status_reason=status[1],
        observed_at=at,
        remediation_text=told.text("recommendation", limit=SUMMARY),
        scope=scope_of(source, project),
        pointer=told.pointer(),
    )


def exported(source: str, report: Report, head: Wild) -> Iterator[Record]:
    """All findings of a project, as it is exported; ``head`` is what stands above them. Raises Unreadable."""
    project, at = head.at("project"), head.time("meta", "timestamp")

    def read(told: Wild) -> Iterator[Finding]:
        status = status_of(told.at("analysis"))
        return vulnerable(source, project, told.at("component"), told.at("vulnerability"), status, at)

    yield from report.each("findings[]", read)
    if scope := scope_of(source, project):
        yield Snapshot(scope, at)


def violating(source: str, subject: Wild, status: tuple[Status, str], at: datetime | None) -> Iterator[Finding]:
    """One violation of a policy. Its policy says what it is (FAIL, WARN), which is no severity. Raises Unreadable."""
    told, project = subject.at("policyViolation"), subject.at("project")
    condition = told.at("condition" if told.get("condition") is not None else "policyCondition")
    policy, package = condition.need("policy", "name"), package_of(subject.at("component"))
    sort = told.text("type").lower()
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=condition.need("uuid"),
        rule_name=policy,
        title=one_line(f"{package.name} violates the policy {policy}"),
        resource=project_of(project),
        severity=Severity.UNKNOWN,
        severity_raw=condition.text("policy", "violationState"),
        problem=policy,
        locator=(project.text("version"),),
        summary=one_line(f"{sort} policy: {condition.text('subject')} {condition.text('operator')}", SUMMARY),
        package=package,
        status=status[0],
        status_reason=status[1],
        first_seen=told.time("timestamp"),
        observed_at=at,
        pointer=told.pointer(),
    )


def status_of(analysis: Wild) -> tuple[Status, str]:
    """What people decided in Dependency-Track. Raises Unreadable on a word nobody knows."""
    word = analysis.text("state").upper()
    if word not in _STATES:
        raise analysis.bad(f"expected one of {', '.join(one for one in _STATES if one)}", "state")
    if analysis.flag("suppressed") or analysis.flag("isSuppressed"):
        return Status.SUPPRESSED, f"suppressed in Dependency-Track: {word or 'NOT_SET'}"
    return _STATES[word], "" if _STATES[word] is Status.OPEN else f"{word} in Dependency-Track"


def project_of(project: Wild) -> Resource:
    """A project by its name: its versions are one owner's."""
    name = repository_name(project.need("name"))
    return Resource(id=name, type="project", name=project.need("name"))


def scope_of(source: str, project: Wild) -> str:
    """All findings of one project, which is one version of it."""
    return f"{source} {uuid}" if (uuid := project.text("uuid")) else ""


def package_of(component: Wild) -> Package:
    group, name = component.text("group"), component.need("name")
    full = f"{group}/{name}" if group else name
    return package_from(component.text("purl", limit=1_000), name=full, installed=component.text("version"))
