"""Microsoft Graph security alerts (alerts_v2): whole alerts; a bare notification is set aside with what to do."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.graph_alerts import read_alert
from connectors.formats.json_records import JsonRecords
from connectors.signing import bearer, entra_oidc, path_token, query_token
from connectors.signing.challenges import echo_query

ID = "ms-graph-security"
RECORDS = JsonRecords(partial(read_alert, ID), "no alert of Microsoft Graph", inside=("value",), keys=("id", "status"))
SOURCE = Source(
    id=ID,
    title="Microsoft Graph security",
    family=Family.ENDPOINT,
    arrives="alerts (alerts_v2) of Defender, Entra and Purview",
    kinds=(Kind.DETECTION,),
    says_gone="`resolved`",
    vendor_docs="https://learn.microsoft.com/en-us/graph/api/resources/security-alert?view=graph-rest-1.0",
    verifiers=(bearer(), entra_oidc(), query_token(), path_token()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    challenge=echo_query("validationToken"),
    docs=(
        "Make a Logic App that reads new and changed alerts (GET /security/alerts_v2) and posts them whole to this "
        "address with the header Authorization: Bearer and the secret. A subscription of Graph may point here too, "
        "with the secret as the last part of the address: its validation is answered, but its notifications hold only "
        "ids, and each is set aside with a word about it."
    ),
)
