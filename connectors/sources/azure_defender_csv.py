"""Microsoft Defender for Cloud's recommendations, downloaded as CSV."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.contract.finding import Finding, Kind
from connectors.contract.source import Family, Source
from connectors.formats.azure_assessments import verdict
from connectors.formats.azure_names import resource_of
from connectors.formats.csv_report import CsvReport
from connectors.formats.severities import from_word
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "azure-defender-csv"
_COLUMNS = ("subscriptionId", "resourceId", "recommendationName", "recommendationDisplayName", "state")


def _read(told: Wild) -> Iterator[Finding]:
    """Known by the recommendation's key (a column that is called its name) and the resource."""
    rule, word = told.need("recommendationName").lower(), told.text("severity")
    severity = from_word(word)
    status, reason = verdict(told.at("state"), told.need("state"), told.text("notApplicableReason"))
    resource = resource_of(told.need("resourceId", limit=1_000))
    yield Finding(
        source=ID,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        rule_name=told.text("recommendationDisplayName"),
        title=one_line(told.text("recommendationDisplayName", limit=400) or rule),
        resource=replace(resource, name=told.text("resourceName") or resource.name),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        summary=told.text("description", limit=SUMMARY),
        status=status,
        status_reason=told.text("notApplicableReason") or reason,
        first_seen=told.time("firstEvaluationDate"),
        observed_at=told.time("exportedTimestamp") or told.time("statusChangeDate"),
        url=told.url("azurePortalRecommendationLink"),
        remediation_text=told.text("remediationSteps", limit=SUMMARY),
        pointer=told.pointer(),
    )


REPORT = CsvReport(_read, "no recommendations of Defender for Cloud", _COLUMNS)
SOURCE = Source(
    id=ID,
    title="Microsoft Defender for Cloud (CSV)",
    family=Family.REPORT,
    arrives="recommendations, downloaded as CSV",
    kinds=(Kind.COMPLIANCE,),
    says_gone="healthy",
    vendor_docs="https://github.com/Azure/Microsoft-Defender-for-Cloud/tree/main/Translate%20Recommendations",
    verifiers=(bearer(),),
    read_report=REPORT.read_report,
    recognise=lambda start: set(_COLUMNS) <= set(start.columns),
    headers=REPORT.headers,
    docs=(
        "In Defender for Cloud, under Recommendations, choose Download CSV report, and post the file to "
        "/v1/scans/azure-defender-csv with the secret as bearer token. Download it without a filter on the state: the "
        "healthy rows say what is fixed."
    ),
)
