"""Microsoft Defender for Endpoint: vulnerabilities of devices, as the API's exports tell them."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.defender_vulnerabilities import read_vulnerability
from connectors.formats.json_records import JsonRecords
from connectors.signing import bearer

ID = "ms-defender-endpoint"


def _recognise(start: Beginning) -> bool:
    return any(
        start.has(f"{before}cveId", f"{before}{key}")
        for before in ("value[].", "", "[].")
        for key in ("softwareVendor", "productVendor")
    )


RECORDS = JsonRecords(
    partial(read_vulnerability, ID), "no vulnerabilities of Defender for Endpoint", inside=("value",), keys=("cveId",)
)
SOURCE = Source(
    id=ID,
    title="Microsoft Defender for Endpoint",
    family=Family.ENDPOINT,
    arrives="vulnerabilities of devices: the API's assessment, its delta export, its files",
    kinds=(Kind.VULNERABILITY,),
    says_gone="`Fixed`, in the delta export",
    vendor_docs="https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-software-vulnerabilities",
    unconfirmed="the keys in the files of the export, which are read as those of the API's answers",
    verifiers=(bearer(),),
    parse=RECORDS.parse,
    read_report=RECORDS.read_report,
    recognise=_recognise,
    envelopes=("ndjson",),
    headers=RECORDS.headers,
    docs=(
        "Let a job get /api/machines/SoftwareVulnerabilitiesByMachine once and then, every six hours, "
        "/api/machines/SoftwareVulnerabilityChangesByMachine, page by page, and post each page to "
        "/v1/scans/ms-defender-endpoint with the secret as bearer token. Only the changes say what is fixed."
    ),
)
