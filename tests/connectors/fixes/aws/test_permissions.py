"""The permissions that a fix declares are the ones it needs: proved by a cloud that checks every call against them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import Target
from connectors.fixes.aws.access import AccountOptions, AwsAccess, Purpose
from connectors.fixes.aws.block_public_s3 import FIX as BLOCK_PUBLIC_S3
from connectors.fixes.aws.close_open_port import FIX as CLOSE_OPEN_PORT
from tests.connectors.fixes.aws.conftest import NOW, Intents, port_of
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud, opening


def access_with(cloud: FakeCloud, name: str, actions: Iterable[str], purpose: Purpose) -> AwsAccess:
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    key, secret = cloud.access_key(name, {"Version": "2012-10-17", "Statement": [statement]})
    way = {"access_key_id": key, "secret_access_key": secret, "endpoint_url": cloud.url}
    return AwsAccess(AccountOptions(account=ACCOUNT, purpose=purpose, **way))


def test_the_declared_permissions_suffice(cloud: FakeCloud, network: tuple[str, str], guarded: FakeCloud) -> None:
    group = cloud.security_group(network[0], "permissions-suffice", [opening(22)])
    reader = access_with(cloud, "reader", CLOSE_OPEN_PORT.permissions["read"], Purpose.READ)
    writer = access_with(cloud, "writer", CLOSE_OPEN_PORT.permissions["write"], Purpose.WRITE)
    guarded.enforce_policies(True)
    plan = CLOSE_OPEN_PORT.plan(port_of(group), reader, NOW)
    receipt = CLOSE_OPEN_PORT.apply(plan, writer, Intents())
    assert CLOSE_OPEN_PORT.verify(port_of(group), reader, NOW).holds is True
    CLOSE_OPEN_PORT.undo(receipt, writer)
    assert CLOSE_OPEN_PORT.verify(port_of(group), reader, NOW, undone=receipt).holds is True


def test_read_access_cannot_apply_and_the_missing_permission_is_named(
    cloud: FakeCloud, network: tuple[str, str], guarded: FakeCloud
) -> None:
    group = cloud.security_group(network[0], "read-cannot-apply", [opening(22)])
    reader = access_with(cloud, "only-reader", CLOSE_OPEN_PORT.permissions["read"], Purpose.READ)
    guarded.enforce_policies(True)
    plan = CLOSE_OPEN_PORT.plan(port_of(group), reader, NOW)
    with pytest.raises(NeedsHuman, match="ec2:RevokeSecurityGroupIngress is not allowed"):
        CLOSE_OPEN_PORT.apply(plan, reader, Intents())
    assert CLOSE_OPEN_PORT.verify(port_of(group), reader, NOW).holds is False


@pytest.mark.parametrize("missing", CLOSE_OPEN_PORT.permissions["read"])
def test_every_declared_read_is_needed(
    cloud: FakeCloud, network: tuple[str, str], guarded: FakeCloud, missing: str
) -> None:
    group = cloud.security_group(network[0], f"without-{missing}", [opening(22)])
    rest = [action for action in CLOSE_OPEN_PORT.permissions["read"] if action != missing]
    reader = access_with(cloud, missing.replace(":", "-"), rest, Purpose.READ)
    guarded.enforce_policies(True)
    with pytest.raises(NeedsHuman, match=f"{missing} is not allowed"):
        CLOSE_OPEN_PORT.plan(port_of(group), reader, NOW)


def test_a_bucket_that_may_not_be_read_needs_a_person_and_reads_unknown(cloud: FakeCloud, guarded: FakeCloud) -> None:
    target_bucket = cloud.bucket("made-up-forbidden")
    target = Target(ACCOUNT, REGION, target_bucket)
    reader = access_with(cloud, "no-buckets", ["ec2:DescribeVpcs"], Purpose.READ)
    guarded.enforce_policies(True)
    with pytest.raises(NeedsHuman, match="s3:GetBucketPublicAccessBlock is not allowed"):
        BLOCK_PUBLIC_S3.plan(target, reader, NOW)
    assert BLOCK_PUBLIC_S3.verify(target, reader, NOW).holds is None
