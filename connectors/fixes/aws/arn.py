"""What AWS's names look like, strictly. What does not match exactly is not a name: it never becomes a target.

Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and, for buckets,
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from connectors.contract.finding import Resource

_ACCOUNT = re.compile(r"[0-9]{12}")
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]{2,12}){1,2}-[0-9]{1,2}")
_GROUP = re.compile(r"sg-(?:[0-9a-f]{17}|[0-9a-f]{8})")
_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9-]|\.(?!\.)){1,61}[a-z0-9]")
_IPV4 = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")
_ARN = re.compile(r"arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9-]*):([0-9]*):(\S+)")

# A bucket's name is unique in its partition, so any region of that partition can be asked for it.
_FIRST_REGION = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}


@dataclass(frozen=True, slots=True)
class Place:
    """One resource by its full name: 12-digit account, region, and the id that the service knows it by."""

    account: str
    region: str
    id: str


def is_account(text: str) -> bool:
    """Whether ``text`` is an account number: twelve ASCII digits."""
    return _ACCOUNT.fullmatch(text) is not None


def is_region(text: str) -> bool:
    """Whether ``text`` is written like a region: ``eu-west-1``, ``us-gov-west-1``."""
    return _REGION.fullmatch(text) is not None


def is_group(text: str) -> bool:
    """Whether ``text`` is a security group's id."""
    return _GROUP.fullmatch(text) is not None


def is_bucket(text: str) -> bool:
    """Whether ``text`` is a bucket's name by today's rules (names from before 2018 with capitals are not offered)."""
    return _BUCKET.fullmatch(text) is not None and _IPV4.fullmatch(text) is None


def security_group(resource: Resource) -> Place | None:
    """The security group that a finding names, by ARN or by id, account and region; None for anything else."""
    if resource.provider not in ("", "aws"):
        return None
    arn = _ARN.fullmatch(resource.id)
    if arn is None:
        account, region, group = resource.account, resource.region, resource.id
    elif arn[2] == "ec2" and arn[5].startswith("security-group/"):
        account = _agreed(arn[4], resource.account)
        region = _agreed(arn[3], resource.region)
        group = arn[5].removeprefix("security-group/")
    else:
        return None
    return Place(account, region, group) if is_account(account) and is_region(region) and is_group(group) else None


def bucket(resource: Resource) -> Place | None:
    """The bucket that a finding names, by ARN or name, with its account; None for objects, access points and others.

    A bucket's ARN has neither account nor region. The account must be told beside it; the region may be missing.
    """
    if resource.provider not in ("", "aws"):
        return None
    arn = _ARN.fullmatch(resource.id)
    if arn is not None and (arn[2], arn[3], arn[4]) != ("s3", "", ""):
        return None
    name = arn[5] if arn else resource.id
    region = resource.region or _FIRST_REGION.get(arn[1] if arn else "aws", "")
    known = is_account(resource.account) and is_region(region) and is_bucket(name)
    return Place(resource.account, region, name) if known else None


def _agreed(named: str, beside: str) -> str:
    """What the ARN says, unless the finding says otherwise beside it: then nothing can be believed."""
    return named if beside in ("", named) else ""
