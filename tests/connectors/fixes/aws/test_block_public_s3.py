"""Blocking public access to a real (emulated) bucket, and putting exactly the old flags back."""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32

import pytest

from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import RiskLevel, Target
from connectors.fixes.aws.access import AwsAccess
from connectors.fixes.aws.block_public_s3 import FIX
from connectors.fixes.aws.bucket_access import FLAGS
from tests.connectors.fixes.aws.conftest import NOW, Intents
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud

HALF = {"BlockPublicAcls": True, "IgnorePublicAcls": False, "BlockPublicPolicy": True, "RestrictPublicBuckets": False}


def target_of(bucket: str) -> Target:
    return Target(ACCOUNT, REGION, bucket)


@pytest.fixture
def bucket(cloud: FakeCloud, request: pytest.FixtureRequest) -> str:
    return cloud.bucket(f"made-up-{crc32(request.node.name.encode()):08x}")


def block_of(cloud: FakeCloud, bucket: str) -> Any:
    s3 = cloud.client("s3")
    try:
        return s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except s3.exceptions.ClientError as absent:
        return absent.response["Error"]["Code"]


def make_public(cloud: FakeCloud, bucket: str) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    cloud.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def test_a_plan_shows_the_flags_and_changes_nothing(cloud: FakeCloud, bucket: str, read: AwsAccess) -> None:
    plan = FIX.plan(target_of(bucket), read, NOW)
    assert [(change.what, change.before, change.after) for change in plan.changes] == [(f, "off", "on") for f in FLAGS]
    assert block_of(cloud, bucket) == "NoSuchPublicAccessBlockConfiguration"
    assert plan.operational_risk.level is RiskLevel.UNKNOWN
    assert all(fact.where for fact in plan.blast_radius + plan.operational_risk.facts)


def test_a_public_website_is_high_risk_and_says_that_visitors_lose_access(
    cloud: FakeCloud, bucket: str, read: AwsAccess
) -> None:
    make_public(cloud, bucket)
    site = {"IndexDocument": {"Suffix": "index.html"}}
    cloud.client("s3").put_bucket_website(Bucket=bucket, WebsiteConfiguration=site)
    plan = FIX.plan(target_of(bucket), read, NOW)
    assert plan.operational_risk.level is RiskLevel.HIGH
    texts = [fact.text for fact in plan.operational_risk.facts]
    assert "website hosting is on: visitors lose access" in texts
    assert "everybody whom the public policy lets in loses access, other accounts among them" in texts
    assert "the bucket policy is public" in [fact.text for fact in plan.blast_radius]


def test_a_public_access_list_is_seen(cloud: FakeCloud, bucket: str, read: AwsAccess) -> None:
    cloud.client("s3").put_bucket_acl(Bucket=bucket, ACL="public-read")
    plan = FIX.plan(target_of(bucket), read, NOW)
    assert plan.operational_risk.level is RiskLevel.UNKNOWN
    assert "the bucket's access list is public" in [fact.text for fact in plan.blast_radius]


def test_access_logs_are_named(cloud: FakeCloud, bucket: str, read: AwsAccess) -> None:
    s3 = cloud.client("s3")
    logs = cloud.bucket(f"{bucket}-logs")
    s3.put_bucket_acl(Bucket=logs, ACL="log-delivery-write")
    status = {"LoggingEnabled": {"TargetBucket": logs, "TargetPrefix": ""}}
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus=status)
    plan = FIX.plan(target_of(bucket), read, NOW)
    assert f"access logs go to {logs}" in [fact.text for fact in plan.blast_radius]


def test_only_a_bucket_that_nobody_can_read_is_low_risk(cloud: FakeCloud, bucket: str, read: AwsAccess) -> None:
    controls = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
    cloud.client("s3").put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=controls)
    assert FIX.plan(target_of(bucket), read, NOW).operational_risk.level is RiskLevel.LOW
    make_public(cloud, bucket)
    assert FIX.plan(target_of(bucket), read, NOW).operational_risk.level is RiskLevel.UNKNOWN


