"""What a broken call means: nothing happened, it may have, or a person is needed. Broken on the wire, not in code."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.fix import Plan, Target
from connectors.fixes.aws.access import AwsAccess, Purpose
from connectors.fixes.aws.block_public_s3 import FIX as BLOCK_PUBLIC_S3
from connectors.fixes.aws.close_open_port import FIX as CLOSE_OPEN_PORT
from tests.connectors.fixes.aws.conftest import NOW, Intents, options, port_of
from tests.fakes.cloud import ACCOUNT, REGION, FakeCloud, opening
from tests.fakes.fault_proxy import Fault, FaultProxy

REVOKE = b"Action=RevokeSecurityGroupIngress"
AUTHORIZE = b"Action=AuthorizeSecurityGroupIngress"


def answer(status: str, code: str, message: str = "made up") -> bytes:
    body = f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors></Response>"
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()


@pytest.fixture
async def proxy(cloud: FakeCloud) -> AsyncIterator[FaultProxy]:
    async with FaultProxy(cloud.url) as running:
        yield running


@pytest.fixture
def through(proxy: FaultProxy) -> AwsAccess:
    """Write access, by way of the proxy."""
    return AwsAccess(options(proxy.url, Purpose.WRITE, read_timeout=1.0))


@pytest.fixture
def plan(cloud: FakeCloud, network: tuple[str, str], read: AwsAccess, request: pytest.FixtureRequest) -> Plan:
    group = cloud.security_group(network[0], request.node.name, [opening(22, Description="ssh")])
    return CLOSE_OPEN_PORT.plan(port_of(group), read, NOW)


def count(proxy: FaultProxy, action: bytes) -> int:
    return sum(action in request for request in proxy.seen)


async def run(call: Any, *arguments: Any) -> Any:
    return await asyncio.to_thread(call, *arguments)


@pytest.mark.parametrize("fault", [Fault.LOSE_ANSWER, Fault.HANG])
async def test_a_write_whose_answer_is_lost_is_ambiguous_and_verify_tells_the_truth(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, read: AwsAccess, intents: Intents, fault: Fault
) -> None:
    proxy.break_next(fault, REVOKE)
    with pytest.raises(Ambiguous, match="ec2:RevokeSecurityGroupIngress"):
        await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    assert count(proxy, REVOKE) == 1
    assert (await run(CLOSE_OPEN_PORT.verify, plan.target, read, NOW)).holds is True
    assert (await run(CLOSE_OPEN_PORT.apply, plan, through, intents)).changed == ()
    assert len(intents.found) == 1
    assert intents.found[0]["rules"] == plan.state["rules"]


async def test_a_write_cut_off_before_it_arrived_is_ambiguous_and_the_next_run_makes_it(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, read: AwsAccess, intents: Intents
) -> None:
    proxy.break_next(Fault.CUT_BEFORE, REVOKE)
    with pytest.raises(Ambiguous):
        await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    assert count(proxy, REVOKE) == 0
    assert (await run(CLOSE_OPEN_PORT.verify, plan.target, read, NOW)).holds is False
    assert len((await run(CLOSE_OPEN_PORT.apply, plan, through, intents)).changed) == 1


@pytest.mark.parametrize(
    ("broken", "failure", "told"),
    [
        (answer("503 Slow", "RequestLimitExceeded"), Retriable, "slow down"),
        (answer("500 Oops", "InternalError"), Ambiguous, "may or may not have been made"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\n<half", Ambiguous, "answer was lost"),
        (answer("403 No", "AuthFailure"), NeedsHuman, "renew or correct"),
        (answer("400 No", "InvalidGroup.NotFound"), NeedsHuman, "does not exist"),
        (answer("400 No", "RulesPerSecurityGroupLimitExceeded", "too many"), NeedsHuman, "too many"),
    ],
)
async def test_what_an_answer_to_a_write_means(
    proxy: FaultProxy,
    through: AwsAccess,
    plan: Plan,
    intents: Intents,
    broken: bytes,
    failure: type[Exception],
    told: str,
) -> None:
    proxy.break_next(Fault.ANSWER, REVOKE, answer=broken, times=9)
    with pytest.raises(failure, match=told):
        await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    assert len(intents.found) == 1


async def test_the_action_that_aws_itself_names_is_the_one_told(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, intents: Intents
) -> None:
    receipt = await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    sentence = "User: x is not authorized to perform: ec2:CreateTags on resource: y. Encoded: " + "Z" * 900
    proxy.break_next(Fault.ANSWER, AUTHORIZE, answer=answer("403 No", "UnauthorizedOperation", sentence))
    with pytest.raises(NeedsHuman, match=r"^ec2:CreateTags is not allowed") as raised:
        await run(CLOSE_OPEN_PORT.undo, receipt, through)
    assert "ZZZ" not in str(raised.value)


async def test_an_undo_whose_answer_is_lost_is_ambiguous_and_safe_to_run_again(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, read: AwsAccess, intents: Intents
) -> None:
    receipt = await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    proxy.break_next(Fault.LOSE_ANSWER, AUTHORIZE)
    with pytest.raises(Ambiguous):
        await run(CLOSE_OPEN_PORT.undo, receipt, through)
    assert (await run(CLOSE_OPEN_PORT.undo, receipt, through)).changed == ()
    assert CLOSE_OPEN_PORT.verify(plan.target, read, NOW, undone=receipt).holds is True


async def test_a_read_that_breaks_is_only_retriable(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, intents: Intents
) -> None:
    for fault in (Fault.LOSE_ANSWER, Fault.CUT_BEFORE):
        proxy.break_next(fault, b"Action=DescribeSecurityGroupRules")
        with pytest.raises(Retriable):
            await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
        proxy.break_next(fault, b"Action=DescribeSecurityGroupRules")
        with pytest.raises(Retriable):
            await run(CLOSE_OPEN_PORT.verify, plan.target, through, NOW)
    assert intents.found == []


async def test_a_bucket_write_whose_answer_is_lost_is_ambiguous_and_made_once(
    cloud: FakeCloud, proxy: FaultProxy, through: AwsAccess, read: AwsAccess, intents: Intents
) -> None:
    target = Target(ACCOUNT, REGION, cloud.bucket("made-up-lost-answer"))
    planned = BLOCK_PUBLIC_S3.plan(target, read, NOW)
    proxy.break_next(Fault.LOSE_ANSWER, b"PUT /made-up-lost-answer?publicAccessBlock")
    with pytest.raises(Ambiguous, match="s3:PutBucketPublicAccessBlock"):
        await run(BLOCK_PUBLIC_S3.apply, planned, through, intents)
    assert count(proxy, b"PUT /made-up-lost-answer?publicAccessBlock") == 1
    assert BLOCK_PUBLIC_S3.verify(target, read, NOW).holds is True
    assert (await run(BLOCK_PUBLIC_S3.apply, planned, through, intents)).changed == ()


async def test_a_shared_group_of_another_account_is_left_alone(
    proxy: FaultProxy, through: AwsAccess, plan: Plan, intents: Intents
) -> None:
    item = f"<ownerId>444455556666</ownerId><groupId>{plan.target.id}</groupId><groupName>shared</groupName>"
    name = "DescribeSecurityGroupsResponse"
    body = f"<{name}><securityGroupInfo><item>{item}</item></securityGroupInfo></{name}>"
    told = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}".encode()
    proxy.break_next(Fault.ANSWER, b"Action=DescribeSecurityGroups&", answer=told, times=2)
    with pytest.raises(NeedsHuman, match="belongs to account 444455556666"):
        await run(CLOSE_OPEN_PORT.apply, plan, through, intents)
    assert (await run(CLOSE_OPEN_PORT.verify, plan.target, through, NOW)).holds is None
    assert intents.found == []
