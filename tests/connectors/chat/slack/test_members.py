"""Who an account is: as Slack says, remembered for a day, and never waited for longer than a click can."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta

import pytest

from connectors.chat.slack import SlackMembers, SlackOptions
from connectors.contract.directory import Member, Standing
from connectors.contract.failure import NeedsHuman, Retriable
from connectors.contract.message import Identity
from tests.fakes.slack.client import FakeSlack

HOME = "T0SUTURE1"
PATIENT = 5.0


class Time:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def members(options: Callable[..., SlackOptions], time: Time) -> AsyncIterator[SlackMembers]:
    made = SlackMembers(options(), time)
    yield made
    await made.close()


def asked(slack: FakeSlack, method: str = "users.info") -> int:
    return sum(line["what"] == "call" for line in slack.calls(method))


async def who(members: SlackMembers, account: str, within: float = PATIENT) -> Member | None:
    return await members.member(Identity("slack", f"{HOME}:{account}"), within)


@pytest.mark.parametrize(
    ("account", "fields", "standing"),
    [
        ("U0MEMBER", {}, Standing.MEMBER),
        ("U0GUEST", {"restricted": True}, Standing.GUEST),
        ("U0CHANNELGUEST", {"ultra_restricted": True}, Standing.GUEST),
        ("U0ROBOT", {"bot": True}, Standing.BOT),
        ("U0GONE", {"deleted": True}, Standing.DEACTIVATED),
        ("U0OTHER", {"team": "T0ELSEWHERE"}, Standing.STRANGER),
        ("U0OTHERGUEST", {"team": "T0ELSEWHERE", "restricted": True}, Standing.STRANGER),
    ],
)
async def test_what_slack_says_of_an_account(
    slack: FakeSlack, members: SlackMembers, account: str, fields: dict[str, object], standing: Standing
) -> None:
    slack.add_person(account, email="x@example.com", **fields)
    member = await who(members, account)
    assert member is not None
    assert member.standing is standing


async def test_a_configured_organisation_is_home_too(
    slack: FakeSlack, options: Callable[..., SlackOptions], time: Time
) -> None:
    slack.add_person("U0FAR", team="T0ELSEWHERE")
    for teams, standing in ((("T0OURS",), Standing.STRANGER), ((HOME,), Standing.STRANGER)):
        elsewhere = SlackMembers(options(teams=teams), time)
        member = await who(elsewhere, "U0FAR")
        assert member is not None
        assert member.standing is standing
        await elsewhere.close()


async def test_only_a_confirmed_address_counts(slack: FakeSlack, members: SlackMembers) -> None:
    slack.add_person("U0SURE", email="Sure@Example.com")
    slack.add_person("U0CLAIMS", email="boss@example.com", confirmed=False)
    sure, claims = await who(members, "U0SURE"), await who(members, "U0CLAIMS")
    assert sure is not None
    assert claims is not None
    assert (sure.email, claims.email) == ("sure@example.com", "")


async def test_an_answer_is_good_for_a_day_and_a_miss_for_an_hour(
    slack: FakeSlack, members: SlackMembers, time: Time
) -> None:
    slack.add_person("U0DAY")
    before = asked(slack)
    await who(members, "U0DAY")
    assert await who(members, "U0NOBODY") is None
    time.now += timedelta(minutes=59)
    await who(members, "U0DAY")
    assert await who(members, "U0NOBODY") is None
    assert asked(slack) - before == 2

    time.now += timedelta(minutes=2)
    slack.add_person("U0NOBODY")
    assert await who(members, "U0NOBODY") is not None
    await who(members, "U0DAY")
    assert asked(slack) - before == 3

    time.now += timedelta(hours=23)
    slack.add_person("U0DAY", deleted=True)
    member = await who(members, "U0DAY")
    assert member is not None
    assert member.standing is Standing.DEACTIVATED


async def test_fifty_clicks_ask_once(slack: FakeSlack, members: SlackMembers) -> None:
    slack.add_person("U0BUSY")
    before = asked(slack)
    found = await asyncio.gather(*(who(members, "U0BUSY") for _ in range(50)))
    assert len(set(found)) == 1
    assert asked(slack) - before == 1


async def test_a_late_answer_refuses_this_click_and_knows_the_next(slack: FakeSlack, members: SlackMembers) -> None:
    slack.add_person("U0LATE")
    slack.fault("latency", method="users.info", seconds=0.4)
    with pytest.raises(Retriable, match="not answered yet"):
        await who(members, "U0LATE", within=0.05)
    member = await who(members, "U0LATE")
    assert member is not None
    assert (await who(members, "U0LATE", within=0.0001)) == member


@pytest.mark.parametrize("fault", [{"kind": "ratelimited", "seconds": 7}, {"kind": "status_before"}])
async def test_a_failure_is_told_and_not_remembered(
    slack: FakeSlack, members: SlackMembers, fault: dict[str, object]
) -> None:
    slack.add_person("U0ONCE")
    slack.fault(method="users.info", **fault)  # type: ignore[arg-type]
    with pytest.raises(Exception, match="asking who someone is"):
        await who(members, "U0ONCE")
    assert await who(members, "U0ONCE") is not None


async def test_without_the_scope_it_says_which(slack: FakeSlack, members: SlackMembers) -> None:
    slack.add_person("U0ANA")
    slack.settings(scopes=["chat:write"])
    with pytest.raises(NeedsHuman, match="lacks the scope users:read"):
        await who(members, "U0ANA")


async def test_an_address_is_found_once_a_day(slack: FakeSlack, members: SlackMembers) -> None:
    slack.add_person("U0EVE", email="eve@example.com")
    before = asked(slack, "users.lookupByEmail")
    first = await members.find("Eve@example.com")
    assert first is not None
    assert (first.identity.id, first.standing) == (f"{HOME}:U0EVE", Standing.MEMBER)
    assert await members.find("eve@example.com") == first
    assert await members.find("nobody@example.com") is None
    assert await members.find("nobody@example.com") is None
    assert asked(slack, "users.lookupByEmail") - before == 2


async def test_a_group_is_asked_for_each_time_and_an_unknown_one_is_named(
    slack: FakeSlack, members: SlackMembers
) -> None:
    slack.settings(scopes=["usergroups:read"])
    slack.set_group("S0PAY", "U0ANA", "U0BEN")
    assert await members.group("S0PAY") == {"U0ANA", "U0BEN"}
    slack.set_group("S0PAY", "U0ANA")
    assert await members.group("S0PAY") == {"U0ANA"}
    with pytest.raises(NeedsHuman, match="copy its id"):
        await members.group("S0GONE")
