"""Microsoft Sentinel: incidents, by an automation rule's Logic App."""

from __future__ import annotations

from functools import partial

from connectors.contract.finding import Kind
from connectors.contract.source import Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.sentinel_incidents import read_incident
from connectors.signing import bearer, entra_oidc, query_token

ID = "azure-sentinel"
RECORDS = JsonRecords(partial(read_incident, ID), "no incident of Sentinel", inside=("value",))
SOURCE = Source(
    id=ID,
    title="Microsoft Sentinel",
    family=Family.CLOUD,
    arrives="incidents, by a Logic App on the incident trigger",
    kinds=(Kind.DETECTION,),
    says_gone="`Closed`",
    vendor_docs="https://learn.microsoft.com/en-us/azure/sentinel/automation/playbook-triggers-actions",
    verifiers=(bearer(), entra_oidc(), query_token()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    docs=(
        "Make a Logic App that starts on the Microsoft Sentinel incident trigger and whose HTTP action posts the "
        "trigger's whole body to this address with the header Authorization: Bearer and the secret. Run it by two "
        "automation rules: when an incident is created, and when it is updated."
    ),
)
