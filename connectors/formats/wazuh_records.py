"""Wazuh's kinds of alert read into findings: vulnerabilities, configuration checks, and all the rest as detections.

Shapes: alerts.json of a Wazuh 4 manager, and the documents of its index ``wazuh-states-vulnerabilities-*``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connectors.contract.finding import Finding, Kind, Package, Resource, Severity, Status
from connectors.formats.packages import distribution_package
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.formats.windows import hour_of
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# The bands of Wazuh's own dashboard; levels go from 0 to 16.
_LEVELS = ((15, Severity.CRITICAL), (12, Severity.HIGH), (7, Severity.MEDIUM), (0, Severity.LOW))
_LESS_THAN = re.compile(r"(?:Package )?less than (?!or equal)(\S+)")
_ADDRESS = re.compile(r"[\d.]{7,15}|[0-9a-fA-F:]{3,39}")
_METRICS = (  # CVSS 3's, by the words Wazuh has for them: the first letter of each is CVSS's own
    ("AV", "attack_vector"),
    ("AC", "access_complexity"),
    ("PR", "privileges_required"),
    ("UI", "user_interaction"),
    ("S", "scope"),
    ("C", "confidentiality_impact"),
    ("I", "integrity_impact"),
    ("A", "availability"),
)
_SCA: Mapping[str, tuple[Status, str]] = {
    "failed": (Status.OPEN, ""),
    "passed": (Status.PASSED, "passed"),
    "not applicable": (Status.UNCHECKED, "not applicable: Wazuh could not run the check"),
}


def read_alert(source: str, told: Wild) -> Iterator[Finding]:
    """One alert of a manager. Raises Unreadable."""
    found = told.at("data") if isinstance(told.get("data"), dict) else Wild({})
    if found.get("vulnerability") is not None:
        yield from _vulnerability(source, told, found.at("vulnerability"))
    elif found.text("sca", "type") == "check":
        yield from _check(source, told, found.at("sca"))
    elif found.text("sca", "type") != "summary":  # a summary only counts the checks
        yield from _detection(source, told)


def read_indexed(source: str, told: Wild) -> Iterator[Finding]:
    """One hit of a search of the index of vulnerabilities. Raises Unreadable."""
    kept = told.at("_source")
    yield from _vulnerability(source, kept, kept.at("vulnerability"), kept)


def _host(told: Wild) -> Resource:
    """The agent's host; of what the manager got by syslog, the host that sent it."""
    agent = told.at("agent")
    name = agent.need("name")
    if agent.text("id") == "000" and _ADDRESS.fullmatch(sender := told.text("location")):
        name = told.text("predecoder", "hostname") or sender
        return Resource(id=name, type="host", name=name, provider="host", ip=sender)
    return Resource(id=name, type="host", name=name, provider="host", ip=_address(agent.text("ip")))


def _address(text: str) -> str:
    return text if _ADDRESS.fullmatch(text) and text != "127.0.0.1" else ""


def _vulnerability(source: str, told: Wild, found: Wild, kept: Wild | None = None) -> Iterator[Finding]:
    """``found`` is what is told of the vulnerability; ``kept``, of the index, names the package beside it."""
    rule = found.first("cve", "id") or found.need("cve")
    held = kept.at("package") if kept is not None else found.at("package")
    vector, score = _vector(found.at("cvss", "cvss3", "vector")), _score(found)
    word = found.text("severity").strip("-")
    severity, severity_from = told_or_scored(word, vector, score)
    solved = found.text("status").lower() == "solved"
    condition = _LESS_THAN.fullmatch(held.text("condition") or found.text("scanner", "condition"))
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {held.need('name')}"),
        resource=_host(told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        summary=found.first("rationale", "description", limit=SUMMARY),
        vuln_ids=sorted_ids((rule,)),
        cvss_vector=vector,
        cvss_score=score,
        package=_package(held, kept, condition.group(1) if condition else ""),
        status=Status.RESOLVED if solved else Status.OPEN,
        status_reason="Wazuh says solved" if solved else "",
        first_seen=found.time("detected_at"),
        observed_at=told.time("timestamp") or found.time("detected_at"),
        disclosed_at=found.time("published") or found.time("published_at"),
        url=found.at("scanner").url("reference"),
        pointer=told.pointer(),
    )


def _vector(words: Wild) -> str:
    letters = [(name, words.text(key)[:1].upper()) for name, key in _METRICS]
    return "CVSS:3.1/" + "/".join(f"{name}:{letter}" for name, letter in letters) if all(dict(letters).values()) else ""


def _score(found: Wild) -> float | None:
    """Wazuh writes 0 where it knows none."""
    told = (found.number("cvss", "cvss3", "base_score"), found.number("score", "base"))
    return next((score for score in (*told, found.number("cvss", "cvss2", "base_score")) if score), None)


def _package(held: Wild, kept: Wild | None, fixed_in: str) -> Package:
    """A distribution's package keeps its distribution, which only the index tells."""
    name, installed = held.need("name"), held.text("version")
    form = held.text("type") if kept is not None else ""
    if kept is None or form not in {"deb", "rpm", "apk"}:
        return Package(name=name, installed=installed, fixed_in=fixed_in)
    platform, version = kept.text("host", "os", "platform"), kept.text("host", "os", "version")
    release = ".".join(version.split(".")[:2]) if platform == "ubuntu" else version
    return distribution_package(form, f"{platform}-{release}" if release else platform, name, installed, fixed_in)


def _check(source: str, told: Wild, found: Wild) -> Iterator[Finding]:
    """One check of Security Configuration Assessment."""
    one = found.at("check")
    rule, result = f"sca/{one.need('id')}", one.first("result", "status").lower()
    if result not in _SCA:
        raise one.bad("expected passed, failed or not applicable", "result")
    status, reason = _SCA[result]
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(one.text("title", limit=400) or rule),
        resource=_host(told),
        **_severity(told),
        problem=rule,
        rule_name=found.text("policy"),
        summary=one.first("rationale", "description", limit=SUMMARY),
        status=status,
        status_reason=reason,
        observed_at=told.time("timestamp"),
        remediation_text=one.text("remediation", limit=SUMMARY),
        pointer=told.pointer(),
    )


def _detection(source: str, told: Wild) -> Iterator[Finding]:
    """What a rule saw. It never says that it is over, so it is known by its hour too."""
    rule, at = told.need("rule", "id"), told.time("timestamp")
    changed = told.text("syscheck", "path", limit=1_000)
    who = told.at("data").first("srcip", "srcuser", "dstuser")
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=rule,
        title=one_line(told.text("rule", "description", limit=400) or f"Wazuh rule {rule}"),
        resource=_host(told),
        **_severity(told),
        problem=f"wazuh-{rule}",
        locator=(changed or who, hour_of(at)),
        summary=told.text("full_log", limit=SUMMARY),
        actor=who,
        process=told.text("predecoder", "program_name"),
        mitre=told.at("rule", "mitre").texts("id"),
        first_seen=at,
        last_seen=at,
        observed_at=at,
        pointer=told.pointer(),
    )


def _severity(told: Wild) -> dict[str, Any]:
    level = told.whole("rule", "level")
    found = next((severity for least, severity in _LEVELS if level is not None and level >= least), Severity.UNKNOWN)
    return {
        "severity": found,
        "severity_raw": "" if level is None else f"level {level}",
        "severity_from": "source" if found else "unknown",
    }
