"""Closing a port of an (emulated) security group: plan, apply, verify, undo, and all that may change between."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract.failure import NeedsHuman
from connectors.contract.fix import RiskLevel, Target
from connectors.fixes.aws.access import AwsAccess
from connectors.fixes.aws.close_open_port import FIX
from tests.connectors.fixes.aws.conftest import NOW, Intents, port_of, rules_of
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud, opening, opening_ipv6

OFFICE = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "192.0.2.0/24"}]}
EVERYTHING = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "temporary"}]}


@pytest.fixture
def group(cloud: FakeCloud, network: tuple[str, str], request: pytest.FixtureRequest) -> str:
    """A group with ssh open to both internets, one of them tagged, and three rules that are nobody's business."""
    permissions = [opening(22, Description="ssh for all"), opening(443), opening(22, protocol="udp"), OFFICE]
    made = cloud.security_group(network[0], request.node.name, permissions)
    tags = [{"ResourceType": "security-group-rule", "Tags": [{"Key": "team", "Value": "påyments"}]}]
    cloud.client("ec2").authorize_security_group_ingress(
        GroupId=made, IpPermissions=[opening_ipv6(22, Description="v6")], TagSpecifications=tags
    )
    return made


def rule_id(cloud: FakeCloud, group: str, cidr: str) -> str:
    told = cloud.client("ec2").describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])
    return next(
        rule["SecurityGroupRuleId"]
        for rule in told["SecurityGroupRules"]
        if not rule["IsEgress"] and cidr in (rule.get("CidrIpv4"), rule.get("CidrIpv6"))
    )


def test_a_plan_says_what_goes_and_changes_nothing(
    cloud: FakeCloud, network: tuple[str, str], group: str, read: AwsAccess
) -> None:
    instance = cloud.instance(network[1], group)
    before = rules_of(cloud, group)
    plan = FIX.plan(port_of(group), read, NOW)
    assert rules_of(cloud, group) == before
    assert sorted(change.what.split(" (")[0] for change in plan.changes) == [
        "tcp 22 from 0.0.0.0/0",
        "tcp 22 from ::/0",
    ]
    assert {(change.before, change.after) for change in plan.changes} == {("allowed", "removed")}
    assert plan.reversible
    assert any(instance in fact.text for fact in plan.blast_radius)
    assert plan.operational_risk.level is RiskLevel.UNKNOWN
    texts = [fact.text for fact in plan.operational_risk.facts]
    assert f"{instance} lose tcp 22 from the internet" in texts
    assert any("not known" in text for text in texts)
    assert all(fact.where for fact in plan.blast_radius + plan.operational_risk.facts)
    assert plan.digest == FIX.plan(port_of(group), read, NOW.replace(hour=11)).digest


def test_a_group_that_nothing_uses_is_low_risk_and_says_why(group: str, read: AwsAccess) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    assert plan.operational_risk.level is RiskLevel.LOW
    assert [(fact.where, fact.read_at) for fact in plan.operational_risk.facts] == [
        ("ec2:DescribeNetworkInterfaces", NOW)
    ]


def test_a_load_balancer_is_named_and_high_risk(
    cloud: FakeCloud, network: tuple[str, str], group: str, read: AwsAccess
) -> None:
    cloud.interface(network[1], group, "ELB app/shop/50dc6c495c0c9188")
    cloud.interface(network[1], group, "ELB <!channel> free text")
    plan = FIX.plan(port_of(group), read, NOW)
    texts = [fact.text for fact in plan.blast_radius]
    assert plan.operational_risk.level is RiskLevel.HIGH
    assert "load balancers: app/shop/50dc6c495c0c9188" in texts
    assert "interfaces of neither an instance nor a load balancer: 1" in texts
    assert not any("channel" in text for text in texts)


def test_a_group_that_refers_to_it_is_told(
    cloud: FakeCloud, network: tuple[str, str], group: str, read: AwsAccess
) -> None:
    pair = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": group}]}
    database = cloud.security_group(network[0], f"database-{group}", [pair])
    plan = FIX.plan(port_of(group), read, NOW)
    assert f"groups that let its members in, not affected: {database}" in [fact.text for fact in plan.blast_radius]


