"""nmap's XML: what its scripts found vulnerable, and open ports that are attacked in the open."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Source
from connectors.formats.json_paths import At
from connectors.formats.nmap_hosts import Host, host_of, read_port, read_script_of_host, scripts_of
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import each_head
from connectors.signing import bearer

ID = "nmap"


def _read(report: XmlFile) -> Iterator[Record]:
    report.expect("nmaprun", says="no report of nmap -oX")
    scripts = scripts_of(report)
    hosts: dict[At, Host] = {}
    heads = report.heads("nmaprun/host", "address", "hostnames")
    yield from each_head(heads, lambda told: host_of(told, scripts), hosts)
    yield from report.within(
        hosts,
        {
            "nmaprun/host/ports/port": partial(read_port, ID),
            "nmaprun/host/hostscript/script": partial(read_script_of_host, ID),
        },
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
