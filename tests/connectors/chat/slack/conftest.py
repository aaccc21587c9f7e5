"""A fake Slack for these tests, quick enough not to be the thing under test unless a test says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from connectors.chat.slack import SlackChat, SlackOptions
from tests.fakes.slack.client import FakeSlack

QUICK = {
    "channel_burst": 10_000,
    "workspace_posts_per_minute": 10_000,
    "tier_3_per_minute": 10_000,
    "tier_4_per_minute": 10_000,
}
SCOPES = ["chat:write", "users:read", "users:read.email", "channels:history"]
SECRETS = ("the-present-secret", "the-one-before")


@pytest.fixture(scope="module")
def one_slack() -> Iterator[FakeSlack]:
    with FakeSlack(signing_secret=SECRETS[0], limits=QUICK, scopes=["channels:history"]) as running:
        yield running


@pytest.fixture
def slack(one_slack: FakeSlack) -> Iterator[FakeSlack]:
    """The running fake, with nothing wrong in it."""
    one_slack.settings(limits=QUICK, scopes=SCOPES, token=one_slack.token, signing_secret=SECRETS[0])
    one_slack.add_channel("C0PAY", "payments")
    yield one_slack
    one_slack.clear_faults()
    for view in one_slack.views():
        view.close()
    for message in one_slack.channel("C0PAY").messages():
        one_slack.channel("C0PAY").delete(message)


@pytest.fixture
def options(slack: FakeSlack) -> Callable[..., SlackOptions]:
    """SlackOptions for the fake; what is given differs."""

    def make(**more: object) -> SlackOptions:
        usual: dict[str, object] = {"signing_secrets": SECRETS, "bot_token": slack.token, "api_url": slack.url}
        return SlackOptions(**{"history_scope": True, **usual, **more})  # type: ignore[arg-type]

    return make


@pytest.fixture
def chat(options: Callable[..., SlackOptions]) -> SlackChat:
    return SlackChat(options())
