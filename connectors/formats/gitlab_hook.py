"""One vulnerability that came or changed read into a finding, as GitLab's webhook tells of it.

Shape: GitLab docs, "Webhook events", Vulnerability events.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Status
from connectors.formats.gitlab_places import package_of, project_of, resource_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import one_line
from connectors.wild import Wild

_STATES = {
    "detected": Status.OPEN,
    "confirmed": Status.OPEN,
    "resolved": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
}
_NAMED = frozenset({"cve", "ghsa", "usn", "rhsa", "elsa"})
_CLASSES = frozenset({"cwe", "owasp", "wasc", "capec"})  # sorts of weakness, which many rules share
_RUNNING = frozenset({"dast", "api_fuzzing", "coverage_fuzzing"})


def read_vulnerability(source: str, told: Wild) -> Iterator[Finding]:
    """The finding of its ``object_attributes``. Raises Unreadable."""
    repository, uid = project_of(told)
    location = told.at("location")
    rule, rule_name = _rule(told)
    ids = sorted_ids(
        one.text("external_id") for one in told.items("identifiers") if one.text("external_type").lower() in _NAMED
    )
    vector = next((text for one in told.items("cvss") if (text := one.text("vector"))), "")
    word = told.text("severity")
    severity, severity_from = told_or_scored(word, vector, None)
    status, reason = _status(told)
    package = package_of(location)
    yield Finding(
        source=source,
        kind=_kind(told, package),
        rule_id=rule,
        rule_name=rule_name,
        title=one_line(told.text("title", limit=400) or rule_name or rule),
        resource=resource_of(repository, location),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        source_uid=uid,
        locator=(location.first("file", "path", limit=1_000), uid),
        confidence=told.text("confidence"),
        vuln_ids=ids,
        cvss_vector=vector,
        package=package,
        status=status,
        status_reason=reason,
        first_seen=told.time("created_at"),
        observed_at=told.time("updated_at"),
        url=told.url("url"),
        pointer=told.pointer(),
    )


def _rule(told: Wild) -> tuple[str, str]:
    """The scanner's own name of what it looked for, else the vulnerability's, else the sort of weakness."""

    def rank(one: Wild) -> tuple[int, str, str]:
        kind = one.text("external_type").lower()
        return (2 if kind in _CLASSES else 1 if kind in _NAMED else 0, kind, one.text("external_id"))

    named = [one for one in told.items("identifiers") if one.text("external_id")]
    if not named:
        raise told.bad("this is needed and is missing or empty", "identifiers")
    best = min(named, key=rank)
    return best.need("external_id"), best.text("name")


def _kind(told: Wild, package: Package | None) -> Kind:
    report = told.text("report_type").lower()
    if report == "secret_detection":
        return Kind.SECRET
    return Kind.VULNERABILITY if package or report in _RUNNING else Kind.CODE


def _status(told: Wild) -> tuple[Status, str]:
    """What the default branch no longer shows is gone, save a secret: taking it out of the code does not revoke it."""
    word = told.need("state").lower()
    if word not in _STATES:
        raise told.bad(f"expected one of {', '.join(_STATES)}", "state")
    gone = told.flag("resolved_on_default_branch") and told.text("report_type") != "secret_detection"
    if _STATES[word] is Status.OPEN and gone:
        return Status.RESOLVED, "no longer found on the default branch"
    return _STATES[word], "" if _STATES[word] is Status.OPEN else f"{word} in GitLab"
