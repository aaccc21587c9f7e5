"""GitHub's three kinds of security alert, as its webhooks tell them.

Shapes: GitHub docs, "Webhook events and payloads": dependabot_alert, code_scanning_alert, secret_scanning_alert,
secret_scanning_alert_location, and the retired repository_vulnerability_alert.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Resource, Severity, Status
from connectors.formats.repositories import repository_name
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# GitHub's words for package managers -> OSV's words for ecosystems
_ECOSYSTEMS = {
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
_STATES = {
    "open": Status.OPEN,
    "fixed": Status.RESOLVED,
    "resolved": Status.RESOLVED,
    "closed": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
    "auto_dismissed": Status.SUPPRESSED,
}
_ACTIONS = {
    "fixed": Status.RESOLVED,
    "resolve": Status.RESOLVED,
    "resolved": Status.RESOLVED,
    "dismiss": Status.SUPPRESSED,
    "dismissed": Status.SUPPRESSED,
    "auto_dismissed": Status.SUPPRESSED,
    "closed_by_user": Status.SUPPRESSED,
}
_NOT_A_LEAK = ("false_positive", "wont_fix", "used_in_tests", "pattern_deleted", "pattern_edited")


def _status(told: Wild) -> Status:
    """The alert's own state; where the payload tells none (older ones), what the action did."""
    state = told.text("alert", "state").lower()
    if not state:
        return _ACTIONS.get(told.text("action").lower(), Status.OPEN)
    if state not in _STATES:
        raise told.bad(f"expected one of {', '.join(_STATES)}", "alert", "state")
    return _STATES[state]


def _uid(told: Wild, kind: str) -> str:
    """The alert's number counts within its repository and kind."""
    number = told.whole("alert", "number")
    if number is None:
        raise told.bad("this is needed and is missing or empty", "alert", "number")
    return f"{told.need('repository', 'id')}/{kind}/{number}"


def _resource(told: Wild, path: str = "", line: int | None = None) -> Resource:
    full_name = told.need("repository", "full_name")
    name = repository_name(told.text("repository", "html_url") or f"github.com/{full_name}")
    owner = told.text("repository", "owner", "login") or full_name.partition("/")[0]
    return Resource(
        id=name,
        type="repository",
        name=full_name,
        provider="github",
        account=owner,
        repository=name,
        path=path,
        line=line,
    )


def _is_public(told: Wild) -> bool:
    if visibility := told.text("repository", "visibility"):
        return visibility == "public"
    return told.get("repository", "private") is not None and not told.flag("repository", "private")


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
        resource=_resource(told, manifest),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=ids[0],
        source_uid=_uid(told, "dependabot"),
        locator=(manifest,),
        summary=advisory.text("description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=_package(alert, hit),
        status=_status(told),
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
    return Package(name=name, fixed_in=fixed_in, ecosystem=_ECOSYSTEMS.get(ecosystem, ecosystem))


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
        resource=_resource(told),
        severity=severity,
        severity_raw=alert.text("severity"),
        severity_from="source" if severity else "unknown",
        problem=ids[0],
        source_uid=_uid(told, "dependabot"),
        vuln_ids=ids,
        package=Package(name=name, fixed_in=alert.text("fixed_in")),
        status=_status(told),
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
    uid = _uid(told, "code-scanning")
    yield Finding(
        source=source,
        kind=Kind.CODE,
        rule_id=rule,
        rule_name=alert.text("rule", "name"),
        title=one_line(alert.text("rule", "description", limit=400) or rule),
        resource=_resource(told, path, line),
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
    if isinstance(alert, dict) and alert.get("state", "") is None and _status(told) is Status.OPEN:
        return Status.SUPPRESSED, "found only outside the default branch"
    return _status(told), told.text("alert", "dismissed_reason")


def secret_scanning(source: str, told: Wild) -> Iterator[Finding]:
    """A credential in a repository. ``alert.secret`` is never read: no part of it may leave the stored delivery."""
    alert = told.at("alert")
    rule = alert.need("secret_type")
    resolution = alert.text("resolution").lower()
    status = Status.SUPPRESSED if resolution in _NOT_A_LEAK else _status(told)
    resolved = bool(resolution) and status is Status.OPEN
    name = alert.text("secret_type_display_name") or rule
    uid = _uid(told, "secret-scanning")
    place = told.at("location", "details")
    yield Finding(
        source=source,
        kind=Kind.SECRET,
        rule_id=rule,
        rule_name=name,
        title=one_line(f"{name} in {told.need('repository', 'full_name')}"),
        resource=_resource(told, place.text("path", limit=1_000), place.whole("start_line")),
        severity=Severity.UNKNOWN,  # GitHub gives none; what counts is whether the secret works and who can read it
        problem=rule,
        source_uid=uid,
        locator=(rule, uid.rpartition("/")[2]),
        secret_active=alert.text("validity") == "active",
        publicly_leaked=alert.flag("publicly_leaked") or _is_public(told),
        status=Status.RESOLVED if resolved else status,
        status_reason=resolution,
        first_seen=alert.time("created_at"),
        observed_at=alert.time("updated_at"),
        url=alert.url("html_url"),
        pointer=told.pointer(),
    )
