"""Reports that are one JSON object, or a list of such objects when their tool looked at several things."""

from __future__ import annotations

from connectors.formats.json_paths import At
from connectors.formats.reports import Report
from connectors.wild import Wild


def documents(report: Report, *paths: str) -> tuple[str, dict[At, Wild]]:
    """(what to put before the paths below one document, the head of each document by its place).

    A member of the list that is no object is set aside by whoever reads the paths below it.
    """
    many = report.heads("[]", *paths)
    return ("[].", many) if many else ("", {(): report.head(*paths)})
