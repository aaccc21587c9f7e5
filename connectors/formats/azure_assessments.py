"""Defender for Cloud's recommendations: what is assessed on a resource, and the vulnerabilities found below it.

Shapes: Azure REST API, Microsoft.Security ``assessments`` and ``subAssessments``, as continuous export sends them, and
the columns of the report that Defender for Cloud lets people download in CSV.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.azure_names import resource_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

COLUMNS = ("subscriptionId", "resourceId", "recommendationName", "recommendationDisplayName", "state")
_STATUSES = {
    "unhealthy": (Status.OPEN, ""),
    "healthy": (Status.PASSED, "healthy"),
    "notapplicable": (Status.UNCHECKED, "not assessed"),
}


def _status(told: Wild, word: str, why: str = "") -> tuple[Status, str]:
    """The status that a state's word means; ``why`` it is so, as Defender says. Raises Unreadable, naming the words.

    What somebody exempted is NotApplicable too, and says so in its cause."""
    status = _STATUSES.get(word.lower().replace(" ", ""))
    if status is not None and status[0] is Status.UNCHECKED and "exempt" in why.lower():
        return Status.SUPPRESSED, "exempted in Defender for Cloud"
    if status is None:
        raise told.bad("expected Unhealthy, Healthy or NotApplicable")
    return status


def _verdict(told: Wild) -> tuple[Status, str]:
    state = told.at("status")
    why = f"{state.text('cause')} {state.text('description', limit=SUMMARY)}"
    return _status(state, told.need("status", "code"), why)


def assessment(source: str, record: Wild) -> Iterator[Finding]:
    """One recommendation on one resource; it is known by its own key, not by its words."""
    told = record.at("properties")
    rule, about = record.need("name"), told.at("metadata")
    status, reason = _verdict(told)
    word = about.text("severity")
    severity, severity_from = told_or_scored(word, "", None)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule.lower(),
        rule_name=told.text("displayName"),
        title=one_line(told.text("displayName", limit=400) or about.text("displayName", limit=400) or rule),
        resource=_resource(record, told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule.lower(),
        summary=told.text("status", "description", limit=SUMMARY) or about.text("description", limit=SUMMARY),
        status=status,
        status_reason=reason,
        first_seen=told.time("status", "firstEvaluationDate"),
        observed_at=told.time("status", "statusChangeDate"),
        url=told.url("links", "azurePortal") or told.url("links", "azurePortalUri"),
        remediation_text=about.text("remediationDescription", limit=SUMMARY),
        pointer=record.pointer(),
    )


def sub_assessment(source: str, record: Wild) -> Iterator[Finding]:
    """One vulnerability, or one failed line of a benchmark, below a recommendation."""
    told = record.at("properties")
    more = told.at("additionalData")
    ids = sorted_ids(one.text("title") for one in more.items("cve"))
    rule = told.text("id") or record.need("name")
    word = told.text("status", "severity")
    severity, severity_from = told_or_scored(word, "", None)
    status, reason = _verdict(told)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if ids else Kind.COMPLIANCE,
        rule_id=rule,
        rule_name=told.text("displayName"),
        title=one_line(told.text("displayName", limit=400) or rule),
        resource=_resource(record, told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=ids[0] if ids else rule,
        source_uid=record.text("id", limit=1_000).lower(),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=ids,
        status=status,
        status_reason=reason,
        observed_at=told.time("timeGenerated"),
        disclosed_at=more.time("publishedTime"),
        remediation_text=told.text("remediation", limit=SUMMARY),
        pointer=record.pointer(),
    )


def listed(source: str, told: Wild) -> Iterator[Finding]:
    """One row of the download, by the recommendation's key (a column that is called its name) and the resource."""
    rule, word = told.need("recommendationName").lower(), told.text("severity")
    severity, severity_from = told_or_scored(word, "", None)
    status, reason = _status(told.at("state"), told.need("state"), told.text("notApplicableReason"))
    resource = resource_of(told.need("resourceId", limit=1_000))
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        rule_name=told.text("recommendationDisplayName"),
        title=one_line(told.text("recommendationDisplayName", limit=400) or rule),
        resource=replace(resource, name=told.text("resourceName") or resource.name),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=rule,
        summary=told.text("description", limit=SUMMARY),
        status=status,
        status_reason=told.text("notApplicableReason") or reason,
        first_seen=told.time("firstEvaluationDate"),
        observed_at=told.time("exportedTimestamp") or told.time("statusChangeDate"),
        url=told.url("azurePortalRecommendationLink"),
        remediation_text=told.text("remediationSteps", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _resource(record: Wild, told: Wild) -> Resource:
    """What was assessed: named, or what stands before the assessment in its own id."""
    named = told.text("resourceDetails", "id", limit=1_000) or told.text("resourceDetails", "Id", limit=1_000)
    if not named:
        before, found, _ = record.text("id", limit=1_000).lower().partition("/providers/microsoft.security/")
        named = before if found else ""
    if not named:
        raise Unreadable(told.pointer("resourceDetails", "id"), "the assessment names no resource")
    return resource_of(named)
