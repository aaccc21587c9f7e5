"""Microsoft Defender for Cloud: alerts and recommendations, by workflow automation or continuous export."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Source
from connectors.formats.azure_assessments import assessment, sub_assessment
from connectors.formats.azure_security_alerts import alert
from connectors.formats.json_records import JsonRecords
from connectors.signing import bearer, entra_oidc, query_token
from connectors.wild import Wild

ID = "azure-defender"


def _read(record: Wild) -> Iterator[Record]:
    """An alert, or what is assessed, by the type that the record names."""
    kind = record.text("type").lower()
    if kind.endswith("/subassessments"):
        return sub_assessment(ID, record)
    if kind.endswith("/assessments"):
        return assessment(ID, record)
    return alert(ID, record)


RECORDS = JsonRecords(_read, "nothing of Defender for Cloud", inside=("value", "records"))
SOURCE = Source(
    id=ID,
    title="Microsoft Defender for Cloud",
    family=Family.CLOUD,
    arrives="alerts and recommendations, by workflow automation or continuous export",
    kinds=(Kind.DETECTION, Kind.COMPLIANCE, Kind.VULNERABILITY),
    says_gone="`Resolved`, `Healthy`",
    vendor_docs="https://learn.microsoft.com/en-us/azure/defender-for-cloud/alerts-schemas",
    verifiers=(bearer(), entra_oidc(), query_token()),
    parse=RECORDS.parse,
    headers=RECORDS.headers,
    docs=(
        "In Defender for Cloud, under Workflow automation, start a Logic App on alerts and on recommendations, whose "
        "HTTP action posts the trigger's whole body to this address with the header Authorization: Bearer and the "
        "secret. A workflow runs when an alert is made, not when it is resolved: for that, let continuous export write "
        "to an Event Hub, and a function post what it reads there."
    ),
)
