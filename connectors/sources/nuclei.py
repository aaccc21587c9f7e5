"""Nuclei's results: NDJSON of -jsonl, the list of -json-export, or one result alone."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.nuclei_results import read_result
from connectors.signing import bearer

ID = "nuclei"


def _recognise(start: Beginning) -> bool:
    return any(
        start.has(f"{before}{key}", f"{before}info.severity")
        for before in ("", "[].")
        for key in ("template-id", "templateID")
    )


RECORDS = JsonRecords(partial(read_result, ID), "no result of nuclei", keys=("info",))
SOURCE = Source(
    id=ID,
    title="Nuclei",
    family=Family.REPORT,
    arrives="`nuclei -jsonl` and `-json-export`",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone='`"matcher-status": false`, with `-matcher-status`',
    vendor_docs="https://www.mintlify.com/projectdiscovery/nuclei/usage/output-options",
    verifiers=(bearer(),),
    read_report=RECORDS.read_report,
    recognise=_recognise,
    headers=RECORDS.headers,
    docs=(
        "Run nuclei with -jsonl -o report.jsonl (or -json-export report.json) and post the file to /v1/scans/nuclei "
        "with the secret as bearer token. With -matcher-status a template that no longer matches resolves its finding; "
        "without it nuclei does not say what it looked for, and nothing is called gone."
    ),
)
