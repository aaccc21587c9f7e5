"""Rows of Qualys' sheets: VMDR's, and those of scan reports, which begin with rows about the report."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding
from connectors.formats.qualys_detections import Detection, finding_of, qualys_host
from connectors.formats.scanned_hosts import cves_in
from connectors.text import SUMMARY
from connectors.wild import Wild

COLUMNS = ("QID", "Severity")  # that all of the sheets have
PREFACE = 10  # rows about the report and whose it is, before the heading


def read_row(source: str, told: Wild) -> Iterator[Finding]:
    """One row. The columns differ by export; a cell that is nothing may be ``-`` or ``'-``. Raises Unreadable."""
    address = _cell(told, "IP", "Asset IPV4", "Asset IPV6")
    called = _cell(told, "Asset Name", "NetBIOS")
    name = _cell(told, "FQDN", "DNS", "DNS Name") or ("" if address else called)
    if not name and not address:
        raise told.bad("this row names no host", "IP")
    yield finding_of(
        source,
        Detection(
            qid=told.need("QID"),
            resource=qualys_host(name, address, called),
            port=_port(told),
            protocol=_cell(told, "Protocol"),
            title=_cell(told, "Title", "Vulnerability"),
            level=_cell(told, "Severity"),
            kind=_cell(told, "Type Detected", "Type"),
            state=_cell(told, "Vuln Status", "Status"),
            is_ignored="yes" in (_cell(told, "Ignored").lower(), _cell(told, "Disabled").lower()),
            ids=cves_in(told.first("CVE ID", "CVE", limit=SUMMARY)),
            summary=_cell(told, "Threat", limit=SUMMARY),
            solution=_cell(told, "Solution", limit=SUMMARY),
        ),
        told.pointer(),
    )


def _cell(told: Wild, *columns: str, limit: int = 400) -> str:
    texts = (told.text(column, limit=limit).lstrip("'") for column in columns)
    return next((text for text in texts if text not in ("", "-", "--")), "")


def _port(told: Wild) -> int | None:
    text = _cell(told, "Port")
    if text and not (text.isascii() and text.isdigit() and int(text[:6]) < 65_536):
        raise told.bad("expected a port from 0 to 65535", "Port")
    return int(text) or None if text else None
