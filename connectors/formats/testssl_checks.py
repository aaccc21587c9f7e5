"""Checks of testssl.sh and their verdicts: rows of a flat list that each name their server, or groups below a server.

Shape: https://github.com/testssl/testssl.sh/blob/HEAD/doc/testssl.1.md
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.formats.json_paths import At
from connectors.formats.reports import Report
from connectors.formats.scanned_hosts import FACT, cves_in, place_of, port_at, scanned_host
from connectors.formats.severities import from_word
from connectors.formats.tls_weaknesses import Weakness, weakness_of
from connectors.quarantine import each_head
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_FAILED, _OF_ITSELF = "FATAL", frozenset({"WARN", "DEBUG"})  # it could not check, or talks about itself
_QUIET = {"OK": "", "INFO": FACT}
_GROUPS = (
    *("pretest", "protocols", "grease", "ciphers", "cipherTests", "serverPreferences", "fs", "pfs", "serverDefaults"),
    *("headerResponse", "vulnerabilities", "browserSimulations", "rating", "singleCipher"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """One server of the report. ``looked`` is None in the flat list, which does not say when it was made."""

    resource: Resource
    port: int | None
    looked: datetime | None = None


def read_servers(source: str, report: Report, looked: datetime | None) -> Iterator[Record]:
    """The checks below each of ``scanResult``; a server that cannot be read is set aside."""
    servers: dict[At, Server] = {}
    heads = report.heads("scanResult[]", "targetHost", "ip", "port")
    yield from each_head(heads, partial(_grouped, looked), servers)
    yield from report.within(servers, {f"scanResult[].{group}[]": partial(_check, source) for group in _GROUPS})


def read_row(source: str, told: Wild) -> Iterator[Finding]:
    """A row of the flat list names its server itself: ``name/address``; ``/`` is testssl.sh's own machine.

    Raises Unreadable.
    """
    name, _, ip = told.need("ip").rpartition("/")
    if name or ip:
        yield from _check(source, _server(name or ip, ip, told), told)
    else:
        told.need("id")


def _grouped(looked: datetime | None, told: Wild) -> Server:
    return _server(told.need("targetHost"), told.text("ip"), told, looked)


def _server(name: str, ip: str, told: Wild, looked: datetime | None = None) -> Server:
    return Server(scanned_host(name, ip), port_at(told, "port"), looked)


def _check(source: str, server: Server, told: Wild) -> Iterator[Finding]:
    """One check and its verdict, which is its severity. A certificate's number is no part of what the check is."""
    rule, _, which = told.need("id").partition(" ")
    verdict = told.need("severity").upper()
    if verdict == _FAILED:
        raise told.bad(f"testssl.sh could not scan: {told.text('finding', limit=200)}", "severity")
    if verdict in _OF_ITSELF:
        return
    severity = Severity.INFORMATIONAL if verdict == "INFO" else from_word(verdict)
    if severity is Severity.UNKNOWN and verdict not in _QUIET:
        raise told.bad("this is none of testssl.sh's severities", "severity")
    ids = cves_in(told.text("cve"))
    weakness = weakness_of(rule) or Weakness(ids[0] if ids else f"testssl-{rule.lower()}", rule, ids)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if weakness.ids else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(weakness.title if weakness.title != rule else f"{rule}: {told.text('finding')}"),
        resource=server.resource,
        severity=severity,
        severity_raw=told.text("severity"),
        severity_from="source" if severity else "unknown",
        problem=weakness.problem,
        locator=(place_of(server.port, "tcp"), which),
        summary=told.text("finding", limit=SUMMARY),
        vuln_ids=ids or weakness.ids,
        status=Status.PASSED if verdict in _QUIET else Status.OPEN,
        status_reason=_QUIET.get(verdict, ""),
        remediation_text=told.text("hint", limit=SUMMARY),
        port=server.port,
        protocol="tcp",
        observed_at=server.looked,
        pointer=told.pointer(),
    )
