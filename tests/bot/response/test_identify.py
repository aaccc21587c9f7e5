"""Which person an identity is, asked of a Slack that answers over HTTP; and where a person is found there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.model.identities import Account, Known, Linked, why_not_linked
from bot.model.person import People, Person
from bot.response.identify import Identify
from connectors.chat.slack import SlackMembers, SlackOptions
from connectors.contract.failure import Ambiguous
from connectors.contract.message import Identity
from tests.fakes.slack.client import FakeSlack

ANA = Person(id="ana", name="Ana Sousa", identities=(("slack", "T0SUTURE1:U0ANA"), ("console", "ana")))
BEN = Person(id="ben", name="Ben Okoro", email="ben@example.com")
CY = Person(id="cy", name="Cy Moreau", email="cy@example.com", identities=(("slack", "T0SUTURE1:U0CY"),))
DI = Person(id="di", name="Di Roux", identities=(("console", "di"),))
PEOPLE = People((ANA, BEN, CY, DI))
SINCE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Kept:
    """What people linked, in memory."""

    def __init__(self, **people: str) -> None:
        accounts = {name: Account(chat="slack", id=f"T0SUTURE1:{name}", name="as it was") for name in people}
        self._links = [Linked(account=accounts[name], person=person, at=SINCE) for name, person in people.items()]

    async def of(self, chat: str, account: str) -> Linked | None:
        return next((each for each in self._links if (each.account.chat, each.account.id) == (chat, account)), None)

    async def by(self, person: str) -> tuple[Linked, ...]:
        return tuple(each for each in self._links if each.person == person)


LINKS = Kept(U0DI="di", U0BEN="ben", U0ANA="di", U0LEFT="who-left", U0DOUBT="di", U0GUEST="di")


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        running.add_person("U0ANA", "ana")
        running.add_person("U0BEN", "ben", email="Ben@example.com")
        running.add_person("U0CY", "cy", email="cy@example.com")
        running.add_person("U0CYTOO", "cy2", email="cy@example.com")
        running.add_person("U0DI", "di")
        running.add_person("U0LEFT", "left")
        running.add_person("U0DOUBT", "doubt", email="ben@example.com")
        running.add_person("U0GUEST", "guest", email="guest@example.com", restricted=True)
        yield running


@pytest.fixture
async def identify(slack: FakeSlack) -> AsyncIterator[Identify]:
    options = SlackOptions(signing_secrets=("s",), bot_token=slack.token, api_url=slack.url)
    members = SlackMembers(options, lambda: datetime.now(UTC))
    yield Identify(PEOPLE, {"slack": members}, LINKS, patience=5.0)
    await members.close()
    slack.clear_faults()


@pytest.mark.parametrize(
    ("account", "person", "why"),
    [
        ("U0ANA", ANA, ""),
        ("U0BEN", BEN, ""),
        ("U0CY", CY, ""),
        ("U0CYTOO", None, "I don't know who you are"),  # Cy has an identity of their own: an address adds none
        ("U0DI", DI, ""),  # linked
        ("U0LEFT", None, "I don't know who you are"),  # linked by somebody who left config/teams.yaml
        ("U0DOUBT", None, "This account is linked to one person and bears the address of another"),
        ("U0GUEST", None, "Guests of this workspace"),  # linked, and yet a guest by now
        ("U0NEVERSEEN", None, "I don't know who you are"),
    ],
)
async def test_the_configuration_first_then_a_link_then_the_confirmed_address(
    identify: Identify, account: str, person: Person | None, why: str
) -> None:
    recognised = await identify.who(Identity("slack", f"T0SUTURE1:{account}"))
    assert recognised.person == person
    assert recognised.why.startswith(why)
    assert bool(recognised.why) == (person is None)


async def test_a_chat_without_a_directory_has_proved_its_identities_itself(identify: Identify) -> None:
    assert (await identify.who(Identity("console", "ana"))).person == ANA
    assert "I don't know who you are" in (await identify.who(Identity("console", "ben"))).why


async def test_where_somebody_is_found(identify: Identify, slack: FakeSlack) -> None:
    assert await identify.on(ANA, "slack") == "T0SUTURE1:U0ANA"
    assert await identify.on(BEN, "slack") == "T0SUTURE1:U0BEN"
    assert await identify.on(DI, "slack") == "T0SUTURE1:U0DI"
    assert await identify.by_address(DI, "slack") == ""  # a link makes nobody a member of a user group
    assert await identify.on(BEN, "console") == ""
    assert await identify.on(Person(id="x", name="X", email="guest@example.com"), "slack") == ""
    assert await identify.on(Person(id="y", name="Y", email="y@example.com"), "slack") == ""
    slack.fault("status_before", method="users.lookupByEmail")
    with pytest.raises(Ambiguous):
        await identify.on(Person(id="z", name="Z", email="z@example.com"), "slack")


async def test_all_accounts_of_a_person_and_how_each_is_known(identify: Identify) -> None:
    held = [(str(one.account), one.by) for one in await identify.held(BEN)]
    assert held == [("slack T0SUTURE1:U0BEN", Known.LINKED)]
    held = [(str(one.account), one.by) for one in await identify.held(ANA)]
    assert held == [("slack T0SUTURE1:U0ANA", Known.CONFIGURED), ("console ana", Known.CONFIGURED)]
    console, slack = (await identify.held(DI))[:2]
    assert (console.by, slack.by, slack.at) == (Known.CONFIGURED, Known.LINKED, SINCE)


@pytest.mark.parametrize(
    ("account", "email", "linked", "why"),
    [
        ("U0NEW", "", "", ""),
        ("U0ANA", "", "", "it is Ana Sousa's: config/teams.yaml says so"),
        ("U0CY", "", "", "it is yours already: config/teams.yaml says so"),
        ("U0NEW", "", "cy", "it is yours already: it is linked"),
        ("U0NEW", "", "di", "it is linked to Di Roux, who would have to unlink it first"),
        ("U0NEW", "", "who-left", ""),
        ("U0NEW", "ben@example.com", "", "it bears the address of Ben Okoro, and slack has confirmed that"),
        ("U0NEW", "cy@example.com", "", ""),
        ("U0NEW", "nobody@example.com", "", ""),
    ],
)
def test_an_account_that_is_somebodys_is_nobody_elses(account: str, email: str, linked: str, why: str) -> None:
    wanted = Account(chat="slack", id=f"T0SUTURE1:{account}", email=email)
    before = Linked(account=wanted, person=linked, at=SINCE) if linked else None
    assert why_not_linked(PEOPLE, CY, wanted, before) == why
