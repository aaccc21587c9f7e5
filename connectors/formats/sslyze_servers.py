"""Servers of sslyze's JSON, and what each of its checks shows on one.

Shape: https://nabla-c0d3.github.io/sslyze/documentation/json-output.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Status
from connectors.formats.scanned_hosts import place_of, port_at, scanned_host
from connectors.formats.tls_weaknesses import KNOWN
from connectors.quarantine import each
from connectors.wild import Wild

_RAN, _LEFT_OUT = "COMPLETED", "NOT_SCHEDULED"


@dataclass(frozen=True, slots=True)
class Server:
    """One server of the report."""

    resource: Resource
    port: int | None
    looked: datetime | None


def _offered(result: Wild) -> bool:
    return any(True for _ in result.items("accepted_cipher_suites"))


def _untrusted(result: Wild) -> bool:
    return any(one.get("verified_certificate_chain") is None for one in result.items("certificate_deployments"))


def _says(key: str, wanted: bool = True) -> Callable[[Wild], bool]:
    return lambda result: result.flag(key) is wanted and result.get(key) is not None


# scan command -> what it may show, by its name in the table of weaknesses
_CHECKS: Mapping[str, Mapping[str, Callable[[Wild], bool]]] = {
    "heartbleed": {"heartbleed": _says("is_vulnerable_to_heartbleed")},
    "openssl_ccs_injection": {"openssl_ccs_injection": _says("is_vulnerable_to_ccs_injection")},
    "robot": {"robot": lambda result: result.text("robot_result").startswith("VULNERABLE")},
    "tls_compression": {"tls_compression": _says("supports_compression")},
    "tls_fallback_scsv": {"tls_fallback_scsv": _says("supports_fallback_scsv", False)},
    "session_renegotiation": {
        "insecure_renegotiation": _says("supports_secure_renegotiation", False),
        "client_renegotiation": _says("is_vulnerable_to_client_renegotiation_dos"),
    },
    "certificate_info": {"certificate_untrusted": _untrusted},
    **{
        f"{version}_cipher_suites": {f"{version}_cipher_suites": _offered}
        for version in ("ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1")
    },
}


def read_server(source: str, looked: datetime | None, told: Wild) -> Iterator[Record]:
    """Each check that ran; one that broke off is set aside, and so is a server that could not be reached.

    Raises Unreadable.
    """
    if told.get("scan_commands_results") is not None:
        raise told.bad("this is written by a sslyze before 5.0; scan with a later one", "scan_commands_results")
    location = told.at("server_location")
    if told.text("scan_status") != _RAN:
        raise told.bad("sslyze could not connect to this server; nothing is known of it", "scan_status")
    host = scanned_host(location.need("hostname"), location.text("ip_address"))
    server = Server(host, port_at(location, "port"), looked)
    result = told.at("scan_result")
    for name in _CHECKS:
        yield from each([result.at(name)], partial(_check, source, server, name))


def _check(source: str, server: Server, name: str, told: Wild) -> Iterable[Finding]:
    state = told.text("status")
    if state in ("", _LEFT_OUT):
        return ()
    if state != _RAN:
        raise told.bad(f"sslyze's check {name} did not come to an end: {told.text('error_reason')}", "status")
    result = told.at("result")
    if not isinstance(result.value, dict):
        raise told.wrong("an object", result.value, "result")
    return [_finding(source, server, rule, shows(result), told) for rule, shows in _CHECKS[name].items()]


def _finding(source: str, server: Server, rule: str, is_weak: bool, told: Wild) -> Finding:
    weakness = KNOWN[rule]
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY if weakness.ids else Kind.COMPLIANCE,
        rule_id=rule,
        title=weakness.title,
        resource=server.resource,
        problem=weakness.problem,
        locator=(place_of(server.port, "tcp"),),
        vuln_ids=weakness.ids,
        status=Status.OPEN if is_weak else Status.PASSED,
        observed_at=server.looked,
        port=server.port,
        protocol="tcp",
        pointer=told.pointer(),
    )
