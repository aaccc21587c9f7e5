"""The fake Slack over the wire: what it keeps, what it refuses and by which name, and what goes wrong on purpose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests.fakes.slack.client import FakeSlack, Impossible

C = "C0GENERAL"
FREE = {"channel_burst": 10_000, "tier_3_per_minute": 10_000, "tier_4_per_minute": 10_000}
META = {"event_type": "suture_case", "event_payload": {"case": "S-1", "part": "root"}}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeSlack]:
    journal = tmp_path_factory.mktemp("slack") / "calls.jsonl"
    with FakeSlack(journal=journal, limits={**FREE, "workspace_posts_per_minute": 10_000}) as running:
        yield running


@pytest.fixture
def slack(shared: FakeSlack) -> Iterator[FakeSlack]:
    yield shared
    shared.clear_faults()
    shared.settings(scopes=["chat:write", "users:read", "users:read.email"], limits=FREE)


def call(slack: FakeSlack, method: str, token: str = "xoxb-fake-token", **arguments: Any) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = slack.http.post(slack.url + method, json=arguments, headers=headers)
    body: dict[str, Any] = answer.json()
    return body


def post(slack: FakeSlack, text: str = "hello", channel: str = C, **more: Any) -> str:
    body = call(slack, "chat.postMessage", channel=channel, text=text, **more)
    assert body["ok"], body
    return str(body["ts"])


def test_a_caller_without_a_good_token_is_refused(slack: FakeSlack) -> None:
    assert call(slack, "auth.test", token="")["error"] == "not_authed"
    assert call(slack, "auth.test", token="xoxb-wrong")["error"] == "invalid_auth"
    assert call(slack, "auth.test")["team_id"] == "T0SUTURE1"
    assert call(slack, "chat.unheardOf")["error"] == "unknown_method"


def test_a_message_is_kept_with_every_revision(slack: FakeSlack) -> None:
    block = {"type": "divider"}
    ts = post(slack, "first", blocks=[block], metadata=META)
    assert call(slack, "chat.update", channel=C, ts=ts, text="second")["ok"]
    found = next(m for m in slack.channel(C).messages() if m.ts == ts)
    assert [r["text"] for r in found.revisions] == ["first", "second"]
    assert found.blocks == [], "text alone removes the blocks"
    assert found.metadata == META, "metadata that is not given is kept"
    assert found.revisions[0]["at"] <= found.revisions[1]["at"]


REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("chat.postMessage", {"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
    ("chat.postMessage", {"text": "x"}, "invalid_arguments"),
    ("chat.postMessage", {"channel": C}, "no_text"),
    ("chat.postMessage", {"channel": C, "text": "x" * 40_001}, "msg_too_long"),
    ("chat.postMessage", {"channel": C, "blocks": [{"type": "nonsense"}]}, "invalid_blocks"),
    ("chat.postMessage", {"channel": C, "blocks": "{"}, "invalid_blocks_format"),
    ("chat.postMessage", {"channel": C, "text": "x", "thread_ts": "1.000001"}, "thread_not_found"),
    ("chat.postMessage", {"channel": C, "text": "x", "thread_ts": "one"}, "invalid_thread_ts"),
    ("chat.postMessage", {"channel": C, "text": "x", "metadata": []}, ""),
    ("chat.postMessage", {"channel": C, "text": "x", "metadata": {"event_type": 1}}, "invalid_metadata_schema"),
    ("chat.update", {"channel": C, "ts": "1.000001", "text": "x"}, "message_not_found"),
    ("chat.update", {"channel": "C0NOWHERE", "ts": "1.000001", "text": "x"}, "channel_not_found"),
    ("chat.postEphemeral", {"channel": C, "user": "U0NOBODY", "text": "x"}, "user_not_in_channel"),
    ("users.info", {"user": "U0NOBODY"}, "user_not_found"),
    ("users.lookupByEmail", {"email": "nobody@example.com"}, "users_not_found"),
    ("views.update", {"external_id": "never", "view": {"type": "modal"}}, "invalid_arguments"),
    ("conversations.history", {"channel": C}, "missing_scope"),
]


@pytest.mark.parametrize(("method", "arguments", "error"), REFUSALS)
def test_what_slack_refuses_is_refused_by_its_name(
    slack: FakeSlack, method: str, arguments: dict[str, Any], error: str
) -> None:
    assert call(slack, method, **arguments).get("error", "") == error


def test_a_body_that_is_no_json_is_named(slack: FakeSlack) -> None:
    headers = {"authorization": "Bearer xoxb-fake-token", "content-type": "application/json"}
    answer = slack.http.post(slack.url + "auth.test", content=b"{", headers=headers)
    assert answer.json()["error"] == "invalid_json"


def test_a_form_carries_blocks_as_json(slack: FakeSlack) -> None:
    form = {"channel": C, "text": "by form", "blocks": json.dumps([{"type": "divider"}]), "token": slack.token}
    assert slack.http.post(slack.url + "chat.postMessage", data=form).json()["ok"]
    assert slack.channel(C).message("by form").blocks[0]["type"] == "divider"


def test_channels_that_cannot_be_written_to_say_why(slack: FakeSlack) -> None:
    slack.add_channel("C0ARCHIVE", archived=True)
    slack.add_channel("C0STRANGE", member=False)
    assert call(slack, "chat.postMessage", channel="C0ARCHIVE", text="x")["error"] == "is_archived"
    assert call(slack, "chat.postMessage", channel="C0STRANGE", text="x")["error"] == "not_in_channel"


def test_nobody_edits_what_another_wrote(slack: FakeSlack) -> None:
    ts = slack.channel(C).say("mine", by="U0ANA")
    assert call(slack, "chat.update", channel=C, ts=ts, text="x")["error"] == "cant_update_message"


def test_history_gives_metadata_only_when_asked_and_allowed(slack: FakeSlack) -> None:
    first, _ = post(slack, "one", metadata=META), post(slack, "two")
    line = post(slack, "line", thread_ts=first, metadata=META)
    refused = call(slack, "conversations.history", channel=C)
    assert (refused["error"], refused["needed"]) == ("missing_scope", "channels:history")
    slack.settings(scopes=["channels:history"])
    newest = call(slack, "conversations.history", channel=C, limit=2, include_all_metadata=True)["messages"]
    assert [m["text"] for m in newest] == ["two", "one"], "newest first, without thread lines"
    assert newest[1]["metadata"] == META
    assert "metadata" not in call(slack, "conversations.history", channel=C, limit=2)["messages"][1]
    replies = call(slack, "conversations.replies", channel=C, ts=first, include_all_metadata=True)["messages"]
    assert [m["ts"] for m in replies] == [first, line]
    assert call(slack, "conversations.replies", channel=C, ts="1.000001")["error"] == "thread_not_found"


def test_history_comes_in_pages(slack: FakeSlack) -> None:
    slack.settings(scopes=["chat:write", "groups:history"])
    slack.add_channel("G0PAGES", private=True)
    for n in range(5):
        post(slack, str(n), channel="G0PAGES")
    page = call(slack, "conversations.history", channel="G0PAGES", limit=3)
    assert (page["has_more"], len(page["messages"])) == (True, 3)
    cursor = page["response_metadata"]["next_cursor"]
    rest = call(slack, "conversations.history", channel="G0PAGES", limit=3, cursor=cursor)
    assert [m["text"] for m in rest["messages"]] == ["1", "0"]


def test_people_are_found_by_id_and_address(slack: FakeSlack) -> None:
    slack.add_person("U0ANA", "ana", email="ana@example.com")
    assert call(slack, "users.info", user="U0ANA")["user"]["profile"]["email"] == "ana@example.com"
    assert call(slack, "users.lookupByEmail", email="Ana@example.com")["user"]["id"] == "U0ANA"


def test_a_channel_takes_a_burst_and_then_one_a_second(slack: FakeSlack) -> None:
    slack.add_channel("C0PACE")
    slack.settings(limits={"channel_burst": 3})
    for n in range(3):
        post(slack, str(n), channel="C0PACE")
    headers = {"authorization": f"Bearer {slack.token}"}
    body = {"channel": "C0PACE", "text": "too fast"}
    refused = slack.http.post(slack.url + "chat.postMessage", json=body, headers=headers)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
    assert refused.json() == {"ok": False, "error": "ratelimited"}
    assert call(slack, "chat.postMessage", channel=C, text="another channel is free")["ok"]
    slack.advance(1.0)
    post(slack, "now", channel="C0PACE")
    assert call(slack, "chat.postMessage", **body)["error"] == "ratelimited"


def test_edits_share_fifty_a_minute_over_all_channels(slack: FakeSlack) -> None:
    slack.add_channel("C0OTHER")
    places = [(C, post(slack)), ("C0OTHER", post(slack, channel="C0OTHER"))]
    slack.advance(60)
    slack.settings(limits={"tier_3_per_minute": 50})
    for n in range(50):
        channel, ts = places[n % 2]
        assert call(slack, "chat.update", channel=channel, ts=ts, text=str(n))["ok"]
    assert call(slack, "chat.update", channel=C, ts=places[0][1], text="x")["error"] == "ratelimited"
    slack.advance(60)
    assert call(slack, "chat.update", channel=C, ts=places[0][1], text="x")["ok"]


def test_the_workspace_has_a_cap_on_posts_too(slack: FakeSlack) -> None:
    slack.advance(60)
    slack.settings(limits={"workspace_posts_per_minute": 2})
    post(slack), post(slack)
    assert call(slack, "chat.postMessage", channel=C, text="x")["error"] == "ratelimited"
    slack.settings(limits={"workspace_posts_per_minute": 10_000})


# What goes wrong on purpose


@pytest.mark.parametrize(("kind", "stored"), [("drop_after", True), ("drop_before", False), ("half_answer", True)])
def test_a_lost_answer_is_lost_after_or_before_the_deed(slack: FakeSlack, kind: str, stored: bool) -> None:
    text = f"lost by {kind}"
    slack.fault(kind, method="chat.postMessage")
    with pytest.raises(httpx2.TransportError):
        post(slack, text)
    assert (text in [m.text for m in slack.channel(C).messages()]) == stored
    post(slack, "the next one goes through")


@pytest.mark.parametrize(("kind", "stored"), [("status_after", True), ("status_before", False)])
def test_a_server_error_may_come_after_or_before_the_deed(slack: FakeSlack, kind: str, stored: bool) -> None:
    text = f"failed by {kind}"
    slack.fault(kind, method="chat.postMessage", status=503)
    headers = {"authorization": f"Bearer {slack.token}"}
    body = {"channel": C, "text": text}
    answer = slack.http.post(slack.url + "chat.postMessage", json=body, headers=headers)
    assert answer.status_code == 503
    assert (text in [m.text for m in slack.channel(C).messages()]) == stored


def test_faults_strike_where_when_and_as_often_as_told(slack: FakeSlack) -> None:
    slack.add_channel("C0BAD")
    slack.fault("error", error="internal_error", channel="C0BAD", skip=1, times=2)
    answers = [call(slack, "chat.postMessage", channel="C0BAD", text=str(n)).get("error") for n in range(4)]
    assert answers == [None, "internal_error", "internal_error", None]
    assert call(slack, "chat.postMessage", channel=C, text="x")["ok"]
    slack.fault("ratelimited", seconds=7)
    assert call(slack, "auth.test")["error"] == "ratelimited"
    with pytest.raises(Impossible):
        slack.fault("earthquake")


def test_a_slow_slack_answers_late(slack: FakeSlack) -> None:
    slack.fault("latency", seconds=0.4)
    with pytest.raises(httpx2.TimeoutException):
        slack.http.post(slack.url + "auth.test", timeout=0.1)


def test_a_refused_connection_opens_again_at_the_same_address(slack: FakeSlack) -> None:
    slack.refuse(0.4)
    with pytest.raises(httpx2.ConnectError):
        call(slack, "auth.test")
    assert slack.settings()["team"], "the control address stays open"
    slack.wait(lambda: _reachable(slack), within=3)
    assert call(slack, "auth.test")["ok"]


def _reachable(slack: FakeSlack) -> bool:
    try:
        return bool(call(slack, "auth.test")["ok"])
    except httpx2.TransportError:
        return False


def test_the_journal_is_on_disk_line_by_line_without_the_token(slack: FakeSlack) -> None:
    slack.fault("drop_after", method="chat.postMessage")
    with pytest.raises(httpx2.TransportError):
        post(slack, "for the checker", metadata=META)
    assert slack.journal_path
    written = slack.journal_path.read_text()
    lines: list[Mapping[str, Any]] = [json.loads(line) for line in written.splitlines()]
    asked = next(line for line in lines if line.get("arguments", {}).get("text") == "for the checker")
    answered = next(line for line in lines if line.get("call") == asked["n"])
    assert (answered["done"], answered["fault"]) == (True, "drop_after")
    assert (C, answered["ts"]) in {(m.channel, m.ts) for m in slack.channel(C).messages()}
    assert slack.token not in written
    assert [line["n"] for line in lines] == sorted(line["n"] for line in lines)


def test_after_a_reset_it_is_another_workspace() -> None:
    with FakeSlack(scopes=["channels:history"]) as slack:
        post(slack, "here")
        slack.fault("status_before", method="auth.test", status=500)
        slack.set_group("S0SEC", "U0ANA")
        slack.reset(app_url="http://127.0.0.1:9/slack/events", scopes=["im:write"])
        assert slack.channel(C).messages() == slack.calls() == []
        assert call(slack, "auth.test")["ok"], "no fault is left"
        scopes = slack.settings()["scopes"]
        assert "im:write" in scopes
        assert "channels:history" not in scopes
        assert slack.command("/suture", "help", by="U0ANA").status == 0, "it posts to the address of now"


def test_two_fakes_share_nothing(slack: FakeSlack, tmp_path: Path) -> None:
    post(slack, "here")
    with FakeSlack(journal=tmp_path / "j", scopes=["channels:history"]) as other:
        assert other.channel(C).messages() == []
        assert "channels:history" in other.settings()["scopes"]
