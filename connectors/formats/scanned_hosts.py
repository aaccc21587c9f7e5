"""What scanners of hosts and services share: the host an owner has, a port, a web address, CVEs in text, mere facts."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from connectors.contract.finding import Resource, Severity, Status
from connectors.text import split_url
from connectors.wild import Wild

FACT = "the tool tells a fact here, no weakness"
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII | re.IGNORECASE)


def scanned_host(name: str, ip: str = "", called: str = "") -> Resource:
    """The host that was scanned, by the name it was scanned under; ``called`` is what else it goes by."""
    address = ip or (name if is_address(name) else "")
    return Resource(id=name.lower().rstrip(".") or name, type="host", name=called or name, ip=address)


def is_address(text: str) -> bool:
    """Whether ``text`` is an IP address of version 4 or 6."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def port_at(told: Wild, *path: str) -> int | None:
    """The port at ``path``; None for 0 and for nothing, which is how scanners say *the host as such*."""
    port = told.whole(*path)
    if port is not None and not 0 <= port < 65_536:
        raise told.bad("expected a port from 0 to 65535", *path)
    return port or None


def place_of(port: int | None, protocol: str) -> str:
    """A service's place on its host, as a locator has it: ``tcp/443``; "" is the host as such."""
    return f"{protocol.lower()}/{port}" if port else ""


def cves_in(*texts: str) -> tuple[str, ...]:
    """The CVEs that stand in the texts, each once, in order of their names."""
    return tuple(sorted({found.upper() for text in texts for found in _CVE.findall(text)}))


def problem_of(ids: tuple[str, ...], own: str) -> str:
    """The CVE where a check is about one; a check that sums up several, as for a patch, is a problem of its own."""
    return ids[0] if len(ids) == 1 else own


def status_of(severity: Severity) -> tuple[Status, str]:
    """What a scanner calls informational is kept, and wakes nobody: it tells what is there, not what is wrong."""
    return (Status.PASSED, FACT) if severity is Severity.INFORMATIONAL else (Status.OPEN, "")


@dataclass(frozen=True, slots=True)
class WebPlace:
    """An address taken apart. The query is dropped: it changes with every scan, and may hold what is nobody's concern.

    ``port`` is also told for a scheme's own port; ``path`` is "" for the site itself.
    """

    host: str
    port: int | None
    path: str


_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def web_place(address: str) -> WebPlace | None:
    """The place that ``https://shop.example.com:8443/login?x=1`` or ``shop.example.com:22`` names; None when none."""
    parts = split_url(address if "://" in address else f"//{address}")
    if parts is None or not parts.hostname or not parts.hostname.strip("."):
        return None
    return WebPlace(parts.hostname, parts.port or _PORTS.get(parts.scheme), parts.path.rstrip("/"))
