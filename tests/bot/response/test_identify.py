"""Which person an identity is, asked of a Slack that answers over HTTP; and where a person is found there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import pytest

from bot.model.person import People, Person
from bot.response.identify import Identify
from connectors.chat.slack import SlackMembers, SlackOptions
from connectors.contract.failure import Ambiguous
from connectors.contract.message import Identity
from tests.fakes.slack.client import FakeSlack

ANA = Person(id="ana", name="Ana Sousa", identities=(("slack", "T0SUTURE1:U0ANA"), ("console", "ana")))
BEN = Person(id="ben", name="Ben Okoro", email="ben@example.com")
CY = Person(id="cy", name="Cy Moreau", email="cy@example.com", identities=(("slack", "T0SUTURE1:U0CY"),))
PEOPLE = People((ANA, BEN, CY))


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as running:
        running.add_person("U0ANA", "ana")
        running.add_person("U0BEN", "ben", email="Ben@example.com")
        running.add_person("U0CY", "cy", email="cy@example.com")
        running.add_person("U0CYTOO", "cy2", email="cy@example.com")
        running.add_person("U0GUEST", "guest", email="guest@example.com", restricted=True)
        yield running


@pytest.fixture
async def identify(slack: FakeSlack) -> AsyncIterator[Identify]:
    options = SlackOptions(signing_secrets=("s",), bot_token=slack.token, api_url=slack.url)
    members = SlackMembers(options, lambda: datetime.now(UTC))
    yield Identify(PEOPLE, {"slack": members}, patience=5.0)
    await members.close()
    slack.clear_faults()


@pytest.mark.parametrize(
    ("account", "person", "why"),
    [
        ("U0ANA", ANA, ""),
        ("U0BEN", BEN, ""),
        ("U0CY", CY, ""),
        ("U0CYTOO", None, "I don't know who you are"),  # Cy has an identity of their own: an address adds none
        ("U0GUEST", None, "Guests of this workspace"),
        ("U0NEVERSEEN", None, "I don't know who you are"),
    ],
)
async def test_the_identity_first_then_the_confirmed_address(
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
    assert await identify.on(BEN, "console") == ""
    assert await identify.on(Person(id="x", name="X", email="guest@example.com"), "slack") == ""
    assert await identify.on(Person(id="y", name="Y", email="y@example.com"), "slack") == ""
    slack.fault("status_before", method="users.lookupByEmail")
    with pytest.raises(Ambiguous):
        await identify.on(Person(id="z", name="Z", email="z@example.com"), "slack")
