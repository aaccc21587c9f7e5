"""CycloneDX bills of materials and VEX documents, in JSON and XML, posted by a pipeline."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.cyclonedx_bill import read_bill
from connectors.formats.file_kinds import by_kind
from connectors.formats.reports import JsonReport
from connectors.formats.xml_report import XmlReport
from connectors.signing import bearer, standard_webhooks

ID = "cyclonedx"


def _recognise(start: Beginning) -> bool:
    return start.texts.get("bomFormat") == "CycloneDX" or (start.root == "bom" and b"cyclonedx.org/" in start.head)


_JSON, _XML = JsonReport(partial(read_bill, ID)), XmlReport(partial(read_bill, ID))
SOURCE = Source(
    id=ID,
    title="CycloneDX",
    family=Family.REPORT,
    arrives="bills of materials and VEX, JSON and XML, 1.2 to 1.7",
    kinds=(Kind.VULNERABILITY,),
    says_gone="`resolved`, and what a later bill of the same tool no longer lists",
    vendor_docs="https://cyclonedx.org/docs/1.6/json/",
    verifiers=(bearer(), standard_webhooks()),
    read_report=by_kind(xml=_XML.read_report, json=_JSON.read_report, text=_JSON.read_report),
    recognise=_recognise,
    headers=_JSON.headers,
    docs=(
        "Post the bill to /v1/scans/cyclonedx with the secret as bearer token. What it is about is its "
        "metadata.component; say in the header X-Suture-Resource by which name the inventory has that. Its components "
        "become those of that asset, its vulnerabilities become findings, and what its author says of them in analysis "
        "closes or reopens findings of every tool on that asset."
    ),
)
