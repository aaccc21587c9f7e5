"""Google Cloud Monitoring: incidents of alerting policies, by webhook or Pub/Sub push."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.gcp_incidents import read_incident
from connectors.formats.json_records import JsonRecords
from connectors.signing import basic, google_oidc, query_token

ID = "gcp-monitoring"
RECORDS = JsonRecords(partial(read_incident, ID), "no incident of Cloud Monitoring", keys=("incident",))
SOURCE = Source(
    id=ID,
    title="Google Cloud Monitoring",
    family=Family.OBSERVABILITY,
    arrives="incidents of alerting policies (webhook version 1.2), also by Pub/Sub",
    kinds=(Kind.DETECTION,),
    says_gone="closed",
    vendor_docs="https://docs.cloud.google.com/monitoring/support/notification-options",
    verifiers=(basic(), query_token("auth_token"), google_oidc()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    envelopes=("pubsub",),
    docs=(
        "Under Alerting, add a notification channel of the kind Webhook with this address: with basic authentication, "
        "the secret being the password, or with ?auth_token= and the secret at the end of the address. A Pub/Sub "
        "channel with an authenticated push subscription will do as well: then name its audience and the e-mail of its "
        "service account under allow."
    ),
)
