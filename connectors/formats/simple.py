"""Our own simple shape of a finding, for whoever can post JSON and choose its keys."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

FIELDS = (
    *(
        "title",
        "rule",
        "severity",
        "kind",
        "problem",
        "status",
        "status_reason",
        "summary",
        "uid",
        "cve",
        "cvss_vector",
    ),
    *(
        "cvss_score",
        "package",
        "installed",
        "fixed_in",
        "purl",
        "port",
        "protocol",
        "world_open",
        "confidence",
        "actor",
    ),
    *("first_seen", "last_seen", "observed_at", "disclosed_at", "url", "remediation", "remediation_url"),
    *("resource.id", "resource.type", "resource.name", "resource.provider", "resource.account", "resource.region"),
    *("resource.cluster", "resource.namespace", "resource.repository", "resource.path", "resource.ip", "resource.line"),
)
_STATUSES = {
    **dict.fromkeys(("", "open", "active", "new", "failed", "fail", "firing", "reopened"), Status.OPEN),
    **dict.fromkeys(("resolved", "fixed", "closed", "inactive", "remediated"), Status.RESOLVED),
    **dict.fromkeys(("passed", "pass", "ok"), Status.PASSED),
    **dict.fromkeys(("suppressed", "ignored", "dismissed", "muted", "false_positive"), Status.SUPPRESSED),
    **dict.fromkeys(("archived",), Status.ARCHIVED),
    **dict.fromkeys(("not_checked", "unchecked", "not_reviewed", "skipped", "manual"), Status.UNCHECKED),
    **dict.fromkeys(("sample", "test"), Status.SAMPLE),
}
_KINDS = frozenset(kind.value for kind in Kind)


def simple_records(body: Wild) -> Iterator[Wild]:
    """The findings of one object, of a list of them, or of ``{"findings": [...]}``. Raises UnknownShape."""
    if isinstance(body.value, list):
        return body.items()
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("findings"), list):
        return body.items("findings")
    if "title" in held:
        return iter([body])
    raise UnknownShape("the data is not in our own shape (a title, a rule, a resource), and no mapping is configured")


def read_simple(source: str, told: Wild) -> Iterator[Finding]:
    """One finding in our own shape. Raises Unreadable."""
    resource = _resource(told)
    ids = sorted_ids(_one_or_more(told, "cve"))
    rule = told.text("rule") or (ids[0] if ids else told.need("rule"))
    severity_raw = told.text("severity", limit=60)
    severity, severity_from = told_or_scored(severity_raw, told.text("cvss_vector"), told.number("cvss_score"))
    unread = severity_raw and severity_from != "source"
    yield Finding(
        source=source,
        kind=_kind(told, bool(ids)),
        rule_id=rule,
        title=one_line(told.need("title", limit=400)),
        resource=resource,
        severity=severity,
        severity_raw=severity_raw,
        severity_from=severity_from,
        problem=told.text("problem") or (ids[0] if ids else rule),
        source_uid=told.text("uid"),
        locator=(resource.path,) if resource.path else (),
        summary=told.text("summary", limit=SUMMARY),
        confidence=told.text("confidence"),
        vuln_ids=ids,
        cvss_vector=told.text("cvss_vector"),
        cvss_score=told.number("cvss_score"),
        package=_package(told),
        actor=told.text("actor"),
        world_open=told.flag("world_open"),
        status=_status(told),
        status_reason=told.text("status_reason"),
        first_seen=told.time("first_seen"),
        last_seen=told.time("last_seen"),
        observed_at=told.time("observed_at"),
        disclosed_at=told.time("disclosed_at"),
        url=told.url("url"),
        remediation_url=told.url("remediation_url"),
        remediation_text=told.text("remediation", limit=SUMMARY),
        port=_port(told),
        protocol=told.text("protocol"),
        pointer=told.pointer(),
        warnings=(f"nobody knows the severity {severity_raw!r}; use low, medium, high or critical",) if unread else (),
    )


def _one_or_more(told: Wild, key: str) -> tuple[str, ...]:
    return told.texts(key) if isinstance(told.get(key), list) else (told.text(key),)


def _resource(told: Wild) -> Resource:
    """The resource as an object, or only its id as a text."""
    if isinstance(told.get("resource"), str):
        return Resource(id=told.need("resource", limit=1_000))
    place = told.at("resource")
    return Resource(
        id=place.need("id", limit=1_000),
        type=place.text("type"),
        name=place.text("name"),
        provider=place.text("provider"),
        account=place.text("account"),
        region=place.text("region"),
        cluster=place.text("cluster"),
        namespace=place.text("namespace"),
        repository=place.text("repository"),
        path=place.text("path", limit=1_000),
        line=place.whole("line"),
        ip=place.text("ip"),
        tags=place.pairs("tags"),
    )


def _kind(told: Wild, has_vulnerability: bool) -> Kind:
    word = told.text("kind").lower()
    if not word:
        return Kind.VULNERABILITY if has_vulnerability else Kind.DETECTION
    if word not in _KINDS:
        raise told.bad(f"expected one of {', '.join(Kind)}", "kind")
    return Kind(word)


def _status(told: Wild) -> Status:
    status = _STATUSES.get(told.text("status").lower().replace(" ", "_"))
    if status is None:
        raise told.bad(f"expected one of {', '.join(word for word in _STATUSES if word)}", "status")
    return status


def _package(told: Wild) -> Package | None:
    if not told.text("package"):
        return None
    return Package(
        name=told.text("package"),
        installed=told.text("installed"),
        fixed_in=told.text("fixed_in"),
        purl=told.text("purl", limit=1_000),
    )


def _port(told: Wild) -> int | None:
    port = told.whole("port")
    if port is not None and not 0 < port < 65_536:
        raise told.bad("expected a port from 1 to 65535", "port")
    return port
