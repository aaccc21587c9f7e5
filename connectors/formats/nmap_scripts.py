"""What nmap's scripts say in XML: vulnerabilities of its vulns library, and the CVEs that vulners looks up by version.

Shape: nmap's nselib/vulns.lua and scripts/vulners.nse. A script's tree is ``table`` and ``elem`` with a ``key`` each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Package, Resource, Severity, Status
from connectors.formats.scanned_hosts import cves_in, place_of
from connectors.formats.severities import from_score, from_word
from connectors.formats.tls_weaknesses import weakness_of
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.times import read_time
from connectors.wild import Wild

VULNERS = "vulners"
BY_VERSION = "told by the version that the service announces, which hides what a distribution has patched"
_RISK = re.compile(r"Risk factor: (\w+)")
_CPE = re.compile(r"cpe:/a:[^:]+:(?P<name>[^:]+)(?::(?P<version>[^:]+))?")


@dataclass(frozen=True, slots=True)
class Service:
    """Where a script ran: a port of a host, or the host as such where ``port`` is None."""

    resource: Resource
    port: int | None = None
    protocol: str = ""
    looked: datetime | None = None
    scope: str = ""

    @property
    def place(self) -> str:
        return place_of(self.port, self.protocol)


def read_script(source: str, service: Service, told: Wild) -> Iterator[Finding]:
    """The findings of one script; a script that tells no vulnerability tells none."""
    script = told.need("@id")
    tables = list(told.items("table"))
    if script == VULNERS:
        for product in tables:
            yield from _by_version(source, service, product)
        return
    vulnerable = [one for one in tables if "state" in elements(one)]
    for one in vulnerable:
        yield _vulnerability(source, service, told, one, is_only=len(vulnerable) == 1)


def elements(told: Wild) -> dict[str, str]:
    """The ``elem`` of a table by their keys."""
    return {key: one.text(limit=SUMMARY) for one in told.items("elem") if (key := one.text("@key"))}


def _listed(told: Wild, key: str) -> tuple[str, ...]:
    """The nameless ``elem`` of the table ``key`` below."""
    return tuple(text for one in _tables(told, key) for elem in one.items("elem") if (text := elem.text(limit=SUMMARY)))


def _tables(told: Wild, key: str) -> Iterable[Wild]:
    return [one for one in told.items("table") if one.text("@key") == key]


def _vulnerability(source: str, service: Service, script: Wild, told: Wild, is_only: bool) -> Finding:
    """One vulnerability of the vulns library. Its risk factor stands in the script's text only, once for all."""
    values, name, key = elements(told), script.need("@id"), told.text("@key")
    ids = _ids(told, name)
    state = values["state"].upper()
    if state.startswith("UNKNOWN"):
        raise told.bad(f"the script {name} could not test this: {values['state']}")
    risk = _RISK.search(script.text("@output", limit=SUMMARY)) if is_only else None
    severity = from_word(risk.group(1)) if risk else Severity.UNKNOWN
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=name,
        title=one_line(values.get("title") or name),
        resource=service.resource,
        severity=severity,
        severity_raw=risk.group(1) if risk else "",
        severity_from="source" if severity else "unknown",
        problem=ids[0] if ids else name,
        locator=(service.place, ids[0] if ids else "" if is_only else key),
        summary=" ".join(_listed(told, "description"))[:SUMMARY],
        confidence="likely" if state.startswith("LIKELY") else "confirmed",
        vuln_ids=ids,
        status=Status.PASSED if state.startswith("NOT") else Status.OPEN,
        status_reason=values["state"],
        disclosed_at=_disclosed(told),
        observed_at=service.looked,
        port=service.port,
        protocol=service.protocol,
        scope=service.scope,
        pointer=told.pointer(),
    )


def _ids(told: Wild, script: str) -> tuple[str, ...]:
    """Its CVEs: from its ids, else what nmap is known to mean by the script, else from its references."""
    named = cves_in(*_listed(told, "ids"), told.text("@key"))
    weakness = weakness_of(script)
    return named or (weakness.ids if weakness else ()) or cves_in(*_listed(told, "refs"))


def _disclosed(told: Wild) -> datetime | None:
    for dates in _tables(told, "dates"):
        for day in _tables(dates, "disclosure"):
            held = elements(day)
            try:
                return read_time("-".join(held.get(key, "") for key in ("year", "month", "day")))
            except ValueError:
                return None  # an unwritten day is no reason to lose the vulnerability
    return None


def _by_version(source: str, service: Service, product: Wild) -> Iterator[Finding]:
    """vulners lists exploits and other registers' copies beside the CVEs; those name no vulnerability of their own."""
    cpe = product.text("@key")
    found = _CPE.match(cpe)
    package = Package(name=found["name"], installed=found["version"] or "") if found else None
    for told in product.items("table"):
        values = elements(told)
        rule = values.get("id", "")
        if not rule:
            raise told.bad("vulners names no vulnerability here")
        if is_vulnerability_id(rule):
            yield _looked_up(source, service, told, package, values)


def _looked_up(source: str, service: Service, told: Wild, package: Package | None, values: dict[str, str]) -> Finding:
    ids = sorted_ids([values["id"]])
    score = _score(told, values.get("cvss", ""))
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=ids[0],
        title=one_line(f"{ids[0]} in {package.name} {package.installed}" if package else ids[0]),
        resource=service.resource,
        severity=from_score(score) if score is not None else Severity.UNKNOWN,
        severity_raw=values.get("cvss", ""),
        severity_from="cvss" if score is not None else "unknown",
        problem=ids[0],
        locator=(service.place,),
        confidence="likely",
        vuln_ids=ids,
        cvss_score=score,
        package=package,
        observed_at=service.looked,
        port=service.port,
        protocol=service.protocol,
        scope=service.scope,
        pointer=told.pointer(),
        warnings=(BY_VERSION,),
    )


def _score(told: Wild, text: str) -> float | None:
    try:
        score = float(text) if text else None
    except ValueError:
        raise told.bad("vulners' cvss is no number") from None
    return score if score is None or 0 <= score <= 10 else None
