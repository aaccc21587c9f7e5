"""What a security group's own rules say about who may reach which port, where a finding brings them along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.formats.control_families import Family
from connectors.wild import Wild

_ANYONE = ("0.0.0.0/0", "::/0")
_ADMIN = frozenset({22, 3389})
_RISKY = frozenset({20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601})
_RISKIER = _RISKY | {8080, 8088, 8888, 9200, 9300}  # the ports of control EC2.19
_NARROWED = {"network.open-admin-ports": _ADMIN, "network.open-risky-ports": _RISKIER}


def open_family(resource: Wild, family: Family) -> Family:
    """The family as this resource shows it: a control over several ports, told of the one port that is open.

    Only then is it the same problem as another tool's finding on that port. More than one open port stays as it was.
    """
    guarded = _NARROWED.get(family.problem)
    if guarded is None or resource.get("Details", "AwsEc2SecurityGroup") is None:
        return family
    ports = set(_open_ports(resource.at("Details", "AwsEc2SecurityGroup"), guarded))
    if len(ports) != 1:
        return family
    (port,) = ports
    return replace(family, problem=f"network.open-port.{port}", port=port, protocol="tcp")


def _open_ports(group: Wild, guarded: frozenset[int]) -> Iterator[int]:
    for rule in group.items("IpPermissions"):
        first, last = rule.whole("FromPort"), rule.whole("ToPort")
        if rule.text("IpProtocol") not in {"tcp", "6", "-1"} or not _is_for_anyone(rule):
            continue
        low, high = (0, 65_535) if first is None or last is None else (first, last)
        yield from (port for port in guarded if low <= port <= high)


def _is_for_anyone(rule: Wild) -> bool:
    told = [*(one.text("CidrIp") for one in rule.items("IpRanges"))]
    told += [one.text("CidrIpv6") for one in rule.items("Ipv6Ranges")]
    return any(network in _ANYONE for network in told)
