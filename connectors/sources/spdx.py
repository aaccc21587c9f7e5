"""SPDX documents, in JSON, JSON-LD and tags, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import IO

from connectors.contract.finding import AllSeen, Quarantined, Record
from connectors.contract.source import Beginning, Family, Headers, Source, SourceOptions
from connectors.formats.file_kinds import by_kind
from connectors.formats.reports import JsonReport, Report
from connectors.formats.spdx import NO_NAME, about_document, about_graph, element, package
from connectors.formats.spdx_tags import TagReport, is_in_tags
from connectors.signing import bearer, standard_webhooks

ID = "spdx"
_NONE: Headers = {}


def _read(report: Report) -> Iterator[Record]:
    in_graph = "@graph" in report.head().value
    report.expect(*(("@graph",) if in_graph else ("spdxVersion", "packages")), says="no SPDX document")
    about = about_graph(report) if in_graph else about_document(report)
    if not about.names:
        yield Quarantined("/@graph" if in_graph else "/packages", NO_NAME, is_component=True)
        return
    path, read = ("@graph[]", element) if in_graph else ("packages[]", package)
    yield from report.each(path, partial(read, about))
    yield AllSeen(about.names)


def _recognise(start: Beginning) -> bool:
    if any("spdx.org/rdf/3" in start.texts.get(place, "") for place in ("@context", "@context[]")):
        return True
    return start.texts.get("spdxVersion", "").startswith("SPDX-2") or is_in_tags(start.head)


def _read_tags(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
    return _read(TagReport(file, headers, options))


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="SPDX",
    family=Family.REPORT,
    arrives="bills of materials, JSON and tags of 2.2 and 2.3, JSON-LD 3.0",
    says_gone="a component that a later document no longer lists",
    vendor_docs="https://spdx.github.io/spdx-spec/v2.3/",
    verifiers=(bearer(), standard_webhooks()),
    read_report=by_kind(json=REPORT.read_report, text=_read_tags),
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Post the document to /v1/scans/spdx with the secret as bearer token. What it is about is what it DESCRIBES; "
        "say in the header X-Suture-Resource by which name the inventory has that. Its packages become the components "
        "of that asset. It tells no findings."
    ),
)
