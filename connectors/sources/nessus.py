"""Nessus' .nessus files (NessusClientData_v2): what its plugins saw on each host."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Quarantined, Record, Snapshot
from connectors.contract.source import Family, Source
from connectors.formats.json_paths import At
from connectors.formats.nessus_items import Host, host_of, read_item
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import each_head
from connectors.signing import bearer

ID = "nessus"
_POLICY = ("NessusClientData_v2", "Policy", "policyName")


def _read(report: XmlFile) -> Iterator[Record]:
    """A host of which some item could not be read is no snapshot: what is absent there need not be gone."""
    report.expect("NessusClientData_v2", says="no .nessus file")
    policy = report.head("/".join(_POLICY)).text(*_POLICY)
    hosts: dict[At, Host] = {}
    heads = report.heads("NessusClientData_v2/Report/ReportHost", "HostProperties")
    yield from each_head(heads, partial(host_of, ID, policy), hosts)
    unread: list[str] = []
    for record in report.within(hosts, {"NessusClientData_v2/Report/ReportHost/ReportItem": partial(read_item, ID)}):
        unread += [record.pointer] if isinstance(record, Quarantined) else []
        yield record
    for place, host in hosts.items():
        here = report.wild(place, None).pointer() + "/"
        if host.scope and not any(pointer.startswith(here) for pointer in unread):
            yield Snapshot(host.scope, host.looked)


REPORT = XmlReport(_read)
SOURCE = Source(
    id=ID,
    title="Nessus",
    family=Family.REPORT,
    arrives=".nessus files of Nessus and Tenable",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="what a later scan of the host with the same policy no longer shows",
    vendor_docs="https://static.tenable.com/documentation/nessus_v2_file_format.pdf",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: start.root == "NessusClientData_v2",
    headers=REPORT.headers,
    docs=(
        "Export the scan as .nessus, the whole of it and no filtered view, and post the file to /v1/scans/nessus with "
        "the secret as bearer token. Of a host what a later scan with the same policy, and equally with or without a "
        "login, no longer shows is resolved."
    ),
)