@pytest.mark.parametrize("before", [None, HALF, dict.fromkeys(FLAGS, False)])
def test_apply_verify_undo_put_the_same_flags_back(
    cloud: FakeCloud, bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents, before: dict[str, bool] | None
) -> None:
    if before is not None:
        cloud.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=before)
    found = block_of(cloud, bucket)
    assert FIX.verify(target_of(bucket), read, NOW).holds is False
    receipt = FIX.apply(FIX.plan(target_of(bucket), read, NOW), write, intents)
    assert intents.found == [receipt.found]
    assert block_of(cloud, bucket) == dict.fromkeys(FLAGS, True)
    assert FIX.verify(target_of(bucket), read, NOW).holds is True
    assert FIX.verify(target_of(bucket), read, NOW, undone=receipt).holds is False
    FIX.undo(receipt, write)
    assert block_of(cloud, bucket) == found
    assert FIX.verify(target_of(bucket), read, NOW, undone=receipt).holds is True
    assert FIX.undo(receipt, write).changed == ()


def test_applied_twice_is_applied_once(bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents) -> None:
    plan = FIX.plan(target_of(bucket), read, NOW)
    FIX.apply(plan, write, intents)
    assert FIX.apply(plan, write, intents).changed == ()
    assert len(intents.found) == 1
    assert FIX.plan(target_of(bucket), read, NOW).changes == ()


def test_a_bucket_changed_after_the_plan_is_refused(
    cloud: FakeCloud, bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(target_of(bucket), read, NOW)
    cloud.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=HALF)
    with pytest.raises(NeedsHuman, match="changed since the plan"):
        FIX.apply(plan, write, intents)
    assert block_of(cloud, bucket) == HALF
    assert intents.found == []


def test_a_bucket_that_became_a_website_after_the_plan_is_refused(
    cloud: FakeCloud, bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(target_of(bucket), read, NOW)
    make_public(cloud, bucket)
    with pytest.raises(NeedsHuman, match="changed since the plan"):
        FIX.apply(plan, write, intents)


def test_undo_does_not_overrule_a_later_decision(
    cloud: FakeCloud, bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    receipt = FIX.apply(FIX.plan(target_of(bucket), read, NOW), write, intents)
    cloud.client("s3").put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=HALF)
    with pytest.raises(NeedsHuman, match="changed since the fix"):
        FIX.undo(receipt, write)
    assert block_of(cloud, bucket) == HALF


def test_a_bucket_of_another_account_is_out_of_reach(cloud: FakeCloud, read: AwsAccess) -> None:
    theirs = cloud.bucket("made-up-theirs", account="444455556666")
    with pytest.raises(NeedsHuman, match="s3:GetBucketPublicAccessBlock is not allowed"):
        FIX.plan(target_of(theirs), read, NOW)
    assert FIX.verify(target_of(theirs), read, NOW).holds is None


def test_a_bucket_that_is_not_there_needs_a_person(read: AwsAccess) -> None:
    with pytest.raises(NeedsHuman, match="does not exist"):
        FIX.plan(target_of("made-up-nowhere"), read, NOW)


def test_every_call_names_the_owner(bucket: str, read: AwsAccess, write: AwsAccess, intents: Intents) -> None:
    sent: list[tuple[str, Any]] = []
    clients = [access.client("s3", REGION) for access in (read, write)]
    note = lambda params, model, **_: sent.append((model.name, params.get("ExpectedBucketOwner")))  # noqa: E731
    for client in clients:
        client.meta.events.register("provide-client-params.s3", note)
    try:
        receipt = FIX.apply(FIX.plan(target_of(bucket), read, NOW), write, intents)
        FIX.verify(target_of(bucket), read, NOW)
        FIX.undo(receipt, write)
    finally:
        for client in clients:
            client.meta.events.unregister("provide-client-params.s3", note)
    assert len(sent) > 10
    assert {owner for _, owner in sent} == {ACCOUNT}
