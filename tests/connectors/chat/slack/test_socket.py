"""Socket Mode as the people of the fake Slack meet it: the same presses and words, over a line that we keep open."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from connectors.chat.slack import SlackChat, SlackDoor, SlackOptions, SlackSocket
from connectors.contract.failure import Retriable
from connectors.contract.message import Message
from tests.connectors.chat.slack.app import Remembering
from tests.connectors.chat.slack.cards import KEY, card
from tests.fakes.slack.client import FakeSlack
from tests.fakes.slack.story import Delivered
from tests.stories.running import eventually

C = "C0PAY"


class Connected:
    """A connected door with an inbox that remembers."""

    def __init__(self, slack: FakeSlack, options: SlackOptions, ping_every: float = 5.0) -> None:
        self.slack, self.inbox = slack, Remembering()
        self.chat = SlackChat(options)
        self.door = SlackDoor(options, self.chat)
        self.socket = SlackSocket(options, self.door, ping_every=ping_every)

    async def press(self, label: str = "I'm on it") -> Delivered:
        await self.chat.post(C, card(), KEY)
        message = await asyncio.to_thread(self.slack.channel(C).message, "sg-12")
        return await asyncio.to_thread(lambda: message.button(label).press(by="U0ANA"))

    async def command(self, words: str) -> Delivered:
        return await asyncio.to_thread(lambda: self.slack.command("/suture", words, by="U0ANA", channel=C))

    async def until(self, look: Callable[[], Awaitable[bool]]) -> None:
        await eventually(look, "the line", 10)

    async def reached(self) -> bool:
        """Both ends have the line."""
        return await self.socket.connected() and (await asyncio.to_thread(self.slack.sockets))["open"] == 1


@pytest.fixture
async def line(slack: FakeSlack, options: Callable[..., SlackOptions]) -> AsyncIterator[Connected]:
    slack.settings(socket_mode=True)
    slack.add_person("U0ANA", "ana")
    made = Connected(slack, options(app_token="xapp-fake-token", signing_secrets=()))
    made.socket.start(made.inbox)
    await made.until(made.reached)
    yield made
    await made.socket.stop()
    await made.door.settle()
    slack.settings(socket_mode=False)


async def test_a_press_and_a_command_come_over_the_line(line: Connected) -> None:
    line.inbox.says = Message(text="You have 3 open cases.")
    assert (await line.command("mine")).acknowledged
    assert [each.words for each in line.inbox.commands] == ["mine"]
    (answer,) = [m for m in line.slack.private("U0ANA") if "3 open cases" in m.text]
    assert answer.only_for == "U0ANA"

    line.inbox.says = None
    assert (await line.press()).acknowledged
    (click,) = line.inbox.clicks
    assert (click.actor.id, click.offer) == ("T0SUTURE1:U0ANA", "o-mine")


async def test_the_same_envelope_again_has_the_same_key(line: Connected) -> None:
    first = await line.press()
    for _ in range(3):
        assert (await asyncio.to_thread(line.slack.redeliver, first, retry=1)).acknowledged
    assert len(line.inbox.clicks) == 4
    assert len({click.key for click in line.inbox.clicks}) == 1


async def test_what_is_not_stored_is_not_acknowledged(line: Connected) -> None:
    line.inbox.fails = Retriable("the disk is full")
    pressed = await line.press()
    assert (pressed.acknowledged, line.inbox.clicks) == (False, [])


async def test_acknowledged_only_after_it_is_stored(line: Connected) -> None:
    line.inbox.delay = 0.5
    pressed = await line.press()
    assert pressed.acknowledged
    assert pressed.ms >= 500


@pytest.mark.parametrize("politely", [True, False])
async def test_it_connects_again(line: Connected, politely: bool) -> None:
    before = line.slack.sockets()["opened"]
    await asyncio.to_thread(lambda: line.slack.hang_up(politely=politely))

    async def again() -> bool:
        return (await asyncio.to_thread(line.slack.sockets))["opened"] > before and await line.reached()

    await line.until(again)
    assert (await line.press()).acknowledged


async def test_another_apps_envelope_is_not_acknowledged(
    line: Connected, slack: FakeSlack, options: Callable[..., SlackOptions]
) -> None:
    await line.socket.stop()
    other = Connected(slack, options(app_token="xapp-fake-token", signing_secrets=(), app_id="A0ANOTHER"))
    other.socket.start(other.inbox)
    await other.until(other.reached)
    assert not (await other.command("mine")).acknowledged
    assert other.inbox.commands == []
    await other.socket.stop()


async def test_what_is_under_way_is_answered_before_we_hang_up(line: Connected) -> None:
    line.inbox.delay = 0.4
    pressing = asyncio.create_task(line.press())

    async def taken() -> bool:
        return bool(line.socket._taking)

    await line.until(taken)
    await line.socket.stop()
    assert (await pressing).acknowledged


async def test_a_slack_that_is_away_is_tried_again(slack: FakeSlack, options: Callable[..., SlackOptions]) -> None:
    slack.settings(socket_mode=True)
    slack.fault("status_before", method="apps.connections.open", times=2)
    late = Connected(slack, options(app_token="xapp-fake-token", signing_secrets=()), ping_every=1.0)
    late.socket.start(late.inbox)
    await late.until(late.reached)
    await late.socket.stop()
    slack.settings(socket_mode=False)


def test_an_app_token_says_what_it_is(options: Callable[..., SlackOptions]) -> None:
    with pytest.raises(ValueError, match="App-Level Tokens"):
        options(app_token="xoxb-the-wrong-one")
    with pytest.raises(ValueError, match="one signing secret"):
        options(signing_secrets=())
