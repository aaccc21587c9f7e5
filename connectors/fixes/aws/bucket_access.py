"""Who may read a bucket without credentials, as S3 itself tells: block flags, policy, access list, website, logs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contract.fix import Fact, Risk, RiskLevel, Target
from connectors.fixes.aws.failures import ask

FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#specifying-grantee-predefined-groups
_ANYONE = frozenset(
    {
        "http://acs.amazonaws.com/groups/global/AllUsers",
        "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
    }
)
_GUIDE = "Amazon S3 User Guide, blocking public access"
READS = (
    "s3:GetBucketAcl",
    "s3:GetBucketLogging",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketWebsite",
)


@dataclass(frozen=True, slots=True)
class PublicBlock:
    """The bucket's public access block: is there a configuration at all, and the four flags in the order of FLAGS."""

    configured: bool
    flags: tuple[bool, bool, bool, bool]

    @property
    def complete(self) -> bool:
        return all(self.flags)


NO_BLOCK = PublicBlock(configured=False, flags=(False, False, False, False))
FULL_BLOCK = PublicBlock(configured=True, flags=(True, True, True, True))


@dataclass(frozen=True, slots=True)
class BucketUse:
    """By which ways the bucket is public now, and whether anybody could say who reads it."""

    public_policy: bool
    public_acl: bool
    acls_off: bool  # object ownership "bucket owner enforced": no access list counts, the bucket's or an object's
    website: bool
    logs_to: str  # the bucket that gets the access logs; "" = none are kept

    @property
    def level(self) -> RiskLevel:
        """A website that is public has visitors; a bucket that is not public in any way has none."""
        if self.website and (self.public_policy or self.public_acl or not self.acls_off):
            return RiskLevel.HIGH
        if self.acls_off and not self.public_policy:
            return RiskLevel.LOW
        return RiskLevel.UNKNOWN


def owned(target: Target) -> dict[str, Any]:
    """The arguments of every S3 call: S3 itself refuses when the bucket is not the account's."""
    return {"Bucket": target.id, "ExpectedBucketOwner": target.account}


def read_block(s3: Any, target: Target) -> PublicBlock:
    """The four flags; a bucket without the configuration has them all off."""
    answer = ask(
        s3.get_public_access_block,
        "s3:GetBucketPublicAccessBlock",
        absent=("NoSuchPublicAccessBlockConfiguration",),
        **owned(target),
    )
    return as_block(answer["PublicAccessBlockConfiguration"], configured=True) if answer else NO_BLOCK


def as_block(values: Mapping[str, bool], *, configured: bool) -> PublicBlock:
    """The block from S3's own names; a name that is not there is off."""
    first, second, third, fourth = (bool(values.get(flag, False)) for flag in FLAGS)
    return PublicBlock(configured, (first, second, third, fourth))


def read_use(s3: Any, target: Target) -> BucketUse:
    """Ask S3 in how many ways the bucket is public: five reads."""
    whose = owned(target)
    policy = ask(s3.get_bucket_policy_status, "s3:GetBucketPolicyStatus", absent=("NoSuchBucketPolicy",), **whose)
    ownership = ask(
        s3.get_bucket_ownership_controls,
        "s3:GetBucketOwnershipControls",
        absent=("OwnershipControlsNotFoundError",),
        **whose,
    )
    website = ask(s3.get_bucket_website, "s3:GetBucketWebsite", absent=("NoSuchWebsiteConfiguration",), **whose)
    grants = ask(s3.get_bucket_acl, "s3:GetBucketAcl", **whose)["Grants"]
    logging = ask(s3.get_bucket_logging, "s3:GetBucketLogging", **whose)
    rules = ownership["OwnershipControls"]["Rules"] if ownership else []
    return BucketUse(
        public_policy=bool(policy and policy["PolicyStatus"]["IsPublic"]),
        public_acl=any(grant["Grantee"].get("URI") in _ANYONE for grant in grants),
        acls_off=any(rule["ObjectOwnership"] == "BucketOwnerEnforced" for rule in rules),
        website=website is not None,
        logs_to=logging.get("LoggingEnabled", {}).get("TargetBucket", ""),
    )


def radius(use: BucketUse, now: datetime) -> tuple[Fact, ...]:
    """What depends on the bucket's being public, each with where it was read."""
    logs = f"access logs go to {use.logs_to}" if use.logs_to else "access logging is off: S3 does not say who reads it"
    return (
        Fact(f"the bucket policy is {'' if use.public_policy else 'not '}public", "s3:GetBucketPolicyStatus", now),
        Fact(f"the bucket's access list is {'' if use.public_acl else 'not '}public", "s3:GetBucketAcl", now),
        Fact(f"access lists {'do not count' if use.acls_off else 'count'} here", "s3:GetBucketOwnershipControls", now),
        Fact(f"website hosting is {'on' if use.website else 'off'}", "s3:GetBucketWebsite", now),
        Fact(logs, "s3:GetBucketLogging", now),
        Fact("a later deploy that writes a public policy or access list will be refused", _GUIDE),
    )


def risk(use: BucketUse, now: datetime) -> Risk:
    """What blocking public access may break."""
    if use.level is RiskLevel.LOW:
        text = "no policy makes it public and access lists do not count, so nobody reads it without credentials"
        return Risk(use.level, (Fact(text, "s3:GetBucketPolicyStatus, s3:GetBucketOwnershipControls", now),))
    facts = []
    if use.website:
        facts.append(Fact("website hosting is on: visitors lose access", "s3:GetBucketWebsite", now))
    if use.public_policy:
        text = "everybody whom the public policy lets in loses access, other accounts among them"
        facts.append(Fact(text, "s3:GetBucketPolicyStatus", now))
    if use.public_acl:
        facts.append(Fact("everybody whom the public access list lets in loses access", "s3:GetBucketAcl", now))
    if not use.acls_off:
        text = "single objects may be public by their own access lists, which were not read"
        facts.append(Fact(text, "s3:GetBucketOwnershipControls", now))
    facts.append(Fact("who reads it without credentials is not known", "S3 access logs, not read"))
    return Risk(use.level, tuple(facts))
