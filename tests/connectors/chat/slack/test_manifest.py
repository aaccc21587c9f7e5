"""The app's manifest asks for no more than is used, and no less."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.chat.slack import SlackChat, SlackMembers, SlackOptions
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Identity, Message, MessageKey, ReplyTo
from tests.connectors.chat.slack.cards import KEY, card
from tests.fakes.slack.client import FakeSlack

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[4] / "deploy" / "slack-manifest.yaml").read_text())
SCOPES: list[str] = MANIFEST["oauth_config"]["scopes"]["bot"]


async def everything(chat: SlackChat) -> None:
    """Each thing the app does, but for looking back."""
    await members_of(chat.options)
    ts = await chat.post("C0PAY", card(), KEY)
    await chat.edit("C0PAY", ts, card())
    await chat.say("C0PAY", ts, Message(text="line"), MessageKey("S-12", "line-1"))
    await chat.answer(ReplyTo("slack", {"channel": "C0PAY", "person": "U0ANA"}), Message(text="to you"))
    await chat.answer(ReplyTo("slack", {"person": "U0ANA"}), Message(text="to you"))
    await chat.show_home("U0ANA", [Message(text="Nothing is open.")])


async def members_of(options: SlackOptions) -> None:
    """Who presses, and who has an address."""
    members = SlackMembers(options, lambda: datetime.now(UTC))
    member = await members.member(Identity("slack", "T0SUTURE1:U0ANA"), 5)
    if member is not None and not member.email:
        raise NeedsHuman("lacks the scope users:read.email")
    await members.find("ana@example.com")


async def test_the_scopes_suffice(slack: FakeSlack, options: Callable[..., SlackOptions]) -> None:
    slack.add_person("U0ANA", email="ana@example.com")
    slack.settings(scopes=SCOPES)
    await everything(SlackChat(options()))


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "commands"])
async def test_no_scope_is_asked_for_in_vain(
    slack: FakeSlack, options: Callable[..., SlackOptions], scope: str
) -> None:
    slack.add_person("U0ANA", email="ana@example.com")
    slack.settings(scopes=[other for other in SCOPES if other != scope])
    with pytest.raises(NeedsHuman, match=f"lacks the scope {scope}"):
        await everything(SlackChat(options()))


def test_everything_comes_to_one_address() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    address = MANIFEST["settings"]["interactivity"]["request_url"]
    assert (command["command"], command["url"]) == ("/suture", address)
    assert address.endswith("/slack/events")
    assert MANIFEST["settings"]["event_subscriptions"] == {"request_url": address, "bot_events": ["app_home_opened"]}
