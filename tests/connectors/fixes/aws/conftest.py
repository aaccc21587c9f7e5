"""One cloud for all tests of AWS fixes; each test makes things of its own in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.contract.fix import Target
from connectors.fixes.aws.access import AccountOptions, AwsAccess, Purpose
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ROLE = f"arn:aws:iam::{ACCOUNT}:role/suture"


@dataclass
class Intents:
    """The durable record of what apply found, as a list."""

    found: list[Any] = field(default_factory=list)

    def __call__(self, found: Any) -> None:
        self.found.append(found)


def options(url: str, purpose: Purpose, **more: Any) -> AccountOptions:
    """A role of the account, assumed with keys that the emulator takes from anybody."""
    base = {"role_arn": ROLE, "access_key_id": "AKIAEXAMPLE", "secret_access_key": "made-up", "read_attempts": 1}
    return AccountOptions(account=ACCOUNT, purpose=purpose, endpoint_url=url, **{**base, **more})


def port_of(group: str, port: int = 22, protocol: str = "tcp") -> Target:
    return Target(ACCOUNT, REGION, group, {"protocol": protocol, "port": str(port)})


def rules_of(cloud: FakeCloud, group: str) -> list[dict[str, Any]]:
    """Every rule of the group as EC2 tells it, without the ids, in an order of its own."""
    told = cloud.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    rules = [{k: v for k, v in rule.items() if k != "SecurityGroupRuleId"} for rule in told["SecurityGroupRules"]]
    return sorted(rules, key=repr)


@pytest.fixture(scope="session")
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud.start() as running:
        yield running


@pytest.fixture(scope="session")
def network(cloud: FakeCloud) -> tuple[str, str]:
    """(VPC, subnet)"""
    return cloud.network()


@pytest.fixture(scope="session")
def read(cloud: FakeCloud) -> AwsAccess:
    return AwsAccess(options(cloud.url, Purpose.READ))


@pytest.fixture(scope="session")
def write(cloud: FakeCloud) -> AwsAccess:
    return AwsAccess(options(cloud.url, Purpose.WRITE))


@pytest.fixture
def intents() -> Intents:
    return Intents()


@pytest.fixture
def guarded(cloud: FakeCloud) -> Iterator[FakeCloud]:
    """The same cloud while it checks keys and policies. What a test needs in it is made before."""
    yield cloud
    cloud.enforce_policies(False)
