"""A security group's ingress rules: read those that let the whole internet in, revoke them, put them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import Target
from connectors.fixes.aws.failures import ask, ask_pages
from connectors.fixes.aws.rules import WORLD, Rule, own_tags

_ALREADY_GONE = ("InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound")


def read_group(ec2: Any, target: Target) -> dict[str, str]:
    """The group's id, name and network, as EC2 tells them.

    Raises NeedsHuman when there is no such group or it belongs to another account, which shared networks make possible.
    """
    answer = ask(ec2.describe_security_groups, "ec2:DescribeSecurityGroups", GroupIds=[target.id])
    group = answer["SecurityGroups"][0]
    if group["OwnerId"] != target.account:
        raise NeedsHuman(f"{target.id} belongs to account {group['OwnerId']}, not to {target.account}: fix it there")
    return {"id": group["GroupId"], "name": group["GroupName"], "network": group.get("VpcId", "")}


def read_world_open(ec2: Any, group: str) -> list[Rule]:
    """The group's ingress rules whose source is the whole internet (IPv4 or IPv6), by rule id."""
    listed = ask_pages(
        ec2,
        "describe_security_group_rules",
        "SecurityGroupRules",
        "ec2:DescribeSecurityGroupRules",
        Filters=[{"Name": "group-id", "Values": [group]}],
    )
    rules = [_rule(entry) for entry in listed if not entry["IsEgress"] and _source(entry) in WORLD]
    return sorted(rules, key=lambda rule: rule.id)


def revoke(ec2: Any, group: str, rules: Sequence[Rule]) -> bool:
    """One call, all rules or none. False when one of them had just gone, so that none was revoked."""
    answer = ask(
        ec2.revoke_security_group_ingress,
        "ec2:RevokeSecurityGroupIngress",
        write=True,
        absent=_ALREADY_GONE,
        GroupId=group,
        SecurityGroupRuleIds=[rule.id for rule in rules],
    )
    return answer is not None


def authorize(ec2: Any, group: str, rule: Rule) -> bool:
    """Put one rule back, exactly. False when somebody else has just done so."""
    source = {"CidrIpv6" if ":" in rule.cidr else "CidrIp": rule.cidr}
    source |= {"Description": rule.description} if rule.description else {}
    permission: dict[str, Any] = {
        "IpProtocol": rule.protocol,
        "Ipv6Ranges" if ":" in rule.cidr else "IpRanges": [source],
    }
    if rule.protocol != "-1":
        permission |= {"FromPort": rule.from_port, "ToPort": rule.to_port}
    tags = [{"Key": key, "Value": value} for key, value in sorted(own_tags(rule).items())]
    tagging = {"TagSpecifications": [{"ResourceType": "security-group-rule", "Tags": tags}]} if tags else {}
    answer = ask(
        ec2.authorize_security_group_ingress,
        "ec2:AuthorizeSecurityGroupIngress",
        write=True,
        absent=("InvalidPermission.Duplicate",),
        GroupId=group,
        IpPermissions=[permission],
        **tagging,
    )
    return answer is not None


def _source(entry: Mapping[str, Any]) -> str:
    source: str = entry.get("CidrIpv4") or entry.get("CidrIpv6") or ""
    return source


def _rule(entry: Mapping[str, Any]) -> Rule:
    return Rule(
        id=entry["SecurityGroupRuleId"],
        protocol=entry["IpProtocol"],
        from_port=entry.get("FromPort", -1),
        to_port=entry.get("ToPort", -1),
        cidr=_source(entry),
        description=entry.get("Description", ""),
        tags={tag["Key"]: tag["Value"] for tag in entry.get("Tags", [])},
    )
