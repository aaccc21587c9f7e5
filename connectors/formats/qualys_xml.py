"""Qualys' reports in XML: detections of hosts by API, reports of assets with a glossary, and results of one scan.

Shapes: Qualys' host_list_vm_detection_output.dtd, asset_data_report.dtd and scan-1.dtd. A doctype that points there is
passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from functools import partial

from connectors.contract.finding import Finding, Record, Resource
from connectors.formats.json_paths import At
from connectors.formats.qualys_detections import Detection, finding_of, qualys_host
from connectors.formats.scanned_hosts import cves_in, port_at
from connectors.formats.xml_report import XmlFile
from connectors.quarantine import each_head
from connectors.text import SUMMARY
from connectors.wild import Wild

_DETECTED = "HOST_LIST_VM_DETECTION_OUTPUT"
_ASSETS = "ASSET_DATA_REPORT"
_SCAN = "SCAN"
ROOTS = (_DETECTED, _ASSETS, _SCAN)
_GLOSSARY = f"{_ASSETS}/GLOSSARY/VULN_DETAILS_LIST/VULN_DETAILS"
_NOTHING = Wild({})


def read_xml(source: str, report: XmlFile) -> Iterator[Record]:
    """The findings of any of the three."""
    report.expect(*ROOTS, says="no report of Qualys in XML")
    yield from _detected(source, report)
    yield from _assets(source, report)
    yield from _scan(source, report)


def _detected(source: str, report: XmlFile) -> Iterator[Record]:
    group = f"{_DETECTED}/RESPONSE/HOST_LIST/HOST"
    hosts = yield from _hosts(report, group, ("IP", "DNS", "NETBIOS"), _host)
    yield from report.within(hosts, {f"{group}/DETECTION_LIST/DETECTION": partial(_detection, source)})


def _assets(source: str, report: XmlFile) -> Iterator[Record]:
    group = f"{_ASSETS}/HOST_LIST/HOST"
    hosts = yield from _hosts(report, group, ("IP", "DNS", "NETBIOS"), _host)
    held = report.heads(_GLOSSARY, "QID", "TITLE", "SEVERITY", "THREAT", "SOLUTION", "CVE_ID_LIST")
    known = {one.text("@id"): one for one in held.values()}
    yield from report.within(hosts, {f"{group}/VULN_INFO_LIST/VULN_INFO": partial(_information, source, known)})


def _scan(source: str, report: XmlFile) -> Iterator[Record]:
    """A scan sorts what it saw of a host by category, which names the port."""
    hosts = yield from _hosts(report, f"{_SCAN}/IP", (), _scanned)
    for listed, kind in (
        ("VULNS/CAT/VULN", "confirmed"),
        ("PRACTICES/CAT/PRACTICE", "potential"),
        ("INFOS/CAT/INFO", "info"),
    ):
        group = f"{_SCAN}/IP/{listed.rpartition('/')[0]}"
        found = {
            place: (hosts[place[:4]], category) for place, category in report.heads(group).items() if place[:4] in hosts
        }
        yield from report.within(found, {f"{_SCAN}/IP/{listed}": partial(_seen, source, kind)})


def _hosts(
    report: XmlFile, group: str, paths: tuple[str, ...], read: Callable[[Wild], Resource]
) -> Generator[Record, None, dict[At, Resource]]:
    """The hosts by their places; those that name no address are set aside on the way."""
    hosts: dict[At, Resource] = {}
    yield from each_head(report.heads(group, *paths), read, hosts)
    return hosts


def _host(told: Wild) -> Resource:
    return qualys_host(
        told.text("DNS"), told.text("IP") or ("" if told.text("DNS") else told.need("IP")), told.text("NETBIOS")
    )


def _scanned(told: Wild) -> Resource:
    name = told.text("@name")
    return qualys_host("" if name.lower() == "no registered hostname" else name, told.need("@value"))


def _detection(source: str, host: Resource, told: Wild) -> Iterator[Finding]:
    yield finding_of(
        source,
        Detection(
            qid=told.need("QID"),
            resource=host,
            port=port_at(told, "PORT"),
            protocol=told.text("PROTOCOL"),
            level=told.text("SEVERITY"),
            kind=told.text("TYPE"),
            state=told.text("STATUS"),
            is_ignored="1" in (told.text("IS_IGNORED"), told.text("IS_DISABLED")),
            first_seen=told.time("FIRST_FOUND_DATETIME"),
            last_seen=told.time("LAST_FOUND_DATETIME"),
        ),
        told.pointer(),
    )


def _information(source: str, glossary: dict[str, Wild], host: Resource, told: Wild) -> Iterator[Finding]:
    """What a QID means stands once, in the glossary."""
    means = glossary.get(told.text("QID", "@id"), _NOTHING)
    yield finding_of(
        source,
        Detection(
            qid=told.need("QID"),
            resource=host,
            port=port_at(told, "PORT"),
            protocol=told.text("PROTOCOL"),
            title=means.text("TITLE", limit=400),
            level=means.text("SEVERITY"),
            kind=told.text("TYPE"),
            state=told.text("VULN_STATUS"),
            ids=cves_in(*(one.text("ID") for one in means.at("CVE_ID_LIST").items("CVE_ID"))),
            summary=means.text("THREAT", limit=SUMMARY),
            solution=means.text("SOLUTION", limit=SUMMARY),
            first_seen=told.time("FIRST_FOUND"),
            last_seen=told.time("LAST_FOUND"),
        ),
        told.pointer(),
    )


def _seen(source: str, kind: str, where: tuple[Resource, Wild], told: Wild) -> Iterator[Finding]:
    host, category = where
    yield finding_of(
        source,
        Detection(
            qid=told.need("@number"),
            resource=host,
            port=port_at(category, "@port"),
            protocol=category.text("@protocol"),
            title=told.text("TITLE", limit=400),
            level=told.text("@severity"),
            kind=kind,
            ids=cves_in(told.text("@cveid"), *(one.text("ID") for one in told.items("CVE_ID_LIST", "CVE_ID"))),
            summary=told.text("DIAGNOSIS", limit=SUMMARY),
            solution=told.text("SOLUTION", limit=SUMMARY),
        ),
        told.pointer(),
    )
