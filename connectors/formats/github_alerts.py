"""GitHub's three kinds of security alert, as its webhooks tell them.

Shapes: GitHub docs, "Webhook events and payloads": dependabot_alert, code_scanning_alert, secret_scanning_alert,
secret_scanning_alert_location, and the retired repository_vulnerability_alert.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Severity, Status
from connectors.formats.github_places import is_public, resource_of, status_of, uid_of
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# GitHub's words for package managers -> OSV's words for ecosystems
ECOSYSTEMS = {
    "actions": "GitHub Actions",
    "composer": "Packagist",
    "erlang": "Hex",
    "go": "Go",
    "maven": "Maven",
    "npm": "npm",
    "nuget": "NuGet",
    "pip": "PyPI",
    "pub": "Pub",
    "rubygems": "RubyGems",
    "rust": "crates.io",
    "swift": "SwiftURL",
}
_NOT_A_LEAK = ("false_positive", "wont_fix", "used_in_tests", "pattern_deleted", "pattern_edited")


def dependabot(source: str, told: Wild) -> Iterator[Finding]:
    """A vulnerable dependency of a repository."""
    alert = told.at("alert")
    advisory, hit = alert.at("security_advisory"), alert.at("security_vulnerability")
    rule = advisory.need("ghsa_id")
    ids = sorted_ids((rule, advisory.text("cve_id"), *(one.text("value") for one in advisory.items("identifiers"))))
    vector, score = advisory.text("cvss", "vector_string"), advisory.number("cvss", "score") or None
    word = hit.text("severity") or advisory.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    manifest = alert.text("dependency", "manifest_path", limit=1_000)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(advisory.text("summary", limit=400) or rule),
        resource=resource_of(told, manifest),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=ids[0],
        source_uid=uid_of(told, "dependabot"),
        locator=(manifest,),
        summary=advisory.text("description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=_package(alert, hit),
        status=status_of(told),
        status_reason=alert.text("dismissed_reason"),
        first_seen=alert.time("created_at"),
        observed_at=alert.time("updated_at"),
        disclosed_at=advisory.time("published_at"),
        url=alert.url("html_url"),
        pointer=told.pointer(),
    )


def _package(alert: Wild, hit: Wild) -> Package | None:
    told = hit if hit.get("package") is not None else alert.at("dependency")
    name, ecosystem = told.text("package", "name"), told.text("package", "ecosystem").lower()
    if not name:
        return None
    fixed_in = hit.text("first_patched_version", "identifier")
    return Package(name=name, fixed_in=fixed_in, ecosystem=ECOSYSTEMS.get(ecosystem, ecosystem))


def repository_vulnerability(source: str, told: Wild) -> Iterator[Finding]:
    """The retired form of a Dependabot alert, which older GitHub Enterprise servers still send."""
    alert = told.at("alert")
    ids = sorted_ids((alert.text("ghsa_id"), alert.text("external_identifier")))
    if not ids:
        raise alert.bad("neither ghsa_id nor external_identifier is there")
    severity = from_word(alert.text("severity"))
    name = alert.need("affected_package_name")
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=alert.text("ghsa_id") or ids[0],
        title=one_line(f"{name} is hit by {ids[0]}"),
        resource=resource_of(told),
        severity=severity,
        severity_raw=alert.text("severity"),
        severity_from="source" if severity else "unknown",
        problem=ids[0],
        source_uid=uid_of(told, "dependabot"),
        vuln_ids=ids,
        package=Package(name=name, fixed_in=alert.text("fixed_in")),
        status=status_of(told),
        status_reason=alert.text("dismiss_reason"),
        first_seen=alert.time("created_at"),
        url=alert.url("external_reference"),
        pointer=told.pointer(),
    )


def code_scanning(source: str, told: Wild) -> Iterator[Finding]:
    """A weakness that a code scanner reported on a branch."""
    alert = told.at("alert")
    rule = alert.need("rule", "id")
    word = alert.text("rule", "security_severity_level") or alert.text("rule", "severity")
    severity = from_word(word)
    found = alert.at("most_recent_instance")
    if found.value is None:
        found = next(alert.items("instances"), Wild({}))
    path, line = found.text("location", "path", limit=1_000), found.whole("location", "start_line")
    status, reason = _code_status(told)
    uid = uid_of(told, "code-scanning")
    yield Finding(
        source=source,
        kind=Kind.CODE,
        rule_id=rule,
        rule_name=alert.text("rule", "name"),
        title=one_line(alert.text("rule", "description", limit=400) or rule),
        resource=resource_of(told, path, line),
        severity=severity,
        severity_raw=word,
        severity_from="rule" if severity else "unknown",
        problem=rule,
        source_uid=uid,
        locator=(path, uid.rpartition("/")[2]),
        summary=found.text("message", "text", limit=SUMMARY) or alert.text("rule", "full_description", limit=SUMMARY),
        status=status,
        status_reason=reason,
        first_seen=alert.time("created_at"),
        observed_at=alert.time("updated_at"),
        url=alert.url("html_url"),
        pointer=told.pointer(),
    )


def _code_status(told: Wild) -> tuple[Status, str]:
    """GitHub's docs: an alert outside the default branch has a null ``state`` until it is dismissed or fixed."""
    alert = told.get("alert")
    if isinstance(alert, dict) and alert.get("state", "") is None and status_of(told) is Status.OPEN:
        return Status.SUPPRESSED, "found only outside the default branch"
    return status_of(told), told.text("alert", "dismissed_reason")


def secret_scanning(source: str, told: Wild) -> Iterator[Finding]:
    """A credential in a repository. ``alert.secret`` is never read: no part of it may leave the stored delivery."""
    alert = told.at("alert")
    rule = alert.need("secret_type")
    resolution = alert.text("resolution").lower()
    status = Status.SUPPRESSED if resolution in _NOT_A_LEAK else status_of(told)
    resolved = bool(resolution) and status is Status.OPEN
    name = alert.text("secret_type_display_name") or rule
    uid = uid_of(told, "secret-scanning")
    place = told.at("location", "details")
    yield Finding(
        source=source,
        kind=Kind.SECRET,
        rule_id=rule,
        rule_name=name,
        title=one_line(f"{name} in {told.need('repository', 'full_name')}"),
        resource=resource_of(told, place.text("path", limit=1_000), place.whole("start_line")),
        severity=Severity.UNKNOWN,  # GitHub gives none; what counts is whether the secret works and who can read it
        problem=rule,
        source_uid=uid,
        locator=(rule, uid.rpartition("/")[2]),
        secret_active=alert.text("validity") == "active",
        publicly_leaked=alert.flag("publicly_leaked") or is_public(told),
        status=Status.RESOLVED if resolved else status,
        status_reason=resolution,
        first_seen=alert.time("created_at"),
        observed_at=alert.time("updated_at"),
        url=alert.url("html_url"),
        pointer=told.pointer(),
    )
