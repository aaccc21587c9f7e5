"""Which findings become targets: names of strict grammar, in an account that is named, and nothing else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.finding import Finding, Kind, Resource
from connectors.contract.fix import Target
from connectors.fixes.aws.block_public_s3 import FIX as BLOCK_PUBLIC_S3
from connectors.fixes.aws.close_open_port import FIX as CLOSE_OPEN_PORT

GROUP = "sg-0a1b2c3d4e5f60718"
GROUP_ARN = f"arn:aws:ec2:eu-west-1:111122223333:security-group/{GROUP}"


def port_finding(resource: str = GROUP_ARN, **more: object) -> Finding:
    place = {name: more.pop(name) for name in ("account", "region", "provider") if name in more}
    told = {"problem": "network.open-port.22", **more}
    return Finding(
        source="made-up",
        kind=Kind.COMPLIANCE,
        rule_id="r",
        title="t",
        resource=Resource(id=resource, **place),  # type: ignore[arg-type]
        **told,  # type: ignore[arg-type]
    )


def bucket_finding(resource: str, problem: str = "s3.public-access", **place: str) -> Finding:
    return port_finding(resource, problem=problem, **place)


def test_a_group_by_arn_is_a_target() -> None:
    assert CLOSE_OPEN_PORT.offers(port_finding()) == Target(
        "111122223333", "eu-west-1", GROUP, {"protocol": "tcp", "port": "22"}
    )


def test_a_group_by_id_needs_its_account_and_region() -> None:
    named = port_finding(GROUP, account="111122223333", region="us-gov-west-1")
    assert CLOSE_OPEN_PORT.offers(named) is not None
    assert CLOSE_OPEN_PORT.offers(port_finding(GROUP, account="111122223333")) is None
    assert CLOSE_OPEN_PORT.offers(port_finding(GROUP, region="eu-west-1")) is None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"problem": "network.open-port.udp-53"}, {"protocol": "udp", "port": "53"}),
        ({"problem": "network.open-port.ssh", "port": 22}, {"protocol": "tcp", "port": "22"}),
        ({"problem": "network.open-port.3389", "protocol": "TCP"}, {"protocol": "tcp", "port": "3389"}),
        ({"problem": "EC2.19", "world_open": True, "port": 5432}, {"protocol": "tcp", "port": "5432"}),
        ({"problem": "x", "world_open": True, "port": 53, "protocol": "17"}, {"protocol": "udp", "port": "53"}),
    ],
)
def test_the_port_is_the_one_that_the_finding_names(told: dict[str, object], expected: dict[str, str]) -> None:
    target = CLOSE_OPEN_PORT.offers(port_finding(**told))
    assert target is not None
    assert target.arguments == expected


@pytest.mark.parametrize(
    "told",
    [
        {"problem": "EC2.19", "port": 22},  # not said to be open to the world
        {"problem": "network.open-port.22", "port": 23},  # two ports
        {"problem": "network.open-port.udp-53", "protocol": "tcp"},  # two protocols
        {"problem": "network.open-port.icmp"},
        {"problem": "network.open-port.22", "protocol": "icmp"},
        {"problem": "network.open-port.22", "protocol": "-1"},
        {"problem": "network.open-port.65536"},
        {"problem": "network.open-port.0"},
        {"problem": "network.open-port.٢٢"},
        {"problem": "network.open-port.22\n"},
        {"problem": "x", "world_open": True},
    ],
)
def test_a_port_that_is_not_clear_is_no_target(told: dict[str, object]) -> None:
    assert CLOSE_OPEN_PORT.offers(port_finding(**told)) is None


@pytest.mark.parametrize(
    "resource",
    [
        "sg-1;rm",
        f"{GROUP};rm -rf /",
        f"{GROUP}\n",
        f" {GROUP}",
        GROUP.upper(),
        "sg-0a1b2c3d4e5f6071８",
        "i-0a1b2c3d4e5f60718",
        f"{GROUP_ARN}/../sg-00000000",
        f"{GROUP_ARN}\n",
        GROUP_ARN.replace("111122223333", "11112222333"),
        GROUP_ARN.replace("111122223333", "１１１１２２２２３３３３"),
        GROUP_ARN.replace("eu-west-1", "eu-west-1.evil.example.com#"),
        GROUP_ARN.replace("arn:aws:", "arn:evil:"),
        GROUP_ARN.replace(":ec2:", ":iam:"),
        GROUP_ARN.replace("security-group", "instance"),
    ],
)
def test_a_hostile_or_other_name_is_never_a_group(resource: str) -> None:
    assert CLOSE_OPEN_PORT.offers(port_finding(resource, account="111122223333", region="eu-west-1")) is None


def test_an_arn_that_contradicts_its_finding_is_not_believed() -> None:
    assert CLOSE_OPEN_PORT.offers(port_finding(account="444455556666")) is None
    assert CLOSE_OPEN_PORT.offers(port_finding(region="us-east-1")) is None
    assert CLOSE_OPEN_PORT.offers(port_finding(provider="gcp")) is None


@pytest.mark.parametrize("resource", ["made-up-bucket", "arn:aws:s3:::made-up-bucket"])
def test_a_bucket_needs_its_account_and_may_lack_its_region(resource: str) -> None:
    anywhere = bucket_finding(resource, account="111122223333")
    assert BLOCK_PUBLIC_S3.offers(anywhere) == Target("111122223333", "us-east-1", "made-up-bucket")
    there = bucket_finding(resource, account="111122223333", region="eu-west-1")
    assert BLOCK_PUBLIC_S3.offers(there) == Target("111122223333", "eu-west-1", "made-up-bucket")
    assert BLOCK_PUBLIC_S3.offers(bucket_finding(resource)) is None


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::made-up-bucket/key",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/made-up",
        "arn:aws:s3:::*",
        "made..up",
        "192.0.2.1",
        "Made-Up",
        "bücket",
        "-made-up",
        "ab",
        "a" * 64,
        "made-up?acl",
        "made-up\n",
    ],
)
def test_a_hostile_or_other_name_is_never_a_bucket(resource: str) -> None:
    assert BLOCK_PUBLIC_S3.offers(bucket_finding(resource, account="111122223333", region="eu-west-1")) is None


def test_only_a_public_bucket_is_offered() -> None:
    other = bucket_finding("made-up-bucket", problem="s3.no-encryption", account="111122223333")
    assert BLOCK_PUBLIC_S3.offers(other) is None


_names = st.one_of(
    st.text(max_size=90),
    st.from_regex(r"arn:aws:(ec2|s3):.{0,12}:.{0,14}:(security-group/)?.{0,25}", fullmatch=True),
    st.from_regex(r"sg-.{6,20}", fullmatch=True),
    st.sampled_from([GROUP, GROUP_ARN, "made-up-bucket"]),
)
_accounts = st.one_of(st.sampled_from(["", "111122223333"]), st.text(max_size=14))
_regions = st.one_of(st.sampled_from(["", "eu-west-1"]), st.text(max_size=14))
_problems = st.one_of(st.sampled_from(["s3.public-access", "network.open-port.22"]), st.text(max_size=30))


@given(_names, _accounts, _regions, _problems, st.none() | st.integers(), st.text(max_size=4), st.booleans())
def test_whatever_a_finding_says_a_target_is_always_clean(
    name: str, account: str, region: str, problem: str, port: int | None, protocol: str, world: bool
) -> None:
    finding = port_finding(
        name, account=account, region=region, problem=problem, port=port, protocol=protocol, world_open=world
    )
    for fix in (CLOSE_OPEN_PORT, BLOCK_PUBLIC_S3):
        target = fix.offers(finding)
        if target is None:
            continue
        line = "|".join([target.account, target.region, target.id, *target.arguments.values()])
        assert re.fullmatch(
            r"[0-9]{12}\|[a-z]{2,4}(-[a-z]+){1,2}-[0-9]{1,2}\|[a-z0-9.-]{3,63}(\|(tcp|udp)\|[0-9]+)?", line
        )
        assert target.id in name
