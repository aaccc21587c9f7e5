"""Findings of Google Security Command Center, of all its services, as its exports and its API tell them.

Shape: ``Finding`` of the Security Command Center API, versions 1 and 2, and what stands around it in a message.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Package, Status
from connectors.formats.control_families import Family, family_of
from connectors.formats.gcp_names import resource_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_KINDS: Mapping[str, Kind] = {
    "THREAT": Kind.DETECTION,
    "OBSERVATION": Kind.DETECTION,
    "EXTERNAL_EXPOSURE": Kind.COMPLIANCE,
    "MISCONFIGURATION": Kind.COMPLIANCE,
    "VULNERABILITY": Kind.COMPLIANCE,  # without a CVE it is a weak setting, as Security Health Analytics finds them
    "POSTURE_VIOLATION": Kind.COMPLIANCE,
    "SCC_ERROR": Kind.COMPLIANCE,
    "SENSITIVE_DATA_RISK": Kind.COMPLIANCE,
    "TOXIC_COMBINATION": Kind.COMPLIANCE,
    "CHOKEPOINT": Kind.COMPLIANCE,
}
_LOCATIONS = re.compile(r"/locations/[^/]+/")  # the second version of the API names the same finding with it


def read_finding(source: str, message: Wild) -> Iterator[Finding]:
    """A message with a finding in it, or a finding as the API lists it. Raises Unreadable.

    Findings of 2019 keep much in ``sourceProperties``.
    """
    told = message.at("finding") if message.get("finding") is not None else message
    extra, category = told.at("sourceProperties"), told.need("category")
    cve = told.at("vulnerability", "cve")
    ids = sorted_ids((cve.text("id"),))
    kind = Kind.VULNERABILITY if ids else _kind(told, extra)
    rule = ids[0] if ids else category
    family = family_of(rule) if kind is Kind.COMPLIANCE else Family(rule)
    word = told.text("severity") or extra.first("SeverityLevel", "severity")
    score = cve.number("cvssv3", "baseScore")
    severity, severity_from = told_or_scored(word, "", score)
    status, reason = _status(told)
    yield Finding(
        source=source,
        kind=kind,
        rule_id=rule,
        title=one_line(f"{rule}: {category}" if ids else category.replace("_", " ").capitalize()),
        resource=resource_of(message, told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=family.problem,
        source_uid=_LOCATIONS.sub("/", told.first("canonicalName", "name", limit=1_000) or told.need("name")),
        summary=told.text("description", limit=SUMMARY) or extra.text("Explanation", limit=SUMMARY),
        vuln_ids=ids,
        cvss_score=score,
        package=_package(told.at("vulnerability")),
        actor=told.text("access", "callerIp") or told.text("access", "principalEmail"),
        mitre=told.texts("mitreAttack", "primaryTechniques"),
        world_open=family.world_open,
        status=status,
        status_reason=reason,
        first_seen=told.time("createTime"),
        observed_at=told.time("eventTime"),
        url=told.url("externalUri"),
        remediation_text=told.text("nextSteps", limit=SUMMARY) or extra.text("Recommendation", limit=SUMMARY),
        port=family.port,
        protocol=family.protocol,
        pointer=told.pointer(),
    )


def _kind(told: Wild, extra: Wild) -> Kind:
    """Before ``findingClass`` there was, the scanners of settings named themselves."""
    named = _KINDS.get(told.text("findingClass"))
    return named or (Kind.COMPLIANCE if extra.text("ScannerName") else Kind.DETECTION)


def _status(told: Wild) -> tuple[Status, str]:
    if told.text("mute") == "MUTED":
        return Status.SUPPRESSED, "muted in Security Command Center"
    state = told.need("state")
    if state not in {"ACTIVE", "INACTIVE"}:
        raise told.bad("expected ACTIVE or INACTIVE", "state")
    return (Status.OPEN, "") if state == "ACTIVE" else (Status.RESOLVED, "inactive in Security Command Center")


def _package(told: Wild) -> Package | None:
    offending = told.at("offendingPackage")
    if not offending.text("packageName"):
        return None
    return Package(
        name=offending.need("packageName"),
        installed=offending.text("packageVersion"),
        fixed_in=told.text("fixedPackage", "packageVersion"),
    )
