"""A security group with SSH open to the world, as a posture tool tells of it and as the cloud has it."""

from __future__ import annotations

from typing import Any

from tests.stories.organisation import ACCOUNT
from tests.stories.world import World


def open_port(group: str, **changes: Any) -> dict[str, Any]:
    """What a posture tool says about that group."""
    return {
        "title": f"SSH is open to the world on {group}",
        "severity": "high",
        "kind": "compliance",
        "rule": "ssh-open",
        "problem": "network.open-port.22",
        "port": 22,
        "world_open": True,
        "resource": {
            "id": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/{group}",
            "type": "AwsEc2SecurityGroup",
            "account": ACCOUNT,
            "region": "eu-west-1",
        },
    } | changes


def rules_of(world: World, group: str) -> list[Any]:
    assert world.cloud is not None
    answered = world.cloud.client("ec2").describe_security_groups(GroupIds=[group])
    return [r for p in answered["SecurityGroups"][0]["IpPermissions"] for r in p["IpRanges"]]