def test_a_wider_rule_goes_as_a_whole_and_the_plan_says_so(
    cloud: FakeCloud, network: tuple[str, str], read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    made = cloud.security_group(network[0], "wide", [opening(20, 25), opening(24), opening(443), EVERYTHING])
    before = rules_of(cloud, made)
    plan = FIX.plan(port_of(made), read, NOW)
    after = {change.after for change in plan.changes}
    closes_all = "every other protocol and port except tcp 24, tcp 443"
    assert after in (
        {"removed; closes tcp 20-21, 23, 25 too", f"removed; closes {closes_all} too"},
        {
            "removed; closes tcp 20-21, 23, 25 too",
            "removed; closes every other protocol and port except tcp 443, tcp 24 too",
        },
    )
    assert sum("goes as a whole" in fact.text for fact in plan.operational_risk.facts) == 2
    receipt = FIX.apply(plan, write, intents)
    assert FIX.verify(port_of(made), read, NOW).holds is True
    FIX.undo(receipt, write)
    assert rules_of(cloud, made) == before


def test_apply_verify_undo_restore_everything_but_the_ids(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    before = rules_of(cloud, group)
    assert FIX.verify(port_of(group), read, NOW).holds is False
    plan = FIX.plan(port_of(group), read, NOW)
    receipt = FIX.apply(plan, write, intents)
    assert len(receipt.changed) == 2
    assert intents.found == [receipt.found]
    left = rules_of(cloud, group)
    assert left == [rule for rule in before if rule.get("CidrIpv6") != "::/0" and not _is_ssh_for_all(rule)]
    assert FIX.verify(port_of(group), read, NOW).holds is True
    assert FIX.verify(port_of(group), read, NOW, undone=receipt).holds is False
    undo = FIX.undo(receipt, write)
    assert len(undo.changed) == 2
    assert rules_of(cloud, group) == before
    assert FIX.verify(port_of(group), read, NOW, undone=receipt).holds is True
    assert FIX.undo(receipt, write).changed == ()
    assert rules_of(cloud, group) == before


def _is_ssh_for_all(rule: dict[str, Any]) -> bool:
    return (rule["IsEgress"], rule["IpProtocol"], rule["FromPort"], rule.get("CidrIpv4")) == (
        False,
        "tcp",
        22,
        "0.0.0.0/0",
    )


def test_applied_twice_is_applied_once(group: str, read: AwsAccess, write: AwsAccess, intents: Intents) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    FIX.apply(plan, write, intents)
    again = FIX.apply(plan, write, intents)
    assert again.changed == ()
    assert len(intents.found) == 1
    assert FIX.plan(port_of(group), read, NOW).changes == ()


def test_a_crash_between_intent_and_write_is_made_good_by_the_next_run(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    before = rules_of(cloud, group)
    plan = FIX.plan(port_of(group), read, NOW)

    class PowerCut(BaseException):
        pass

    def cut(found: Any) -> None:
        intents(found)
        raise PowerCut

    with pytest.raises(PowerCut):
        FIX.apply(plan, write, cut)
    assert rules_of(cloud, group) == before
    receipt = FIX.apply(plan, write, intents)
    assert FIX.verify(port_of(group), read, NOW).holds is True
    assert intents.found[0] == intents.found[1] == receipt.found


def test_a_rule_that_went_meanwhile_is_not_missed(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    gone = rule_id(cloud, group, "::/0")
    cloud.client("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[gone])
    receipt = FIX.apply(plan, write, intents)
    assert [rule["cidr"] for rule in receipt.found["rules"]] == ["0.0.0.0/0"]
    FIX.undo(receipt, write)
    assert not any(rule.get("CidrIpv6") == "::/0" and not rule["IsEgress"] for rule in rules_of(cloud, group))


def test_a_rule_that_goes_between_the_look_and_the_write_is_looked_at_again(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    gone = rule_id(cloud, group, "::/0")

    def somebody_is_faster(found: Any) -> None:
        if not intents.found:
            cloud.client("ec2").revoke_security_group_ingress(GroupId=group, SecurityGroupRuleIds=[gone])
        intents(found)

    receipt = FIX.apply(plan, write, somebody_is_faster)
    assert len(receipt.changed) == 1
    assert FIX.verify(port_of(group), read, NOW).holds is True


def test_a_new_rule_after_the_plan_is_refused(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[opening(0, 100)])
    before = rules_of(cloud, group)
    with pytest.raises(NeedsHuman, match="changed since the plan"):
        FIX.apply(plan, write, intents)
    assert rules_of(cloud, group) == before
    assert intents.found == []


def test_an_instance_that_joins_after_a_low_risk_plan_is_refused(
    cloud: FakeCloud, network: tuple[str, str], group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    cloud.instance(network[1], group)
    with pytest.raises(NeedsHuman, match="was low in the plan and is unknown now"):
        FIX.apply(plan, write, intents)
    assert intents.found == []


def test_undo_tells_when_somebody_put_back_another_description(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    receipt = FIX.apply(FIX.plan(port_of(group), read, NOW), write, intents)
    cloud.client("ec2").authorize_security_group_ingress(
        GroupId=group, IpPermissions=[opening(22, Description="other")]
    )
    assert len(FIX.undo(receipt, write).changed) == 1
    read_back = FIX.verify(port_of(group), read, NOW, undone=receipt)
    assert read_back.holds is False
    assert any("another description" in fact.text for fact in read_back.evidence)


def test_a_group_that_is_gone_needs_a_person_and_reads_unknown(
    cloud: FakeCloud, group: str, read: AwsAccess, write: AwsAccess, intents: Intents
) -> None:
    plan = FIX.plan(port_of(group), read, NOW)
    cloud.client("ec2").delete_security_group(GroupId=group)
    for act in (lambda: FIX.plan(port_of(group), read, NOW), lambda: FIX.apply(plan, write, intents)):
        with pytest.raises(NeedsHuman, match="does not exist"):
            act()
    assert FIX.verify(port_of(group), read, NOW).holds is None


@pytest.mark.parametrize(
    "target",
    [
        Target(ACCOUNT, REGION, "sg-1;rm", {"protocol": "tcp", "port": "22"}),
        Target(ACCOUNT, REGION, "sg-0a1b2c3d", {"protocol": "tcp", "port": "22 "}),
        Target(ACCOUNT, REGION, "sg-0a1b2c3d", {"protocol": "tcp", "port": "65536"}),
        Target(ACCOUNT, REGION, "sg-0a1b2c3d", {"protocol": "icmp", "port": "22"}),
        Target(ACCOUNT, "evil.example.com/", "sg-0a1b2c3d", {"protocol": "tcp", "port": "22"}),
        Target("x", REGION, "sg-0a1b2c3d"),
    ],
)
def test_a_forged_target_is_refused_before_any_call(target: Target, read: AwsAccess) -> None:
    with pytest.raises(NeedsHuman, match="the target is not"):
        FIX.plan(target, read, NOW)
