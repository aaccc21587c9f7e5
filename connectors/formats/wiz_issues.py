"""Issues of Wiz, as its webhook sends them and as its report lists them in CSV: the same ones, under the same ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

COLUMNS = ("Issue ID", "Control ID", "Status", "Title", "Severity", "Resource external ID", "Resource Name")
_STATUSES: Mapping[str, Status] = {
    "OPEN": Status.OPEN,
    "IN_PROGRESS": Status.OPEN,
    "RESOLVED": Status.RESOLVED,
    "REJECTED": Status.SUPPRESSED,
    "IGNORED": Status.SUPPRESSED,  # what "rejected" was called before
}


def posted(source: str, told: Wild) -> Iterator[Finding]:
    """One issue of the webhook's default body. Raises Unreadable."""
    issue, control, place = told.at("issue"), told.at("control"), told.at("resource")
    rule, word = control.need("id"), issue.text("severity")
    severity, status = from_word(word), _status(issue, "status")
    yield Finding(
        source=source,
        kind=_kind(rule),
        rule_id=rule,
        title=one_line(control.text("name", limit=400) or rule),
        resource=_resource(
            place,
            key="id",
            name="name",
            kind="type",
            platform="cloudPlatform",
            account="subscriptionId",
            region="region",
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=issue.need("id"),
        summary=control.text("description", limit=SUMMARY),
        status=status,
        status_reason="" if status is Status.OPEN else f"{_state(issue, 'status').lower()} in Wiz",
        first_seen=issue.time("created"),
        url=issue.url("url"),
        remediation_text=control.text("resolutionRecommendation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def listed(source: str, told: Wild) -> Iterator[Finding]:
    """One row of the report. Raises Unreadable."""
    rule, word = told.need("Control ID"), told.text("Severity")
    severity, status = from_word(word), _status(told, "Status")
    reason = told.text("Resolution") or _state(told, "Status")
    yield Finding(
        source=source,
        kind=_kind(rule),
        rule_id=rule,
        title=one_line(told.text("Title", limit=400) or rule),
        resource=_resource(
            told,
            key="Resource external ID",
            name="Resource Name",
            kind="Resource Type",
            platform="Resource Platform",
            account="Subscription ID",
            region="Resource Region",
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=told.need("Issue ID"),
        summary=told.text("Description", limit=SUMMARY),
        status=status,
        status_reason="" if status is Status.OPEN else f"{reason.lower()} in Wiz",
        first_seen=told.time("Created At"),
        url=told.url("Wiz URL"),
        remediation_text=told.text("Remediation Recommendation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _kind(rule: str) -> Kind:
    """Rules on cloud events detect; controls look at how things are set up."""
    return Kind.DETECTION if rule.startswith("cer-") else Kind.COMPLIANCE


def _state(told: Wild, key: str) -> str:
    return told.need(key).upper().replace(" ", "_")


def _status(told: Wild, key: str) -> Status:
    if _state(told, key) not in _STATUSES:
        raise told.bad("expected open, in progress, resolved, rejected or ignored", key)
    return _STATUSES[_state(told, key)]


def _resource(told: Wild, *, key: str, name: str, kind: str, platform: str, account: str, region: str) -> Resource:
    """By the provider's own id; where Wiz leaves that empty, by name within the subscription."""
    called, owner, sort = told.text(name), told.text(account), told.text(kind)
    within = "/".join(part for part in (owner, sort, called) if part and called)
    identity = told.text(key, limit=1_000) or within or told.need(name)
    return Resource(
        id=identity,
        type=sort,
        name=called or identity,
        provider=told.text(platform).lower(),
        account=owner,
        region=told.text(region),
    )
