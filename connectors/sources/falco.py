"""Falco: detections of its rules, posted by its own HTTP output or by falcosidekick, which has the same shape."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.delivery_ids import told_at
from connectors.formats.falco_alerts import read_alert
from connectors.formats.json_records import JsonRecords
from connectors.signing import basic, bearer, path_token

ID = "falco"
RECORDS = JsonRecords(partial(read_alert, ID), "no alert of Falco", keys=("rule", "time"))
SOURCE = Source(
    id=ID,
    title="Falco",
    family=Family.RUNTIME,
    arrives="alerts of Falco's http_output, of falcosidekick",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://falco.org/docs/concepts/outputs/channels/",
    verifiers=(bearer(), basic(), path_token()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    delivery_id=told_at("uuid"),  # of falcosidekick, which gives every alert one; Falco gives none
    docs=(
        "In falcosidekick, set webhook.address to this address and webhook.customHeaders to Authorization: Bearer and "
        "the secret. Falco itself sends no header of its own: set http_output.url to this address followed by a slash "
        "and the secret, with json_output: true."
    ),
)
