"""Close a port that an AWS security group opens to the whole internet: revoke the rules, put them back on undo."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors.contract.failure import NeedsHuman
from connectors.contract.finding import Finding
from connectors.contract.fix import Access, Change, Fact, Fix, Plan, Receipt, Risk, Target, Verification
from connectors.fixes.aws.arn import is_account, is_group, is_region, security_group
from connectors.fixes.aws.group_use import radius, read_use, risk
from connectors.fixes.aws.ingress import authorize, read_group, read_world_open, revoke
from connectors.fixes.aws.rules import Rule, also_closed, as_json, from_json

_RULES = "ec2:DescribeSecurityGroupRules"
_PROBLEM = re.compile(r"network\.open-port\.(?:(tcp|udp)[.-])?([0-9]{1,5})")
_PROTOCOLS = {"": "", "tcp": "tcp", "6": "tcp", "udp": "udp", "17": "udp"}
_LOOKS = 3  # how often apply looks again when a rule vanished between its look and its write

_READ = (
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSecurityGroupRules",
    "ec2:DescribeSecurityGroups",
)
_WRITE = (*_READ, "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateTags", "ec2:RevokeSecurityGroupIngress")


class CloseOpenPort:
    """Revokes, by rule id, every ingress rule from 0.0.0.0/0 or ::/0 that covers one port of one security group."""

    id = "aws.close-open-port"
    title = "Close the port to the internet"
    platform = "aws"
    docs = (
        "Revokes every ingress rule of one security group that lets 0.0.0.0/0 or ::/0 reach the port. A rule over a "
        "wider range goes as a whole; the plan says which other ports close with it. Rules for other sources stay. "
        "Undo puts the same rules back, with their descriptions and tags, under new rule ids."
    )
    permissions: Mapping[str, Sequence[str]] = {"read": _READ, "write": _WRITE}

    def offers(self, finding: Finding) -> Target | None:
        """A target when the finding names a security group and one TCP or UDP port that is open to the world."""
        place = security_group(finding.resource)
        port = _open_port(finding)
        if place is None or port is None:
            return None
        arguments = {"protocol": port[0], "port": str(port[1])}
        return Target(account=place.account, region=place.region, id=place.id, arguments=arguments)

    def plan(self, target: Target, read: Access, now: datetime) -> Plan:
        """What would be revoked, what depends on the group, what may break. Reads only."""
        protocol, port = _asked(target)
        ec2 = read.client("ec2", target.region)
        group = read_group(ec2, target)
        rules = read_world_open(ec2, target.id)
        closing = [rule for rule in rules if rule.covers(protocol, port)]
        staying = [rule for rule in rules if not rule.covers(protocol, port)]
        use = read_use(ec2, target.id)
        wider = {rule.id: also_closed(rule, protocol, port, staying) for rule in closing}
        operational = risk(use, f"{protocol} {port}", now)
        return Plan(
            fix=self.id,
            target=target,
            title=f"Close {protocol} {port} of {target.id} ({group['name']}) to the internet",
            changes=tuple(_change(rule, wider[rule.id]) for rule in closing),
            blast_radius=radius(use, target.id, now),
            operational_risk=Risk(operational.level, operational.facts + _wider_facts(closing, wider, now)),
            reversible=True,
            state={"group": group, "rules": [as_json(rule) for rule in closing], "risk": operational.level.value},
            read_at=now,
        )

    def apply(self, plan: Plan, write: Access, intend: Callable[[Mapping[str, Any]], None]) -> Receipt:
        """Revoke what is left of the planned rules, in one call. Raises NeedsHuman when the group is not as planned."""
        target = plan.target
        protocol, port = _asked(target)
        ec2 = write.client("ec2", target.region)
        for _ in range(_LOOKS):
            group = read_group(ec2, target)
            closing = [rule for rule in read_world_open(ec2, target.id) if rule.covers(protocol, port)]
            found = {"group": group, "rules": [as_json(rule) for rule in closing]}
            if not closing:
                return Receipt(self.id, target, found, ())
            _still_as_planned(plan, group, closing, ec2)
            intend(found)
            if revoke(ec2, target.id, closing):
                return Receipt(self.id, target, found, tuple(_change(rule, "") for rule in closing))
        raise NeedsHuman(
            f"something else keeps changing the rules of {target.id}: nothing was changed by us; plan again"
        )

    def verify(self, target: Target, read: Access, now: datetime, *, undone: Receipt | None = None) -> Verification:
        """Read the rules back. A group that cannot be read is unknown, with the reason; Retriable rises."""
        protocol, port = _asked(target)
        try:
            ec2 = read.client("ec2", target.region)
            read_group(ec2, target)
            rules = read_world_open(ec2, target.id)
        except NeedsHuman as why:
            return Verification(None, (Fact(str(why), _RULES, now),))
        if undone is not None:
            return _restored(undone, rules, now)
        opening = [rule for rule in rules if rule.covers(protocol, port)]
        if not opening:
            text = f"no rule of {target.id} lets 0.0.0.0/0 or ::/0 reach {protocol} {port}"
            return Verification(True, (Fact(text, _RULES, now),))
        return Verification(
            False, tuple(Fact(f"still there: {rule.words} ({rule.id})", _RULES, now) for rule in opening)
        )

    def undo(self, receipt: Receipt, write: Access) -> Receipt:
        """Authorize the saved rules that are not there. A rule that is there already is left as it is."""
        target = receipt.target
        _asked(target)
        ec2 = write.client("ec2", target.region)
        group = read_group(ec2, target)
        present = read_world_open(ec2, target.id)
        saved = [from_json(values) for values in receipt.found["rules"]]
        missing = [rule for rule in saved if not any(rule.same_access(other) for other in present)]
        restored = [rule for rule in missing if authorize(ec2, target.id, rule)]
        found = {"group": group, "rules": [as_json(rule) for rule in present]}
        return Receipt(self.id, target, found, tuple(Change(rule.words, "closed", "allowed") for rule in restored))


def _open_port(finding: Finding) -> tuple[str, int] | None:
    """(protocol, port) that the finding says is open; None when it names none, two, or another protocol."""
    if not (finding.problem.startswith("network.open-port.") or finding.world_open):
        return None
    problem = _PROBLEM.fullmatch(finding.problem)
    named = _PROTOCOLS.get(finding.protocol.lower())
    if named is None:
        return None
    protocols = {named, problem[1] if problem else ""} - {"", None}
    ports = {finding.port, int(problem[2]) if problem else None} - {None}
    if len(ports) != 1 or len(protocols) > 1:
        return None
    port, protocol = ports.pop(), protocols.pop() if protocols else "tcp"
    return (protocol, port) if protocol and port and 1 <= port <= 65535 else None


def _asked(target: Target) -> tuple[str, int]:
    """The target's protocol and port. A target is only ever made by ``offers``, and is checked again all the same."""
    protocol, port = target.arguments.get("protocol", ""), target.arguments.get("port", "")
    named = is_account(target.account) and is_region(target.region) and is_group(target.id)
    if (
        not named
        or protocol not in ("tcp", "udp")
        or not re.fullmatch("[0-9]{1,5}", port)
        or not 1 <= int(port) <= 65535
    ):
        raise NeedsHuman(f"{CloseOpenPort.id}: the target is not a port of a security group of an account: {target!r}")
    return protocol, int(port)


