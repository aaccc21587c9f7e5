"""Results of OpenVAS: what one test saw on one port of one host, in the run of a scan.

Shape: https://docs.greenbone.net/API/GMP/gmp-22.5.html
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Severity, Snapshot, Status
from connectors.formats.scanned_hosts import cves_in, place_of, problem_of, scanned_host, status_of
from connectors.formats.severities import from_score, from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

_THREATS = {"log": Severity.INFORMATIONAL, "alarm": Severity.CRITICAL}
_FALSE_POSITIVE = "false positive"


@dataclass(frozen=True, slots=True)
class Run:
    """The scan a report is of. ``scope`` names its task and filter; "" when it did not come to its end.

    ``untested`` are the hosts of which some result could not be read: what is absent there need not be gone.
    """

    scope: str
    ended: datetime | None
    untested: set[str] = field(default_factory=set)


def run_of(source: str, head: Wild) -> Run:
    """The scan that a report's head tells of. Raises Unreadable."""
    task, done = head.text("task", "@id"), head.text("scan_run_status") == "Done"
    seen = hashlib.sha256(" ".join(head.text("filters", "term").split()).encode()).hexdigest()[:8]
    return Run(f"{source} task {task} seen {seen}" if task and done else "", head.time("scan_end"))


def read_host(run: Run, told: Wild) -> Iterator[Snapshot]:
    """A host as the scan lists it, once its results are read: a snapshot where all of it was. Raises Unreadable."""
    ip = told.need("ip")
    if run.scope and told.text("end") and ip not in run.untested:
        yield Snapshot(f"{run.scope} {ip}", run.ended)


def read_result(source: str, run: Run, told: Wild) -> Iterator[Finding]:
    """One test's result on one port of one host. Raises Unreadable, and keeps the host as untested then."""
    host = told.need("host")
    try:
        yield _finding(source, run, host, told)
    except Unreadable:
        run.untested.add(host)
        raise


def _finding(source: str, run: Run, host: str, told: Wild) -> Finding:
    nvt = told.at("nvt")
    oid = nvt.need("@oid")
    ids = cves_in(*(one.text("@id") for one in nvt.items("refs", "ref")), nvt.text("cve", limit=SUMMARY))
    tags = dict(part.split("=", 1) for part in nvt.text("tags", limit=20_000).split("|") if "=" in part)
    port, protocol = _port(told)
    severity, raw = _severity(told)
    status, reason = status_of(severity)
    if _FALSE_POSITIVE in (told.text("threat").lower(), raw.lower()):
        status, reason = Status.SUPPRESSED, "marked as a false positive in OpenVAS"
    return Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=oid,
        rule_name=nvt.text("family"),
        title=one_line(nvt.text("name", limit=400) or told.text("name", limit=400) or oid),
        resource=scanned_host(host, called=told.text("host", "hostname")),
        severity=severity,
        severity_raw=raw,
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, f"openvas-{oid}"),
        locator=(place_of(port, protocol) or protocol,),
        summary=one_line(tags.get("summary", "") or told.text("description", limit=SUMMARY), SUMMARY),
        confidence=f"{quality}%" if (quality := told.text("qod", "value")) else "",
        vuln_ids=ids,
        cvss_vector=tags.get("cvss_base_vector", ""),
        cvss_score=nvt.number("cvss_base") or None,
        status=status,
        status_reason=reason,
        observed_at=run.ended or told.time("creation_time"),
        remediation_text=one_line(nvt.text("solution", limit=SUMMARY) or tags.get("solution", ""), SUMMARY),
        port=port,
        protocol=protocol if port else "",
        scope=f"{run.scope} {host}" if run.scope else "",
        pointer=told.pointer(),
    )


def _port(told: Wild) -> tuple[int | None, str]:
    """``443/tcp``; ``general/tcp`` and ``package`` are the host as such."""
    number, _, protocol = told.text("port").partition(" ")[0].partition("/")
    port = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None
    return (port if port is None or 0 < port < 65_536 else None), (protocol or number)


def _severity(told: Wild) -> tuple[Severity, str]:
    """The threat as people read it, which follows overrides; older and newer reports may have the number only."""
    word, number = told.text("threat"), told.number("severity")
    if word.lower() == "error" or (number is not None and number < -1):
        raise told.bad("OpenVAS could not run this test to its end", "threat")
    severity = _THREATS.get(word.lower()) or from_word(word)
    if severity or word.lower() == _FALSE_POSITIVE or number is None:
        return severity, word
    return (Severity.UNKNOWN, _FALSE_POSITIVE) if number < 0 else (from_score(number), told.text("severity"))
