"""The fake Teams refuses what the real one refuses; otherwise what is tested against it proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from tests.fakes.teams.card import CARD, problems
from tests.fakes.teams.endpoint import MOST_BYTES, FakeTeams


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as running:
        yield running


@pytest.fixture
def http() -> Iterator[httpx2.Client]:
    with httpx2.Client(timeout=5, trust_env=False) as client:
        yield client


def message(text: str = "Hello", **more: Any) -> dict[str, Any]:
    card = {"type": "AdaptiveCard", "version": "1.5", "fallbackText": text, "body": [block(text)], **more}
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


def block(text: str) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text}]}


def action(**more: Any) -> dict[str, Any]:
    return {"type": "Action.OpenUrl", "title": "Open", "url": "https://example.com/", **more}


def test_a_good_card_is_accepted_and_shown(teams: FakeTeams, http: httpx2.Client) -> None:
    answered = http.post(teams.webhook("payments"), json=message(actions=[action()]))

    assert (answered.status_code, answered.content) == (202, b"")
    assert answered.headers["x-ms-workflow-run-id"]
    (shown,) = teams.cards("payments")
    assert (shown.lines, shown.buttons) == (["Hello"], {"Open": "https://example.com/"})
    assert teams.cards("platform") == []


def test_the_signature_lets_in_and_nothing_else(teams: FakeTeams, http: httpx2.Client) -> None:
    address = teams.webhook("payments")
    for wrong, status in (
        (address.replace("s3cr3t", "guessed"), 401),
        (address.partition("?")[0], 401),
        (address.replace("/workflows/payments/", "/workflows/nobody/"), 404),
        (address.replace("/manual/", "/other/"), 404),
        (teams.url, 404),
    ):
        assert http.post(wrong, json=message()).status_code == status
    assert teams.cards("payments") == []


def test_more_than_28_kilobytes_are_refused(teams: FakeTeams, http: httpx2.Client) -> None:
    room = MOST_BYTES - len(httpx2.Request("POST", "http://x", json=message("")).content)
    for text, status in (("a" * (room // 2), 202), ("a" * room, 413)):
        assert http.post(teams.webhook("payments"), json=message(text)).status_code == status
    assert len(teams.cards("payments")) == 1


def test_five_in_a_second_are_one_too_many(http: httpx2.Client) -> None:
    now = [100.0]
    with FakeTeams(clock=lambda: now[0]) as teams:
        answers = [http.post(teams.webhook("payments"), json=message()) for _ in range(5)]
        elsewhere = http.post(teams.webhook("platform"), json=message())

        assert [answered.status_code for answered in answers] == [202, 202, 202, 202, 429]
        assert answers[-1].headers["retry-after"] == "1"
        assert elsewhere.status_code == 202
        now[0] += 1.0
        assert http.post(teams.webhook("payments"), json=message()).status_code == 202


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "a plain one"},
        {"type": "message", "attachments": []},
        message(version="1.6"),
        message(msteams={"entities": []}),
        message(actions=[action(type="Action.Submit", data={})]),
        message(actions=[action(url="javascript:alert(1)")]),
        message(actions=[action(surprise=True)]),
        message(body=[{"type": "TextBlock"}]),
        message(body=[{"type": "Unheard"}]),
        message(""),
    ],
)
def test_a_card_that_teams_would_not_show_is_refused(teams: FakeTeams, http: httpx2.Client, wrong: Any) -> None:
    answered = http.post(teams.webhook("payments"), json=wrong)

    assert (answered.status_code, answered.json()["error"]["code"]) == (400, "InvalidRequestContent")
    assert teams.refused == problems(wrong) != []
    assert teams.cards("payments") == []


def test_what_is_not_json_is_refused(teams: FakeTeams, http: httpx2.Client) -> None:
    headers = {"content-type": "application/json"}
    assert http.post(teams.webhook("payments"), content=b"{", headers=headers).status_code == 400
    assert http.post(teams.webhook("payments"), content=b"{}").status_code == 400


def test_failures_come_in_the_order_they_were_ordered(teams: FakeTeams, http: httpx2.Client) -> None:
    teams.order("status", status=502)
    teams.order("drop")
    teams.order("lose")
    address = teams.webhook("payments")

    assert http.post(address, json=message("1")).status_code == 502
    for text in ("2", "3"):
        with pytest.raises(httpx2.RemoteProtocolError):
            http.post(address, json=message(text))
    assert http.post(address, json=message("4")).status_code == 202
    assert [shown.text for shown in teams.cards("payments")] == ["3", "4"]
