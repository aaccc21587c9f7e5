"""Findings of AWS Macie: a bucket that is open, or sensitive data in one of its objects.

Shape: Amazon Macie user guide, "Amazon EventBridge event schema for Macie findings".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.formats.control_families import family_of
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_CREDENTIALS = "SensitiveData:S3Object/Credentials"


def read_finding(source: str, told: Wild) -> Iterator[Finding]:
    """One finding. Raises Unreadable.

    Known by type, bucket and object: Macie gives sensitive data a new id each time that it looks.
    """
    rule, word = told.need("type"), told.text("severity", "description")
    bucket = told.at("resourcesAffected", "s3Bucket")
    path = told.text("resourcesAffected", "s3Object", "key", limit=1_000)
    severity, family = from_word(word), family_of(rule)
    status, reason = _status(told)
    is_secret = rule == _CREDENTIALS
    yield Finding(
        source=source,
        kind=Kind.SECRET if is_secret else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("title", limit=400) or rule),
        resource=_bucket(bucket, told, path),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=family.problem if rule.startswith("Policy:") else rule,
        locator=(path,) if path else (),
        summary=told.text("description", limit=SUMMARY),
        actor=told.text("policyDetails", "actor", "ipAddressDetails", "ipAddressV4"),
        world_open=family.world_open,
        publicly_leaked=is_secret and bucket.text("publicAccess", "effectivePermission") == "PUBLIC",
        status=status,
        status_reason=reason,
        first_seen=told.time("createdAt"),
        observed_at=told.time("updatedAt"),
        pointer=told.pointer(),
    )


def _bucket(bucket: Wild, told: Wild, path: str) -> Resource:
    name = bucket.need("name")
    tags = {tag.text("key"): tag.text("value") for tag in bucket.items("tags") if tag.text("key")}
    return Resource(
        id=bucket.text("arn") or f"arn:{told.text('partition') or 'aws'}:s3:::{name}",
        type="AwsS3Bucket",
        name=name,
        provider="aws",
        account=told.need("accountId"),
        region=told.text("region"),
        path=path,
        tags=tags,
    )


def _status(told: Wild) -> tuple[Status, str]:
    if told.flag("sample"):
        return Status.SAMPLE, "Macie's own sample"
    return (Status.ARCHIVED, "archived in Macie") if told.flag("archived") else (Status.OPEN, "")
