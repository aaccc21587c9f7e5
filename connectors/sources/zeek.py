"""Zeek: notices of its notice.log in JSON, shipped by Vector, Filebeat or Fluent Bit."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.zeek_notices import read_notice
from connectors.signing import basic, bearer

ID = "zeek"
RECORDS = JsonRecords(partial(read_notice, ID), "no notice of Zeek", keys=("ts",))
SOURCE = Source(
    id=ID,
    title="Zeek",
    family=Family.NETWORK,
    arrives="notice.log in JSON, as NDJSON or a list",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://docs.zeek.org/en/master/scripts/base/frameworks/notice/main.zeek.html",
    verifiers=(bearer(), basic()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    docs=(
        "Load policy/tuning/json-logs in local.zeek, let a log shipper read notice.log, and post its lines in batches "
        "as newline-delimited JSON to this address with the secret as bearer token."
    ),
)
