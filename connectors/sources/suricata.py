"""Suricata: alerts of its EVE log, shipped as newline-delimited JSON by Vector, Filebeat or Fluent Bit."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.suricata_alerts import read_line
from connectors.signing import basic, bearer

ID = "suricata"
RECORDS = JsonRecords(partial(read_line, ID), "no line of EVE", keys=("event_type",))
SOURCE = Source(
    id=ID,
    title="Suricata",
    family=Family.NETWORK,
    arrives="alerts of EVE, as NDJSON or a list",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    verifiers=(bearer(), basic()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    docs=(
        "Let a log shipper read eve.json, keep the lines whose event_type is alert, and post them in batches as "
        "newline-delimited JSON to this address with the secret as bearer token."
    ),
)