def _change(rule: Rule, wider: str) -> Change:
    return Change(f"{rule.words} ({rule.id})", "allowed", "removed" + (f"; closes {wider} too" if wider else ""))


def _wider_facts(closing: Sequence[Rule], wider: Mapping[str, str], now: datetime) -> tuple[Fact, ...]:
    """A wide rule goes as a whole: that is what an approver must not overlook."""
    return tuple(
        Fact(f"{rule.id} goes as a whole: {wider[rule.id]} from {rule.cidr} also closes", _RULES, now)
        for rule in closing
        if wider[rule.id]
    )


def _still_as_planned(plan: Plan, group: Mapping[str, str], closing: Sequence[Rule], ec2: Any) -> None:
    """What was approved is what is done: rules may be gone meanwhile, none may be new or changed, the risk no other."""
    planned = {values["id"]: values for values in plan.state["rules"]}
    strange = [rule.id for rule in closing if planned.get(rule.id) != as_json(rule)]
    if strange:
        raise NeedsHuman(f"{plan.target.id} has changed since the plan ({', '.join(strange)}): plan again")
    if plan.state["group"] != dict(group):
        raise NeedsHuman(f"{plan.target.id} is not the group that was planned for: plan again")
    level = read_use(ec2, plan.target.id).level.value
    if level != plan.state["risk"]:
        raise NeedsHuman(f"the operational risk was {plan.state['risk']} in the plan and is {level} now: plan again")


def _restored(undone: Receipt, present: Sequence[Rule], now: datetime) -> Verification:
    """Whether every saved rule is there again, in all but its id."""
    saved = [from_json(values) for values in undone.found["rules"]]
    evidence = []
    for rule in saved:
        back = any(rule.same(other) for other in present)
        half = any(rule.same_access(other) for other in present)
        how = "is back" if back else "is back with another description or other tags" if half else "is missing"
        evidence.append((back, Fact(f"{rule.words} {how}", _RULES, now)))
    return Verification(all(back for back, _ in evidence), tuple(fact for _, fact in evidence))


FIX: Fix = CloseOpenPort()
