"""Alerts of Orca Security, as receivers of its webhook have published them: Orca documents them to customers only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Package, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_WORDS: Mapping[str, Severity] = {  # Orca's older words, beside which newer alerts have ``risk_level``
    "compromised": Severity.CRITICAL,
    "imminent compromise": Severity.HIGH,
    "hazardous": Severity.MEDIUM,
    "informational": Severity.LOW,
}
_STATUSES: Mapping[str, Status] = {
    "open": Status.OPEN,
    "in_progress": Status.OPEN,
    "closed": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
    "snoozed": Status.SUPPRESSED,
}
_DETECTIONS = frozenset({"malware", "malicious activity", "suspicious activity"})
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d{1,9})")
_PACKAGE = re.compile(r"(?P<name>.+)-(?P<version>v?\d\S*)")


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert; a vulnerable package is one finding for each vulnerability. Raises Unreadable."""
    uid = told.need("state", "alert_id")
    kind, named = _kind(told), sorted_ids(told.texts("cve_list"))
    for rule in (
        named if kind is Kind.VULNERABILITY and named else (told.first("type", "rule_id") or told.need("type"),)
    ):
        yield _finding(source, told, kind, rule, uid, (rule,) if rule in named else ())


def _kind(told: Wild) -> Kind:
    category = told.text("category").lower()
    if told.text("asset_type_string") == "CodeRepository":
        return Kind.CODE
    if category == "vulnerabilities":
        return Kind.VULNERABILITY
    return Kind.DETECTION if category in _DETECTIONS else Kind.COMPLIANCE


def _finding(source: str, told: Wild, kind: Kind, rule: str, uid: str, named: tuple[str, ...]) -> Finding:
    state = told.at("state")
    word = state.first("risk_level", "severity")
    severity, status = from_word(state.text("risk_level")) or _WORDS.get(word.lower(), Severity.UNKNOWN), _status(state)
    score = told.number("max_cvss_score") if len(told.texts("cve_list")) == 1 and named else None
    title = told.first("type_string", "description", limit=400) or rule
    return Finding(
        source=source,
        kind=kind,
        rule_id=rule,
        title=one_line(f"{rule} in {told.text('source') or 'a package'}" if named else title),
        resource=_resource(told, kind),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        source_uid=uid,
        locator=(_place(told, kind)[0] or told.text("source", limit=1_000),),
        rule_name=told.text("type_string"),
        summary=told.first("details", "description", limit=SUMMARY),
        vuln_ids=named,
        cvss_score=score,
        package=_package(told) if named else None,
        mitre=told.at("data").texts("mitre_techniques") if told.get("data") is not None else (),
        status=status,
        status_reason="" if status is Status.OPEN else f"{state.text('status')} in Orca",
        first_seen=state.time("created_at"),
        last_seen=state.time("last_seen"),
        observed_at=state.time("last_updated"),
        remediation_text=told.text("recommendation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _status(state: Wild) -> Status:
    word = state.need("status").lower()
    if word not in _STATUSES:
        raise state.bad("expected open, in_progress, closed, dismissed or snoozed", "status")
    return _STATUSES[word]


def _package(told: Wild) -> Package | None:
    """Orca names a package and its version in one word, ``golang.org/x/crypto-0.28.0``."""
    source = told.text("source", limit=1_000)
    found = _PACKAGE.fullmatch(source)
    if found:
        return Package(name=found["name"], installed=found["version"])
    return Package(name=source) if source else None


def _place(told: Wild, kind: Kind) -> tuple[str, int | None]:
    """The path and line of a finding in code, which Orca writes ``src/hash.py:55``."""
    found = _PLACE.fullmatch(told.text("source", limit=1_000)) if kind is Kind.CODE else None
    return (found["path"], int(found["line"])) if found else ("", None)


def _resource(told: Wild, kind: Kind) -> Resource:
    identity = told.first("asset_vendor_id", "asset_unique_id", limit=1_000) or told.need("asset_unique_id")
    name, (path, line) = told.text("asset_name") or identity, _place(told, kind)
    if kind is Kind.CODE:
        return Resource(id=name, type="repository", name=name, repository=name, path=path, line=line)
    regions, addresses = told.texts("asset_regions"), told.texts("asset_first_private_ips")
    return Resource(
        id=identity,
        type=told.first("asset_type_string", "asset_type"),
        name=name,
        provider=told.text("cloud_provider"),
        account=told.text("cloud_vendor_id"),
        region=next(iter(regions), ""),
        ip=next(iter(addresses), ""),
        tags=dict(one.split("|", 1) for one in told.texts("asset_tags_info_list") if "|" in one),
    )
