"""A whole CycloneDX bill read in passes: its head, its components, its vulnerabilities, and what it states by them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import AllSeen, Quarantined, Record, Snapshot
from connectors.contract.statement import Stating
from connectors.formats.cyclonedx import NO_NAME, Bill, bill_of, paths_of
from connectors.formats.cyclonedx_components import Listed, components, listed_of
from connectors.formats.cyclonedx_vulnerabilities import referred, vulnerability
from connectors.formats.cyclonedx_xml import shaped
from connectors.formats.reports import Report
from connectors.formats.xml_report import XmlFile
from connectors.quarantine import each, set_aside
from connectors.wild import Unreadable, Wild


def read_bill(source: str, report: Report) -> Iterator[Record]:
    """All records of a bill, in JSON or XML. Raises UnknownShape when it is none."""
    try:
        bill = bill_of(source, report)
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
