"""The app's manifests ask for no more than is used, and no less; what is optional names the setting it is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from connectors.chat.slack import SlackChat, SlackMembers, SlackOptions
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Attachment, Identity, Message, MessageKey, ReplyTo
from tests.connectors.chat.slack.cards import KEY, card
from tests.fakes.slack.client import FakeSlack
from tests.fakes.slack.methods import METHODS

ROOT = Path(__file__).parents[4]
TEXT = (ROOT / "deploy" / "slack-manifest.yaml").read_text()
MANIFEST: dict[str, Any] = yaml.safe_load(TEXT)
SOCKET_MODE: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "slack-manifest-socket-mode.yaml").read_text())
SCOPES: list[str] = MANIFEST["oauth_config"]["scopes"]["bot"]
OPTIONAL: dict[str, str] = dict(re.findall(r"^ +# - ([a-z:.]+) # (.+)$", TEXT, re.MULTILINE))
ANA = ReplyTo("slack", {"channel": "C0PAY", "person": "U0ANA"})


async def everything(chat: SlackChat, members: SlackMembers) -> None:
    """Each thing the app does without any setting of its own."""
    member = await members.member(Identity("slack", "T0SUTURE1:U0ANA"), 5)
    assert member is not None
    if not member.email:
        raise NeedsHuman("lacks the scope users:read.email")
    await members.find("ana@example.com")
    ts = await chat.post("C0PAY", card(), KEY)
    await chat.edit("C0PAY", ts, card())
    await chat.say("C0PAY", ts, Message(text="line"), MessageKey("S-12", "line-1"))
    await chat.answer(ANA, Message(text="to you"))
    await chat.answer(ReplyTo("slack", {"person": "U0ANA"}), Message(text="to you"))
    await chat.show_home("U0ANA", [Message(text="Nothing is open.")])


async def everything_optional(chat: SlackChat, members: SlackMembers) -> None:
    """Each thing that a setting allows."""
    await members.group("S0PAY")
    direct = await chat.direct("T0SUTURE1:U0ANA")
    await chat.send_file(ANA, Attachment("cases.txt", "Open cases: 1", "S-1"), shared=False)
    for channel in ("C0PAY", "C0PRIVATE", direct):
        await chat.find(channel, KEY)


@pytest.fixture
def app(slack: FakeSlack, options: Callable[..., SlackOptions]) -> tuple[SlackChat, SlackMembers]:
    slack.add_person("U0ANA", email="ana@example.com")
    slack.add_channel("C0PRIVATE", private=True)
    slack.set_group("S0PAY", "U0ANA")
    return SlackChat(options()), SlackMembers(options(), lambda: datetime.now(UTC))


async def test_the_scopes_suffice(slack: FakeSlack, app: tuple[SlackChat, SlackMembers]) -> None:
    slack.settings(scopes=SCOPES)
    await everything(*app)
    slack.settings(scopes=[*SCOPES, *OPTIONAL])
    await everything_optional(*app)


@pytest.mark.parametrize("scope", [scope for scope in SCOPES if scope != "commands"])
async def test_no_scope_is_asked_for_in_vain(slack: FakeSlack, app: tuple[SlackChat, SlackMembers], scope: str) -> None:
    slack.settings(scopes=[other for other in SCOPES if other != scope])
    with pytest.raises(NeedsHuman, match=f"lacks the scope {scope}"):
        await everything(*app)


@pytest.mark.parametrize("scope", sorted(OPTIONAL))
async def test_no_optional_scope_is_named_in_vain(
    slack: FakeSlack, app: tuple[SlackChat, SlackMembers], scope: str
) -> None:
    slack.settings(scopes=[*SCOPES, *(other for other in OPTIONAL if other != scope)])
    with pytest.raises(NeedsHuman, match=f"lacks the scope {scope}"):
        await everything_optional(*app)


def test_every_method_that_we_call_is_covered() -> None:
    """Whatever the code names of Slack's client has a scope in the manifest, even if no test above got there."""
    sources = "\n".join(path.read_text() for path in (ROOT / "connectors" / "chat" / "slack").glob("*.py"))
    called = {name.replace("_", ".") for name in re.findall(r"\b_?web\.([a-z]+_\w+)", sources)} - {"async.client"}
    assert {"chat.postMessage", "files.completeUploadExternal", "usergroups.users.list"} <= called
    assert called <= METHODS.keys(), "the fake does not know a method that is called"
    needed = {METHODS[method][0] for method in called} - {"", "history"}
    assert needed <= {*SCOPES, *OPTIONAL}


def test_every_optional_scope_names_settings_that_exist() -> None:
    documented = (ROOT / "docs" / "configuration.md").read_text()
    for scope, purpose in OPTIONAL.items():
        settings = re.findall(r"(?:slack\.\w+|teams\[\]\.\w+)", purpose)
        assert settings, scope
        assert all(f"| `{setting}` |" in documented for setting in settings), scope


def test_everything_comes_to_one_address() -> None:
    (command,) = MANIFEST["features"]["slash_commands"]
    address = MANIFEST["settings"]["interactivity"]["request_url"]
    assert (command["command"], command["url"]) == ("/suture", address)
    assert address.endswith("/slack/events")
    assert MANIFEST["settings"]["event_subscriptions"] == {"request_url": address, "bot_events": ["app_home_opened"]}


def test_socket_mode_is_the_same_app_without_an_address() -> None:
    assert "https://" not in str(SOCKET_MODE)
    same = without_addresses(MANIFEST)
    same["settings"]["socket_mode_enabled"] = True
    assert same == SOCKET_MODE


def without_addresses(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: without_addresses(value) for name, value in part.items() if name not in ("url", "request_url")}
    return [without_addresses(each) for each in part] if isinstance(part, list) else part
