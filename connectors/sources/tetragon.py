"""Tetragon: what its tracing policies saw, exported as JSON lines and shipped by a collector."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.tetragon_lines import read_line
from connectors.signing import basic, bearer

ID = "tetragon"
RECORDS = JsonRecords(partial(read_line, ID), "no line of Tetragon's export", keys=("time",))
SOURCE = Source(
    id=ID,
    title="Tetragon",
    family=Family.RUNTIME,
    arrives="Tetragon's JSON export: what its tracing policies saw",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://tetragon.io/docs/reference/grpc-api/",
    verifiers=(bearer(), basic()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    docs=(
        "Let a collector read Tetragon's export (the log of the container export-stdout, or tetragon.log), keep the "
        "lines with a policy_name, and post them in batches as newline-delimited JSON to this address with the secret "
        "as bearer token."
    ),
)
