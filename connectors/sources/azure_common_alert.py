"""Azure Monitor alerts in the common alert schema, by an action group's webhook."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.azure_monitor_alerts import read_alert
from connectors.formats.json_records import JsonRecords
from connectors.signing import bearer, entra_oidc, path_token, query_token

ID = "azure-common-alert"
RECORDS = JsonRecords(partial(read_alert, ID), "no alert in Azure Monitor's common schema", keys=("schemaId", "data"))
SOURCE = Source(
    id=ID,
    title="Azure Monitor",
    family=Family.OBSERVABILITY,
    arrives="alerts in the common alert schema",
    kinds=(Kind.DETECTION,),
    says_gone="`Resolved`",
    vendor_docs="https://learn.microsoft.com/en-us/azure/azure-monitor/alerts/alerts-payload-samples",
    verifiers=(entra_oidc(), query_token(), path_token(), bearer()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    docs=(
        "In an action group, add a webhook or secure webhook with this address and enable the common alert schema. A "
        "secure webhook is signed by Entra: name the tenant, the application's audience and the client id of Azure's "
        "action groups under allow. A plain webhook carries the secret in the address, as ?token= or as its last part. "
        "The test of an action group makes no case; budgets are set aside."
    ),
)
