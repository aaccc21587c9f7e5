"""The AWS Security Finding Format, which Security Hub's products and Prowler share.

Shape and words: AWS Security Hub user guide, "ASFF syntax". One record names several resources; each is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.formats.asff_products import families_of, is_about_settings, other_rule
from connectors.formats.asff_resources import resource_of
from connectors.formats.asff_weaknesses import cvss_of, other_names, packages_of
from connectors.formats.control_families import Family, control_name, family_of
from connectors.formats.security_groups import open_family
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_NOTHING = Wild({})
_ADVICE = ("Remediation", "Recommendation")
_TYPED = re.compile(r"([A-Za-z]+:[A-Za-z0-9]+)-(.+)")  # GuardDuty's and Macie's own type, its slash written as a dash
_SILENT = {
    ("RecordState", "ARCHIVED"): (Status.ARCHIVED, "archived in Security Hub"),
    ("Workflow", "SUPPRESSED"): (Status.SUPPRESSED, "suppressed in Security Hub"),
    ("Compliance", "PASSED"): (Status.PASSED, "the control passes"),
    ("Workflow", "RESOLVED"): (Status.RESOLVED, "resolved in Security Hub"),
    # Where nothing is in a control's scope, Security Hub archives the finding after three days.
    ("Compliance", "NOT_AVAILABLE"): (Status.UNCHECKED, "the control could not be checked"),
    ("Compliance", "WARNING"): (Status.UNCHECKED, "the control lacks what it needs to know, or does not fit here"),
}


def is_asff(record: Wild) -> bool:
    """Whether a record is one finding in this format: it has what the format requires and others do not have."""
    return isinstance(record.value, dict) and {"AwsAccountId", "ProductArn", "Resources"} <= record.value.keys()


def read_asff(source: str, record: Wild) -> Iterator[Finding]:
    """One finding for each resource of one ASFF record, and each package in it. Raises Unreadable."""
    account = record.need("AwsAccountId")
    if not _ACCOUNT.fullmatch(account):
        raise record.bad("expected an account of twelve digits", "AwsAccountId")
    if not record.get("Resources"):
        raise record.bad("the finding names no resource", "Resources")
    kind = _kind(record)
    ids = sorted_ids(one.text("Id") for one in record.items("Vulnerabilities"))
    rule = ids[0] if ids else _rule(record, kind)
    known = sorted_ids((*ids, *(name for one in record.items("Vulnerabilities") for name in other_names(one))))
    if ids:
        family = Family(rule if rule.startswith("CVE-") else known[0])
    else:
        family = family_of(rule) if kind is Kind.COMPLIANCE else Family(rule)
    families = families_of(record, rule, _typed(record), family)
    kind = Kind.COMPLIANCE if is_about_settings(record) else kind
    packages = packages_of(next(record.items("Vulnerabilities"), _NOTHING))
    finding = _all_but_the_resource(source, record, kind, rule, known)
    for told in record.items("Resources"):
        seen = open_family(told, families(told.text("Type")))
        found = finding(
            resource=resource_of(told, account, record.text("Region")),
            problem=seen.problem,
            world_open=seen.world_open,
            port=seen.port,
            protocol=seen.protocol,
        )
        yield found
        for package in packages[1:]:  # they are fixed one by one
            yield replace(found, package=package, source_uid=f"{found.source_uid}/{package.name}")
        if other := other_rule(record, rule):  # what was told there is this finding now
            yield replace(found, rule_id=other, status=Status.ELSEWHERE, status_reason=f"told under the rule {rule}")


def _all_but_the_resource(
    source: str, record: Wild, kind: Kind, rule: str, ids: tuple[str, ...]
) -> Callable[..., Finding]:
    """What the record says once, for all its resources."""
    weakness = next(record.items("Vulnerabilities"), _NOTHING)
    vector, score = cvss_of(weakness)
    severity, severity_raw, severity_from = _severity(record, vector, score)
    status, status_reason = _status(record)
    return partial(
        Finding,
        source=source,
        kind=kind,
        rule_id=rule,
        title=one_line(record.need("Title", limit=400)),
        severity=severity,
        severity_raw=severity_raw,
        severity_from=severity_from,
        source_uid=record.need("Id"),
        summary=record.text("Description", limit=SUMMARY),
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=next(iter(packages_of(weakness)), None),
        mitre=tuple(word for word in record.texts("Types") if word.lower().startswith("ttps/")),
        status=status,
        status_reason=status_reason,
        first_seen=record.time("FirstObservedAt") or record.time("CreatedAt"),
        last_seen=record.time("LastObservedAt"),
        observed_at=record.time("UpdatedAt"),
        disclosed_at=weakness.time("VendorCreatedAt"),
        url=record.url("SourceUrl"),
        remediation_url=record.url(*_ADVICE, "Url"),
        remediation_text=record.text(*_ADVICE, "Text"),
        pointer=record.pointer(),
    )


def _kind(record: Wild) -> Kind:
    types = [word.lower() for word in record.texts("Types") or record.texts("FindingProviderFields", "Types")]
    if record.get("Vulnerabilities") or any(word.endswith("/vulnerabilities/cve") for word in types):
        return Kind.VULNERABILITY
    if record.get("Compliance") or any(word.startswith("software and configuration checks") for word in types):
        return Kind.COMPLIANCE
    return Kind.DETECTION


def _rule(record: Wild, kind: Kind) -> str:
    """The control or rule without its standard: a consolidated control's id, else the standard's or generator's."""
    generator = record.need("GeneratorId")
    if kind is Kind.DETECTION:
        # GuardDuty's generator is its detector, the same for every rule
        return _typed(record) or (_last_type(record) if ":detector/" in generator else generator)
    control = record.text("Compliance", "SecurityControlId") or record.text("ProductFields", "ControlId")
    if control:
        return control_name(control)
    if record.text("ProductFields", "aws/securityhub/ProductName") == "Config":
        return control_name(
            record.need("Title")
        )  # Config's generator is an ARN of random letters; its title is the rule's name
    return control_name(generator)


