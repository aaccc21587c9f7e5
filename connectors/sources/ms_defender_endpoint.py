"""Microsoft Defender for Endpoint: vulnerabilities of devices, as the API's exports tell them."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Package, Resource, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "ms-defender-endpoint"
_STATUSES = {"": Status.OPEN, "New": Status.OPEN, "Updated": Status.OPEN, "Fixed": Status.RESOLVED}


def _read(told: Wild) -> Iterator[Finding]:
    """A vulnerability of a software on a device. The assessment also lists software that has none."""
    rule = told.text("cveId") if told.get("deviceId") is not None else told.need("cveId")
    if not rule:
        return
    name, word = told.first("softwareName", "productName"), told.first("vulnerabilitySeverityLevel", "severity")
    severity, severity_from = told_or_scored(word, "", told.number("cvssScore"))
    status, update = told.text("status"), told.first("recommendedSecurityUpdateId", "fixingKbId")
    if status not in _STATUSES:
        raise told.bad(f"expected one of {', '.join(filter(None, _STATUSES))}", "status")
    yield Finding(
        source=ID,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {name}"),
        resource=_device(told),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=sorted_ids((rule,))[0],
        source_uid=told.need("id", limit=1_000),
        summary="\n".join(filter(None, (told.text("exploitabilityLevel"), *told.texts("diskPaths"))))[:SUMMARY],
        vuln_ids=sorted_ids((rule,)),
        cvss_score=told.number("cvssScore"),
        package=Package(name=_software(told), installed=told.first("softwareVersion", "productVersion")),
        status=_STATUSES[status],
        status_reason=status,
        first_seen=told.time("firstSeenTimestamp"),
        last_seen=told.time("lastSeenTimestamp"),
        observed_at=told.time("eventTimestamp"),
        remediation_url=told.url("recommendedSecurityUpdateUrl"),
        remediation_text=" ".join(filter(None, (told.text("recommendedSecurityUpdate"), update and f"KB{update}"))),
        pointer=told.pointer(),
    )


def _device(told: Wild) -> Resource:
    """By its name, under which everybody else knows it; by Defender's id where only that is told."""
    name, id_ = told.text("deviceName"), told.first("deviceId", "machineId") or told.need("machineId")
    return Resource(id=name.lower() or id_, type="host", name=name or id_, provider="host")


def _software(told: Wild) -> str:
    """``google/chrome``: names of software are the vendor's."""
    name = told.first("softwareName", "productName") or told.need("softwareName")
    return "/".join(filter(None, (told.first("softwareVendor", "productVendor"), name)))


def _recognise(start: Beginning) -> bool:
    return any(
        start.has(f"{before}cveId", f"{before}{key}")
        for before in ("value[].", "", "[].")
        for key in ("softwareVendor", "productVendor")
    )


RECORDS = JsonRecords(_read, "no vulnerabilities of Defender for Endpoint", inside=("value",), keys=("cveId",))
SOURCE = Source(
    id=ID,
    title="Microsoft Defender for Endpoint",
    family=Family.ENDPOINT,
    arrives="vulnerabilities of devices: the API's assessment, its delta export, its files",
    kinds=(Kind.VULNERABILITY,),
    says_gone="`Fixed`, in the delta export",
    vendor_docs="https://learn.microsoft.com/en-us/defender-endpoint/api/get-assessment-software-vulnerabilities",
    unconfirmed="the keys in the files of the export, which are read as those of the API's answers",
    verifiers=(bearer(),),
    parse=RECORDS.parse,
    read_report=RECORDS.read_report,
    recognise=_recognise,
    envelopes=("ndjson",),
    headers=RECORDS.headers,
    docs=(
        "Let a job get /api/machines/SoftwareVulnerabilitiesByMachine once and then, every six hours, "
        "/api/machines/SoftwareVulnerabilityChangesByMachine, page by page, and post each page to "
        "/v1/scans/ms-defender-endpoint with the secret as bearer token. Only the changes say what is fixed."
    ),
)
