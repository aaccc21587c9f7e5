"""Microsoft Defender XDR: alerts by its streaming API (Event Hub), table by table."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.defender_tables import read_row
from connectors.formats.json_records import JsonRecords
from connectors.signing import bearer, entra_oidc, query_token

ID = "ms-defender-xdr"
RECORDS = JsonRecords(
    partial(read_row, ID), "no record of Defender XDR's streaming", inside=("records",), keys=("category", "properties")
)
SOURCE = Source(
    id=ID,
    title="Microsoft Defender XDR",
    family=Family.ENDPOINT,
    arrives="the tables AlertInfo and AlertEvidence of the streaming API",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://learn.microsoft.com/en-us/defender-xdr/streaming-api-event-hub",
    verifiers=(bearer(), entra_oidc(), query_token()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("ndjson",),
    docs=(
        "In the Defender portal, under Settings, Streaming API, stream the tables AlertInfo and AlertEvidence to an "
        "Event Hub, and let a function or Logic App post what it reads there to this address with Authorization: "
        "Bearer and the secret. The tables do not say when an alert is resolved; where that matters, send alerts by "
        "ms-graph-security."
    ),
)
