"""Hosts and ports as nmap tells them in XML: what was asked of them, and open ports that are attacked in the open.

Shape: https://nmap.org/book/nmap-dtd.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Quarantined, Record, Resource, Snapshot, Status
from connectors.formats.control_families import GUARDED_PORTS
from connectors.formats.nmap_scripts import Service, read_script
from connectors.formats.scanned_hosts import port_at, scanned_host
from connectors.formats.xml_report import XmlFile
from connectors.quarantine import each
from connectors.text import one_line
from connectors.wild import Wild

_SCRIPTS = re.compile(r"--script[= ]\"?([^\s\"]+)")
_FINISHED = ("nmaprun", "runstats", "finished")
_SEEN_SHUT = frozenset({"closed", "filtered"})


@dataclass(frozen=True, slots=True)
class Host:
    """One host of the report. ``scripts`` are those the run asked for by name or category; "" is unknown."""

    resource: Resource
    looked: datetime | None
    scripts: str


def scripts_of(report: XmlFile) -> str:
    """What makes two runs alike: the scripts asked for. Only of a run that came to its end."""
    if report.head("/".join(_FINISHED)).text(*_FINISHED, "@exit") != "success":
        return ""
    told = next(iter(report.heads("nmaprun").values()))
    found = _SCRIPTS.findall(told.text("@args", limit=2_000))
    return ",".join(sorted(",".join(found).split(",")))


def host_of(told: Wild, scripts: str) -> Host:
    """A host goes by the name it was scanned under, else by its address: names from DNS come and go.

    Raises Unreadable.
    """
    address = told.need("address", "@addr")
    names = {one.text("@type"): one.text("@name") for one in told.items("hostnames", "hostname")}
    asked = names.get("user", "")
    return Host(scanned_host(asked or address, address, asked or names.get("PTR", "")), told.time("@endtime"), scripts)


def read_port(source: str, host: Host, told: Wild) -> Iterator[Record]:
    """A port that answered was looked at by every script asked for: what they no longer say of it is gone.

    Raises Unreadable.
    """
    port, protocol, state = port_at(told, "@portid"), told.need("@protocol"), told.need("state", "@state")
    scope = f"{source} {host.resource.id} {protocol}/{port} {host.scripts}" if host.scripts else ""
    if port in GUARDED_PORTS and protocol == "tcp":
        yield from _guarded(source, host, told, port, state)
    service = Service(host.resource, port, protocol, host.looked, scope)
    said = tuple(each(told.items("script"), partial(read_script, source, service)))
    yield from said
    if scope and state in ("open", "closed") and not any(isinstance(record, Quarantined) for record in said):
        yield Snapshot(scope, host.looked)


def read_script_of_host(source: str, host: Host, told: Wild) -> Iterator[Finding]:
    """A script that ran against the host as such. Raises Unreadable."""
    return read_script(source, Service(host.resource, looked=host.looked), told)


def _guarded(source: str, host: Host, told: Wild, port: int, state: str) -> Iterator[Finding]:
    """Open to whoever scanned; whether that is the world is the asset's exposure, which nmap does not know."""
    if state != "open" and state not in _SEEN_SHUT:
        return
    named, answer = told.text("service", "@name"), f"Port {port} {'answers' if state == 'open' else f'is {state}'}"
    yield Finding(
        source=source,
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
