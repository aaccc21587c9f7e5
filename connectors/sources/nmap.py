"""nmap's XML: what its scripts found vulnerable, and open ports that are attacked in the open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Quarantined, Record, Resource, Snapshot, Status
from connectors.contract.source import Family, Source
from connectors.formats.control_families import GUARDED_PORTS
from connectors.formats.json_paths import At
from connectors.formats.nmap_scripts import Service, read_script
from connectors.formats.scanned_hosts import port_at, scanned_host
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import each, set_aside
from connectors.signing import bearer
from connectors.text import one_line
from connectors.wild import Unreadable, Wild

ID = "nmap"
_SCRIPTS = re.compile(r"--script[= ]\"?([^\s\"]+)")
_FINISHED = ("nmaprun", "runstats", "finished")
_SEEN_SHUT = frozenset({"closed", "filtered"})


@dataclass(frozen=True, slots=True)
class Host:
    """One host of the report. ``scripts`` are those the run asked for by name or category; "" is unknown."""

    resource: Resource
    looked: datetime | None
    scripts: str


def _read(report: XmlFile) -> Iterator[Record]:
    report.expect("nmaprun", says="no report of nmap -oX")
    scripts = _scripts(report)
    hosts: dict[At, Host] = {}
    for place, told in report.heads("nmaprun/host", "address", "hostnames").items():
        try:
            hosts[place] = _host(told, scripts)
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(hosts, {"nmaprun/host/ports/port": _port, "nmaprun/host/hostscript/script": _of_host})


def _scripts(report: XmlFile) -> str:
    """What makes two runs alike: the scripts asked for. Only of a run that came to its end."""
    if report.head("/".join(_FINISHED)).text(*_FINISHED, "@exit") != "success":
        return ""
    told = next(iter(report.heads("nmaprun").values()))
    found = _SCRIPTS.findall(told.text("@args", limit=2_000))
    return ",".join(sorted(",".join(found).split(",")))


def _host(told: Wild, scripts: str) -> Host:
    """A host goes by the name it was scanned under, else by its address: names from DNS come and go."""
    address = told.need("address", "@addr")
    names = {one.text("@type"): one.text("@name") for one in told.items("hostnames", "hostname")}
    asked = names.get("user", "")
    return Host(scanned_host(asked or address, address, asked or names.get("PTR", "")), told.time("@endtime"), scripts)


def _port(host: Host, told: Wild) -> Iterator[Record]:
    """A port that answered was looked at by every script asked for: what they no longer say of it is gone."""
    port, protocol, state = port_at(told, "@portid"), told.need("@protocol"), told.need("state", "@state")
    scope = f"{ID} {host.resource.id} {protocol}/{port} {host.scripts}" if host.scripts else ""
    if port in GUARDED_PORTS and protocol == "tcp":
        yield from _guarded(host, told, port, state)
    service = Service(host.resource, port, protocol, host.looked, scope)
    said = tuple(each(told.items("script"), partial(read_script, ID, service)))
    yield from said
    if scope and state in ("open", "closed") and not any(isinstance(record, Quarantined) for record in said):
        yield Snapshot(scope, host.looked)


def _of_host(host: Host, told: Wild) -> Iterator[Finding]:
    return read_script(ID, Service(host.resource, looked=host.looked), told)


def _guarded(host: Host, told: Wild, port: int, state: str) -> Iterator[Finding]:
    """Open to whoever scanned; whether that is the world is the asset's exposure, which nmap does not know."""
    if state != "open" and state not in _SEEN_SHUT:
        return
    named, answer = told.text("service", "@name"), f"Port {port} {'answers' if state == 'open' else f'is {state}'}"
    yield Finding(
        source=ID,
        kind=Kind.COMPLIANCE,
        rule_id="open-port",
        title=one_line(f"{answer} ({named})" if named else answer),
        resource=host.resource,
        problem=GUARDED_PORTS[port],
        locator=(f"tcp/{port}",),
        status=Status.OPEN if state == "open" else Status.PASSED,
        status_reason=state,
        observed_at=host.looked,
        port=port,
        protocol="tcp",
        pointer=told.pointer(),
    )


REPORT = XmlReport(_read)
SOURCE = Source(
    id=ID,
    title="nmap",
    family=Family.REPORT,
    arrives="`nmap -oX`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="a later run with the same scripts, of a port that answers; a port that is shut",
    vendor_docs="https://nmap.org/nsedoc/lib/vulns.html",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: start.root == "nmaprun",
    headers=REPORT.headers,
    docs=(
        "Run nmap -oX report.xml --script vuln (or vulners, ssl-heartbleed …) and post the file to /v1/scans/nmap with "
        "the secret as bearer token. Scan by name where hosts have one. Of open ports only those are told that are "
        "attacked in the open: remote shells, remote desktops and databases."
    ),
)
