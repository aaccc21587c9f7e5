"""The resources an ASFF finding names."""

from __future__ import annotations

import re

from connectors.contract.finding import Resource
from connectors.formats.aws_names import holder_of_key, lasting_name
from connectors.wild import Wild

_ARN = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:([a-z0-9-]*):(\d{12}|):(.+)", re.ASCII)
_IMAGE = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)


def resource_of(told: Wild, account: str, region: str) -> Resource:
    """One member of ``Resources``. The account is the ARN's own where it has one: a delegated finding may differ."""
    identity = told.need("Id", limit=1_000)
    arn = _ARN.fullmatch(identity)
    tags = told.pairs("Tags")
    tail = (arn.group(3) if arn else identity).rpartition("/")[2].rpartition(":")[2]
    image = _IMAGE.search(told.text("Details", "AwsEcrContainerImage", "ImageDigest") or identity)
    return Resource(
        id=identity,
        type=told.text("Type"),
        name=tags.get("Name") or tail,
        provider="aws",
        account=(arn.group(2) if arn else "") or account,
        region=(arn.group(1) if arn else "") or told.text("Region") or region,
        image_digest=image.group() if image else "",
        same_as=lasting_name(identity) or _holder(told, account),
        tags=tags,
    )


def _holder(told: Wild, account: str) -> str:
    """Of an access key, which comes and goes with its session: the user or role that GuardDuty tells by itself."""
    details = told.at("Details", "AwsIamAccessKey")
    holder = details.first("PrincipalName", "UserName", "PrincipalId")
    return holder_of_key(account, holder, details.text("PrincipalType"))[0] if holder else ""