def _typed(record: Wild) -> str:
    """``Policy:IAMUser/S3BucketPublic`` of ``Effects/Data Exposure/Policy:IAMUser-S3BucketPublic``."""
    typed = [_TYPED.fullmatch(word.rpartition("/")[2]) for word in record.texts("Types")]
    return next((f"{found[1]}/{found[2]}" for found in typed if found), "")


def _last_type(record: Wild) -> str:
    return next((word.rpartition("/")[2] for word in record.texts("Types")), "unnamed detection")


def _severity(record: Wild, vector: str, score: float | None) -> tuple[Severity, str, str]:
    """The label, else the 0 to 100 the format derives it from (Severity.Normalized), else CVSS."""
    told = record if record.get("Severity") is not None else record.at("FindingProviderFields")
    label = told.text("Severity", "Label")
    normalized = told.number("Severity", "Normalized")
    if not label and normalized is not None:
        bands = ((90, "CRITICAL"), (70, "HIGH"), (40, "MEDIUM"), (1, "LOW"))
        label = next((word for least, word in bands if normalized >= least), "INFORMATIONAL")
        return from_word(label), f"{normalized:g}", "source"
    severity, severity_from = told_or_scored(label, vector, score)
    return severity, label, severity_from


def _status(record: Wild) -> tuple[Status, str]:
    if record.text("ProductFields", "aws/guardduty/service/additionalInfo/sample").lower() == "true":
        return Status.SAMPLE, "GuardDuty's own sample"
    if record.flag("Sample"):
        return Status.SAMPLE, "a sample, as Macie makes them"
    told = {
        "RecordState": record.text("RecordState"),
        "Workflow": record.text("Workflow", "Status"),
        "Compliance": record.text("Compliance", "Status"),
    }
    silent = (answer for (where, word), answer in _SILENT.items() if told[where].upper() == word)
    return next(silent, (Status.OPEN, ""))
