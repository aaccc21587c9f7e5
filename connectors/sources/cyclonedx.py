"""CycloneDX bills of materials and VEX documents, in JSON and XML, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import IO

from connectors.contract.finding import AllSeen, Kind, Quarantined, Record, Snapshot
from connectors.contract.source import Beginning, Family, Headers, Source, SourceOptions
from connectors.contract.statement import Stating
from connectors.formats.cyclonedx import NO_NAME, Bill, bill_of, paths_of
from connectors.formats.cyclonedx_components import Listed, components, listed_of
from connectors.formats.cyclonedx_vulnerabilities import ID, referred, vulnerability
from connectors.formats.cyclonedx_xml import shaped
from connectors.formats.reports import JsonReport, Report
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.quarantine import each, set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.text import BOM
from connectors.wild import Unreadable, Wild


def _read(report: Report) -> Iterator[Record]:
    try:
        bill = bill_of(report)
    except Unreadable as error:
        yield set_aside(error, Wild({}))
        return
    places, found = paths_of(report), dict[str, Listed]()
    in_shape = shaped if isinstance(report, XmlFile) else _as_it_is
    wanted = frozenset(_referred(report, places.vulnerabilities))
    if bill.lists_components and not bill.names:
        yield Quarantined("/components", NO_NAME, is_component=True)
    yield from report.each(places.components, lambda told: components(bill, in_shape(told), wanted, found))
    if bill.lists_components and bill.names:
        yield AllSeen(bill.names)
    if isinstance(report, XmlFile):
        yield from report.each(places.components, lambda told: _before_14(bill, shaped(told)))
    yield from report.each(places.vulnerabilities, lambda told: vulnerability(bill, found, in_shape(told)))
    if bill.scope:
        yield Snapshot(bill.scope, bill.at)
    yield Stating(document=bill.document, version=bill.version, at=bill.at)


def _as_it_is(told: Wild) -> Wild:
    return told


def _referred(report: Report, vulnerabilities: str) -> Iterator[str]:
    """What the vulnerabilities speak of, known before the components pass by: a bill may list a million."""
    for met in report.meet((vulnerabilities,)):
        if met.path and not met.expected:
            told = report.wild(met.at, met.value)
            told = shaped(told) if isinstance(report, XmlFile) else told
            try:
                yield from (told.text("ref", limit=1_000), *referred(told))
            except Unreadable:
                continue  # it is set aside where it is read


def _before_14(bill: Bill, told: Wild) -> Iterator[Record]:
    """Vulnerabilities that stand in their component, as XML had them by an extension."""
    waiting = [told]
    while waiting:
        one = waiting.pop()
        listed = listed_of(one)
        yield from each(one.items("vulnerabilities"), partial(_inside, bill, listed))
        waiting += one.items("components")


def _inside(bill: Bill, listed: Listed, told: Wild) -> Iterator[Record]:
    return vulnerability(bill, {}, told, listed)


_JSON, _XML = JsonReport(_read), XmlReport(_read)
_NONE: Headers = {}


def _read_report(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterable[Record]:
    file.seek(0)
    start = file.read(512).removeprefix(BOM).lstrip()
    file.seek(0)
    return (_XML if start.startswith(b"<") else _JSON).read_report(file, options, headers)


def _recognise(start: Beginning) -> bool:
    return start.texts.get("bomFormat") == "CycloneDX" or (start.root == "bom" and b"cyclonedx.org/" in start.head)


SOURCE = Source(
    id=ID,
    title="CycloneDX",
    family=Family.REPORT,
    arrives="bills of materials and VEX, JSON and XML, 1.2 to 1.7",
    kinds=(Kind.VULNERABILITY,),
    says_gone="`resolved`, and what a later bill of the same tool no longer lists",
    vendor_docs="https://cyclonedx.org/docs/1.6/json/",
    verifiers=(bearer(), standard_webhooks()),
    read_report=_read_report,
    recognise=_recognise,
    headers=_JSON.headers,
    docs=(
        "Post the bill to /v1/scans/cyclonedx with the secret as bearer token. What it is about is its "
        "metadata.component; say in the header X-Suture-Resource by which name the inventory has that. Its components "
        "become those of that asset, its vulnerabilities become findings, and what its author says of them in analysis "
        "closes or reopens findings of every tool on that asset."
    ),
)
