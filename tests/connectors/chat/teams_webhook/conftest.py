"""A fake Teams for these tests, quick enough not to be the thing under test unless a test says so."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.chat.teams_webhook.client import TeamsWebhook
from connectors.chat.teams_webhook.options import TeamsWebhookOptions
from tests.fakes.teams.endpoint import FakeTeams


async def link(offer: str) -> str:
    return f"https://suture.example.com/confirm/{offer}.1.x"


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams(per_second=1000) as running:
        yield running


@pytest.fixture
def chat(teams: FakeTeams) -> TeamsWebhook:
    return chat_of(teams.webhook("payments"))


def chat_of(address: str, **waits: float) -> TeamsWebhook:
    options = TeamsWebhookOptions(webhooks={"payments": address}, link=link, other_hosts=("127.0.0.1", "localhost"))
    return TeamsWebhook(options, **waits)
