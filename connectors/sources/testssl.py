"""testssl.sh's JSON, the flat list of --jsonfile and the grouped one of --jsonfile-pretty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned_hosts import FACT, cves_in, place_of, port_at, scanned_host
from connectors.formats.severities import from_word
from connectors.formats.tls_weaknesses import Weakness, weakness_of
from connectors.quarantine import set_aside
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

ID = "testssl"
_FAILED, _OF_ITSELF = "FATAL", frozenset({"WARN", "DEBUG"})  # it could not check, or talks about itself
_QUIET = {"OK": "", "INFO": FACT}
_GROUPS = (
    *("pretest", "protocols", "grease", "ciphers", "cipherTests", "serverPreferences", "fs", "pfs", "serverDefaults"),
    *("headerResponse", "vulnerabilities", "browserSimulations", "rating", "singleCipher"),
)


@dataclass(frozen=True, slots=True)
class Server:
    """One server of the report."""

    resource: Resource
    port: int | None
    looked: datetime | None = None


def _read(report: Report) -> Iterator[Record]:
    """Grouped by server when the report is an object, one row after another when it is a list."""
    head = report.head("startTime")
    if "scanResult" in head.value:
        yield from _grouped(report)
    elif head.value:
        raise UnknownShape("no report of testssl.sh --jsonfile: it is an object without scanResult")
    else:
        yield from report.each("[]", _row)


def _grouped(report: Report) -> Iterator[Record]:
    servers: dict[At, Server] = {}
    for place, told in report.heads("scanResult[]", "targetHost", "ip", "port").items():
        try:
            servers[place] = _server(told.need("targetHost"), told.text("ip"), told)
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(servers, {f"scanResult[].{group}[]": _check for group in _GROUPS})


def _row(told: Wild) -> Iterator[Finding]:
    """A row of the flat list names its server itself: ``name/address``; ``/`` is testssl.sh's own machine."""
    name, _, ip = told.need("ip").rpartition("/")
    if name or ip:
        yield from _check(_server(name or ip, ip, told), told)
    else:
        told.need("id")


def _server(name: str, ip: str, told: Wild) -> Server:
    return Server(scanned_host(name, ip), port_at(told, "port"))


def _check(server: Server, told: Wild) -> Iterator[Finding]:
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
        source=ID,
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
        pointer=told.pointer(),
    )


def _recognise(start: Beginning) -> bool:
    return start.has("[].id", "[].ip", "[].port", "[].severity", "[].finding") or start.has(
        "scanResult[].targetHost", "Invocation"
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="testssl.sh",
    family=Family.REPORT,
    arrives="`testssl.sh --jsonfile` and `--jsonfile-pretty`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="`OK`",
    vendor_docs="https://github.com/testssl/testssl.sh/blob/HEAD/doc/testssl.1.md",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run testssl.sh with --jsonfile report.json (or --jsonfile-pretty) and post the file to /v1/scans/testssl with "
        "the secret as bearer token. Do not filter with --severity: a check that is OK is what resolves a finding. "
        "WARN, by which testssl.sh says that it could not check, changes nothing."
    ),
)
