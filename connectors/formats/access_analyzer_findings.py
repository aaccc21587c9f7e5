"""Findings of AWS IAM Access Analyzer: access from outside, from within, unused, or that could not be looked at.

Shape: AWS IAM user guide, "Monitoring AWS Identity and Access Management Access Analyzer with Amazon EventBridge".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.aws_names import name_of, read_arn, type_of
from connectors.text import clean, one_line
from connectors.wild import Wild

_STATUSES = {"ACTIVE": Status.OPEN, "ARCHIVED": Status.ARCHIVED, "RESOLVED": Status.RESOLVED}
_PUBLIC: Mapping[str, str] = {  # type -> the family that other tools' controls are in
    "AwsS3Bucket": "s3.public-access",
    "AwsLambdaFunction": "lambda.public-access",
    "AwsEc2Snapshot": "ec2.public-snapshot",
    "AwsRdsDbSnapshot": "rds.public-snapshot",
    "AwsRdsDbClusterSnapshot": "rds.public-snapshot",
}
_TITLES: Mapping[str, str] = {
    "ExternalAccess": "can be reached from outside",
    "InternalAccess": "can be reached from within",
    "UnusedIAMRole": "is a role that nobody uses",
    "UnusedIAMUserAccessKey": "has an access key that nobody uses",
    "UnusedIAMUserPassword": "has a password that nobody uses",
    "UnusedPermission": "may do what it never does",
}
_FAILED = "AnalysisFailed"


def read_finding(source: str, told: Wild) -> Iterator[Finding]:
    """One finding. Raises Unreadable.

    External findings have no ``findingType``; a finding with ``error`` says that nobody could look.
    """
    rule = _FAILED if told.text("error") else told.text("findingType") or "ExternalAccess"
    is_public = told.flag("isPublic")
    resource = _resource(told)
    status, reason = _status(told)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(_title(rule, resource.name, is_public)),
        resource=resource,
        problem=public_problem(resource.type) if is_public else rule,
        source_uid=told.first("id", "findingId") or told.need("id"),
        summary=_summary(told),
        world_open=is_public,
        status=status,
        status_reason=reason,
        first_seen=told.time("createdAt"),
        last_seen=told.time("analyzedAt"),
        observed_at=told.time("updatedAt"),
        pointer=told.pointer(),
    )


def public_problem(kind: str) -> str:
    """The family of what anyone can reach, by Security Hub's word for the type of resource."""
    return _PUBLIC.get(kind, "public-access")


def _title(rule: str, name: str, is_public: bool) -> str:
    if rule == _FAILED:
        return f"Access Analyzer could not look at {name}"
    return f"{name} {'can be reached by anyone' if is_public else _TITLES.get(rule, rule)}"


def _resource(told: Wild) -> Resource:
    identity, kind = told.need("resource", limit=1_000), type_of(told.text("resourceType"))
    arn, account = read_arn(identity), told.need("accountId")
    return Resource(
        id=name_of(kind, identity, account, told.text("region")),
        type=kind,
        name=arn.name,
        provider="aws",
        account=arn.account or account,
        region=arn.region or told.text("region"),
    )


def _status(told: Wild) -> tuple[Status, str]:
    """A deleted finding keeps the status it had."""
    status = told.need("status")
    if status not in _STATUSES:
        raise told.bad(f"expected {', '.join(_STATUSES)}", "status")
    if told.flag("isDeleted") and status == "ACTIVE":
        return Status.RESOLVED, "deleted by Access Analyzer"
    return _STATUSES[status], "" if status == "ACTIVE" else f"{status.lower()} in Access Analyzer"


def _summary(told: Wild) -> str:
    """Who may do what; for a failed analysis, why."""
    if error := told.text("error"):
        return f"Access Analyzer says {error}: give it access to the resource, or exclude it."
    who = ", ".join(f"{kind} {name}" for kind, name in sorted(told.pairs("principal").items()))
    actions = ", ".join(told.texts("action"))
    return clean(f"{who} may do {actions}" if who and actions else who or actions, 2_000)
