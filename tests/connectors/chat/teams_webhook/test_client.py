"""TeamsWebhook over real HTTP: what is posted, and what each failure means. The address shows nowhere."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from connectors.chat.teams_webhook.client import TeamsWebhook, only_way
from connectors.chat.teams_webhook.options import TeamsWebhookOptions
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable
from connectors.contract.message import Form, Message, ReplyTo
from tests.connectors.chat.slack.cards import KEY, card
from tests.connectors.chat.teams_webhook.conftest import chat_of, link
from tests.fakes.teams.endpoint import FakeTeams

SECRET = "s3cr3t-signature-of-payments"


async def test_a_card_is_posted_with_links_for_buttons(teams: FakeTeams, chat: TeamsWebhook) -> None:
    run = await chat.post("payments", card(), KEY)

    (shown,) = teams.cards("payments")
    assert run.startswith("0858")
    assert "Critical: SSH open to the world on sg-12" in shown.lines
    assert shown.buttons["Fix now…"] == "https://suture.example.com/confirm/o-fix.1.x"
    assert "Possible repeat" not in shown.text


async def test_a_second_copy_says_that_it_may_be_one(teams: FakeTeams, chat: TeamsWebhook) -> None:
    await chat.post("payments", card(), KEY, repeat=True)

    assert "Possible repeat: the answer to an earlier send of this card was lost." in teams.cards("payments")[0].lines


@pytest.mark.parametrize(
    ("fault", "kind", "there"),
    [
        ({"kind": "drop"}, Ambiguous, 0),
        ({"kind": "lose"}, Ambiguous, 1),
        ({"kind": "hang", "seconds": 1.0}, Ambiguous, 1),
        ({"kind": "status", "status": 500}, Ambiguous, 0),
        ({"kind": "status", "status": 502}, Ambiguous, 0),
        ({"kind": "status", "status": 503}, Retriable, 0),
        ({"kind": "status", "status": 429}, Retriable, 0),
        ({"kind": "status", "status": 400}, NeedsHuman, 0),
        ({"kind": "status", "status": 401}, NeedsHuman, 0),
        ({"kind": "status", "status": 404}, NeedsHuman, 0),
        ({"kind": "status", "status": 413}, NeedsHuman, 0),
    ],
)
async def test_what_a_failure_means(
    teams: FakeTeams, fault: dict[str, object], kind: type[Exception], there: int
) -> None:
    chat = chat_of(teams.webhook("payments"), answer=0.3 if fault["kind"] == "hang" else 15.0)
    teams.order(**fault)  # type: ignore[arg-type]

    with pytest.raises(kind):
        await chat.post("payments", card(), KEY)

    assert len(teams.cards("payments")) == there


async def test_a_post_that_takes_too_long_in_all_may_have_arrived(teams: FakeTeams) -> None:
    chat = chat_of(teams.webhook("payments"), whole=0.2)
    teams.order("hang", seconds=0.6)

    with pytest.raises(Ambiguous, match="did not answer in time"):
        await chat.post("payments", card(), KEY)


@pytest.mark.parametrize(("header", "after"), [("7", 7.0), ("soon", None), ("-1", None), ("nan", None)])
async def test_how_long_to_wait_is_what_teams_says(
    teams: FakeTeams, chat: TeamsWebhook, header: str, after: float | None
) -> None:
    teams.order("status", status=429, headers={"Retry-After": header})

    with pytest.raises(Retriable) as failed:
        await chat.post("payments", card(), KEY)

    assert failed.value.after == after


async def test_nobody_listens() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    with pytest.raises(Retriable, match="could not be reached"):
        await chat_of(f"http://127.0.0.1:{port}/x?sig=s").post("payments", card(), KEY)


async def test_a_webhook_nobody_configured(chat: TeamsWebhook) -> None:
    with pytest.raises(NeedsHuman, match=r"no webhook 'platform' under teams\.webhooks"):
        await chat.post("platform", card(), KEY)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_leads_nowhere(teams: FakeTeams, chat: TeamsWebhook, status: int) -> None:
    """To another host: a body of ours, or its address, would be handed to whoever stands there."""
    with FakeTeams() as elsewhere:
        there = elsewhere.webhook("payments").replace("127.0.0.1", "localhost")
        teams.order("redirect", status=status, headers={"Location": there})

        with pytest.raises(NeedsHuman, match="the Teams webhook payments redirects elsewhere"):
            await chat.post("payments", card(), KEY)

        assert elsewhere.requests == 0


async def test_a_redirect_on_the_same_host_is_no_success(teams: FakeTeams, chat: TeamsWebhook) -> None:
    teams.order("redirect", status=307, headers={"Location": teams.webhook("payments")})

    with pytest.raises(NeedsHuman, match="redirects elsewhere"):
        await chat.post("payments", card(), KEY)


def test_the_machines_own_proxy_is_kept_for_this_host_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)

    ways = only_way("https://a.b.environment.api.powerplatform.com/x?sig=s")

    assert ways.pop("https://a.b.environment.api.powerplatform.com") == "http://proxy.example.com:3128"
    assert {urlsplit(way).hostname for way in ways.values()} == {None}


@pytest.fixture
def every_word(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.DEBUG):
        yield caplog


async def test_the_address_shows_in_no_failure_log_or_name(
    teams: FakeTeams, chat: TeamsWebhook, every_word: pytest.LogCaptureFixture
) -> None:
    said = [repr(chat), repr(TeamsWebhookOptions(webhooks={}, link=link)), repr(chat._options)]
    for fault in ("drop", "lose", "status", "redirect"):
        teams.order(fault, status=307 if fault == "redirect" else 500, headers={"Location": "http://localhost:1/"})
        with pytest.raises((Ambiguous, NeedsHuman)) as failed:
            await chat.post("payments", card(), KEY)
        said += traceback.format_exception(failed.value)
        assert failed.value.__context__ is None
    await chat.post("payments", card(), KEY)

    assert SECRET not in "\n".join(said) + every_word.text


async def test_one_way_is_one_way(chat: TeamsWebhook) -> None:
    assert chat.edits is False
    for attempt in (
        chat.edit("payments", "1", card()),
        chat.say("payments", "1", card(), KEY),
        chat.find("payments", KEY),
        chat.answer(ReplyTo("teams-webhook"), Message(text="x")),
        chat.fill_form(ReplyTo("teams-webhook"), Form("x", ())),
    ):
        with pytest.raises(NeedsHuman, match="only posts"):
            await attempt


def test_an_address_that_may_not_be_used_is_named_without_being_shown() -> None:
    with pytest.raises(ValueError, match="the webhook payments cannot be used") as wrong:
        TeamsWebhookOptions(webhooks={"payments": "https://evil.example.com/?sig=hunter2"}, link=link)

    assert "hunter2" not in str(wrong.value)
