"""Our own simple shape of a finding, for whoever can post JSON and choose its keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

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
    resource, found = _resource(told), _filled(told, _OWN)
    ids = found.get("vuln_ids", ())
    rule = found.pop("rule_id", "") or (ids[0] if ids else told.need("rule"))
    severity_raw = found.get("severity_raw", "")
    severity, severity_from = told_or_scored(severity_raw, found.get("cvss_vector", ""), found.get("cvss_score"))
    unread = severity_raw and severity_from != "source"
    yield Finding(
        source=source,
        kind=found.pop("kind", None) or (Kind.VULNERABILITY if ids else Kind.DETECTION),
        rule_id=rule,
        title=one_line(found.pop("title", "") or told.need("title")),
        resource=resource,
        severity=severity,
        severity_from=severity_from,
        problem=found.pop("problem", "") or (ids[0] if ids else rule),
        locator=(resource.path,) if resource.path else (),
        pointer=told.pointer(),
        warnings=(f"nobody knows the severity {severity_raw!r}; use low, medium, high or critical",) if unread else (),
        **found,
    )


_Fields = Mapping[str, tuple[str, Callable[[Wild, str], Any]]]  # the sender's key -> our name, and how it is read


def _filled(told: Wild, fields: _Fields) -> dict[str, Any]:
    """The fields that are there, by our names: of forty a sender fills a dozen, and only these are looked at."""
    there = told.value if isinstance(told.value, dict) else {}
    return {field[0]: field[1](told, key) for key in there if (field := fields.get(key))}


def _resource(told: Wild) -> Resource:
    """The resource as an object, or only its id as a text."""
    if isinstance(told.get("resource"), str):
        return Resource(id=told.need("resource", limit=1_000))
    place = told.at("resource")
    return Resource(id=place.need("id", limit=1_000), **_filled(place, _PLACE))


def _ids(told: Wild, key: str) -> tuple[str, ...]:
    """One or more."""
    return sorted_ids(told.texts(key) if isinstance(told.get(key), list) else (told.text(key),))


def _kind(told: Wild, key: str) -> Kind | None:
    word = told.text(key).lower()
    if word and word not in _KINDS:
        raise told.bad(f"expected one of {', '.join(Kind)}", key)
    return Kind(word) if word else None


def _status(told: Wild, key: str) -> Status:
    status = _STATUSES.get(told.text(key).lower().replace(" ", "_"))
    if status is None:
        raise told.bad(f"expected one of {', '.join(word for word in _STATUSES if word)}", key)
    return status


def _package(told: Wild, key: str) -> Package | None:
    if not told.text(key):
        return None
    return Package(
        name=told.text(key),
        installed=told.text("installed"),
        fixed_in=told.text("fixed_in"),
        purl=told.text("purl", limit=1_000),
    )


def _port(told: Wild, key: str) -> int | None:
    port = told.whole(key)
    if port is not None and not 0 < port < 65_536:
        raise told.bad("expected a port from 1 to 65535", key)
    return port


_summary = partial(Wild.text, limit=SUMMARY)
_OWN: _Fields = {
    "title": ("title", partial(Wild.text, limit=400)),
    "rule": ("rule_id", Wild.text),
    "severity": ("severity_raw", partial(Wild.text, limit=60)),
    "kind": ("kind", _kind),
    "problem": ("problem", Wild.text),
    "status": ("status", _status),
    "status_reason": ("status_reason", Wild.text),
    "summary": ("summary", _summary),
    "uid": ("source_uid", Wild.text),
    "cve": ("vuln_ids", _ids),
    "cvss_vector": ("cvss_vector", Wild.text),
    "cvss_score": ("cvss_score", Wild.number),
    "package": ("package", _package),
    "port": ("port", _port),
    "protocol": ("protocol", Wild.text),
    "world_open": ("world_open", Wild.flag),
    "confidence": ("confidence", Wild.text),
    "actor": ("actor", Wild.text),
    "first_seen": ("first_seen", Wild.time),
    "last_seen": ("last_seen", Wild.time),
    "observed_at": ("observed_at", Wild.time),
    "disclosed_at": ("disclosed_at", Wild.time),
    "url": ("url", Wild.url),
    "remediation": ("remediation_text", _summary),
    "remediation_url": ("remediation_url", Wild.url),
}
_PLACE: _Fields = {
    **{key: (key, Wild.text) for key in ("type", "name", "provider", "account", "region", "cluster", "namespace")},
    "repository": ("repository", Wild.text),
    "path": ("path", partial(Wild.text, limit=1_000)),
    "line": ("line", Wild.whole),
    "ip": ("ip", Wild.text),
    "tags": ("tags", Wild.pairs),
}
_PLACE_KEYS = tuple(f"resource.{key}" for key in _PLACE if key != "tags")
FIELDS = (*_OWN, "installed", "fixed_in", "purl", "resource.id", *_PLACE_KEYS)
