"""One issue or one security hotspot of SonarQube's read into a finding.

Shapes: the examples of SonarQube's web API, ``api/issues/search`` and ``api/hotspots/search``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.repositories import repository_name
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# The words of the standard mode and of the newer one; their definitions set critical beside high, major beside medium
_SEVERITIES: Mapping[str, Severity] = {
    "BLOCKER": Severity.CRITICAL,
    **dict.fromkeys(("CRITICAL", "HIGH"), Severity.HIGH),
    **dict.fromkeys(("MAJOR", "MEDIUM"), Severity.MEDIUM),
    **dict.fromkeys(("MINOR", "LOW"), Severity.LOW),
    "INFO": Severity.INFORMATIONAL,
}
_STATUSES: Mapping[str, Status] = {
    **dict.fromkeys(("OPEN", "CONFIRMED", "REOPENED", "TO_REVIEW"), Status.OPEN),
    **dict.fromkeys(("FIXED", "REMOVED", "CLOSED", "RESOLVED"), Status.RESOLVED),
    **dict.fromkeys(("ACCEPTED", "WONTFIX", "FALSE_POSITIVE", "FALSE-POSITIVE"), Status.SUPPRESSED),
    **dict.fromkeys(("SAFE", "ACKNOWLEDGED", "REVIEWED", "IN_SANDBOX"), Status.SUPPRESSED),
}
_NO_SECURITY = frozenset({"BUG", "CODE_SMELL"})


def issue(source: str, named: str, told: Wild) -> Iterator[Finding]:
    """One issue; a bug or a smell without an impact on security is passed over. Raises Unreadable."""
    impact = next((one for one in told.items("impacts") if one.text("softwareQuality") == "SECURITY"), None)
    if impact is None and told.text("type") in _NO_SECURITY:
        return
    rule = told.need("rule")
    word = impact.text("severity") if impact is not None else ""
    yield _finding(source, named, told, rule=rule, word=word or told.text("severity"))


def hotspot(source: str, named: str, told: Wild) -> Iterator[Finding]:
    """One hotspot: code that a person is to judge. SonarQube gives it a probability, and no severity."""
    rule = told.text("ruleKey") or told.need("securityCategory")
    yield _finding(source, named, told, rule=rule, confidence=told.text("vulnerabilityProbability"))


def _finding(source: str, named: str, told: Wild, *, rule: str, word: str = "", confidence: str = "") -> Finding:
    """Its key stays the same when the code moves, and across analyses."""
    key, project = told.need("key"), told.need("project")
    path = told.need("component", limit=1_000).removeprefix(f"{project}:")
    path = "" if path == project else path
    name = repository_name(named) or project
    severity = _SEVERITIES.get(word.upper(), Severity.UNKNOWN)
    status, reason = _status(told)
    return Finding(
        source=source,
        kind=Kind.SECRET if rule.startswith("secrets:") else Kind.CODE,
        rule_id=rule,
        title=one_line(told.text("message", limit=400) or rule),
        resource=Resource(
            id=name,
            type="repository" if named else "project",
            name=project,
            repository=name if named else "",
            path=path,
            line=told.whole("line"),
        ),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=key,
        locator=(path, key),
        summary=told.text("message", limit=SUMMARY),
        confidence=confidence,
        status=status,
        status_reason=reason,
        first_seen=told.time("creationDate"),
        observed_at=told.time("updateDate"),
        pointer=told.pointer(),
    )


def _status(told: Wild) -> tuple[Status, str]:
    """The resolution says more than the status, and ``issueStatus`` of newer servers says it all."""
    if told.text("pullRequest"):
        return Status.SUPPRESSED, "found only in a pull request"
    word = told.first("issueStatus", "simpleStatus", "resolution", "status").upper()
    if word not in _STATUSES:
        raise told.bad(f"expected one of {', '.join(_STATUSES)}", "status")
    status = _STATUSES[word]
    return status, "" if status is Status.OPEN else word.lower().replace("_", " ")
