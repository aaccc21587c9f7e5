"""What uses a security group: interfaces, the instances and load balancers behind them, and groups that refer to it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from connectors.contract.fix import Fact, Risk, RiskLevel
from connectors.fixes.aws.failures import ask_pages

_INTERFACES = "ec2:DescribeNetworkInterfaces"
_GROUPS = "ec2:DescribeSecurityGroups"
_TRACKING = "Amazon EC2 User Guide, security group connection tracking"
# Elastic Load Balancing writes this itself: "ELB app/shop/50dc6c495c0c9188", "ELB classic-name"
_BALANCER = re.compile(r"ELB ((?:(?:app|net|gwy)/)?[A-Za-z0-9-]{1,32}(?:/[0-9a-f]{16})?)")
_NAMED = 10  # more names than this help nobody on a card


@dataclass(frozen=True, slots=True)
class GroupUse:
    """What uses one security group now. ``reachable`` counts the interfaces with an address of the internet."""

    interfaces: int
    reachable: int
    instances: tuple[str, ...]
    balancers: tuple[str, ...]
    others: int  # interfaces of something else: a database, a function, an endpoint, or attached to nothing
    referring: tuple[str, ...]  # groups whose rules let members of this group in

    @property
    def level(self) -> RiskLevel:
        """How bad it is to take access from the internet away. Nobody tells us who is connected, so seldom known."""
        if self.interfaces == 0:
            return RiskLevel.LOW
        return RiskLevel.HIGH if self.balancers else RiskLevel.UNKNOWN


def read_use(ec2: Any, group: str) -> GroupUse:
    """Ask EC2 what uses ``group``: two reads, all pages."""
    interfaces = ask_pages(
        ec2,
        "describe_network_interfaces",
        "NetworkInterfaces",
        _INTERFACES,
        Filters=[{"Name": "group-id", "Values": [group]}],
    )
    referring = ask_pages(
        ec2,
        "describe_security_groups",
        "SecurityGroups",
        _GROUPS,
        Filters=[{"Name": "ip-permission.group-id", "Values": [group]}],
    )
    instances = {_instance(entry) for entry in interfaces} - {""}
    balancers = {_balancer(entry) for entry in interfaces} - {""}
    return GroupUse(
        interfaces=len(interfaces),
        reachable=sum(_reachable(entry) for entry in interfaces),
        instances=tuple(sorted(instances)),
        balancers=tuple(sorted(balancers)),
        others=sum(not _instance(entry) and not _balancer(entry) for entry in interfaces),
        referring=tuple(sorted(entry["GroupId"] for entry in referring)),
    )


def radius(use: GroupUse, group: str, now: datetime) -> tuple[Fact, ...]:
    """What depends on the group, each with where it was read."""
    if use.interfaces == 0:
        facts = [Fact(f"no network interface visible to this account uses {group}", _INTERFACES, now)]
    else:
        count = f"{use.interfaces} network interface{'s' if use.interfaces > 1 else ''}"
        facts = [Fact(f"{group} is used by {count}, {use.reachable} with an internet address", _INTERFACES, now)]
    if use.instances:
        facts.append(Fact("instances: " + _names(use.instances), _INTERFACES, now))
    if use.balancers:
        facts.append(Fact("load balancers: " + _names(use.balancers), _INTERFACES, now))
    if use.others:
        facts.append(Fact(f"interfaces of neither an instance nor a load balancer: {use.others}", _INTERFACES, now))
    if use.referring:
        facts.append(Fact(f"groups that let its members in, not affected: {_names(use.referring)}", _GROUPS, now))
    return tuple(facts)


def risk(use: GroupUse, port: str, now: datetime) -> Risk:
    """What taking access to ``port`` (``tcp 22``) from the internet away may break."""
    if use.level is RiskLevel.LOW:
        return Risk(use.level, (Fact("nothing uses the group now, so nothing loses access", _INTERFACES, now),))
    facts = []
    if use.balancers:
        facts.append(Fact(f"clients on the internet lose {port} on {_names(use.balancers)}", _INTERFACES, now))
    if use.instances:
        facts.append(Fact(f"{_names(use.instances)} lose {port} from the internet", _INTERFACES, now))
    if use.others:
        facts.append(Fact(f"{use.others} other interfaces lose {port} from the internet", _INTERFACES, now))
    facts.append(Fact("who is connected now is not known", "VPC flow logs, not read"))
    facts.append(Fact("where the group also lets everything out, open connections are cut at once", _TRACKING))
    return Risk(use.level, tuple(facts))


def _names(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _instance(entry: Mapping[str, Any]) -> str:
    instance: str = entry.get("Attachment", {}).get("InstanceId", "")
    return instance


def _balancer(entry: Mapping[str, Any]) -> str:
    """The load balancer's name, only when its description is exactly what the service writes."""
    written = _BALANCER.fullmatch(entry.get("Description", ""))
    return written[1] if written and not _instance(entry) else ""


def _reachable(entry: Mapping[str, Any]) -> bool:
    return bool(entry.get("Association", {}).get("PublicIp") or entry.get("Ipv6Addresses"))
