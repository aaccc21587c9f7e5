"""Google Security Command Center: findings of all its services, by Pub/Sub push."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.gcp_findings import read_finding
from connectors.formats.json_records import JsonRecords
from connectors.signing import google_oidc

ID = "gcp-scc"
RECORDS = JsonRecords(
    partial(read_finding, ID),
    "no message of Security Command Center",
    inside=("listFindingsResults",),
    keys=("finding",),
)
SOURCE = Source(
    id=ID,
    title="Google Security Command Center",
    family=Family.CLOUD,
    arrives="findings by Pub/Sub push",
    kinds=(Kind.COMPLIANCE, Kind.DETECTION, Kind.VULNERABILITY),
    says_gone="inactive",
    vendor_docs="https://docs.cloud.google.com/security-command-center/docs/how-to-notifications",
    verifiers=(google_oidc(),),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("pubsub",),
    docs=(
        "Make a Pub/Sub topic, let Security Command Center export its findings there (gcloud scc notifications "
        "create), and give the topic a push subscription to this address with authentication. Name the subscription's "
        "audience and the e-mail of its service account under allow; there is no secret. Leave payload unwrapping off."
    ),
)
