"""What people do in the fake Slack, and how an app must answer: signed posts, three seconds, triggers, addresses."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.fakes.slack.client import FakeSlack, Impossible
from tests.fakes.test_slack import FREE, C, call, post

SECRET = "a-signing-secret"
CARD = [
    {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "text": {"type": "plain_text", "text": "Fix now…"},
                "action_id": "form:o1",
                "value": "o1",
            },
            {
                "type": "overflow",
                "action_id": "more",
                "options": [{"text": {"type": "plain_text", "text": "Accept"}, "value": "press:o2"}],
            },
        ],
    }
]
REASON = {
    "type": "input",
    "block_id": "input:reason",
    "label": {"type": "plain_text", "text": "Reason"},
    "element": {"type": "plain_text_input", "action_id": "value"},
}
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Fix"}, "blocks": [{"type": "divider"}]}
ASKING = {**MODAL, "blocks": [REASON], "submit": {"type": "plain_text", "text": "Go"}}


class App:
    """The plainest app there is: keeps what comes and answers as told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.status, self.body, self.delay = 200, b"", 0.0
        app = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                app.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(app.delay)
                self.send_response(app.status)
                self.send_header("content-length", str(len(app.body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # Slack does not wait for ever
                    self.wfile.write(app.body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing is logged."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}/slack/events"
        self._thread = threading.Thread(target=self.server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    @property
    def payload(self) -> dict[str, Any]:
        """The last interaction."""
        found: dict[str, Any] = json.loads(parse_qs(self.got[-1][1].decode())["payload"][0])
        return found


@pytest.fixture
def app() -> Iterator[App]:
    running = App()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def shared() -> Iterator[FakeSlack]:
    with FakeSlack(signing_secret=SECRET, limits=FREE) as running:
        yield running


@pytest.fixture
def slack(shared: FakeSlack, app: App) -> FakeSlack:
    shared.connect(app.url)
    for view in shared.views():
        view.close()
    return shared


def press(slack: FakeSlack, label: str = "Fix now…", text: str = "card") -> Any:
    post(slack, text, blocks=CARD)
    return slack.channel(C).message(text).button(label).press(by="U0ANA")


def test_a_press_is_signed_over_its_raw_bytes(slack: FakeSlack, app: App) -> None:
    pressed = press(slack)
    assert pressed.acknowledged
    assert 0 < pressed.ms < 3000
    headers, body = app.got[-1]
    stamp = headers["x-slack-request-timestamp"]
    good = hmac.new(SECRET.encode(), f"v0:{stamp}:".encode() + body, hashlib.sha256).hexdigest()
    assert headers["x-slack-signature"] == f"v0={good}"
    assert abs(time.time() - int(stamp)) < 5


def test_a_press_has_the_documented_shape(slack: FakeSlack, app: App) -> None:
    press(slack)
    payload = app.payload
    assert payload["type"] == "block_actions"
    assert (payload["team"]["id"], payload["user"]["id"], payload["api_app_id"]) == ("T0SUTURE1", "U0ANA", "A0SUTURE1")
    action = payload["actions"][0]
    assert (action["action_id"], action["value"], action["type"]) == ("form:o1", "o1", "button")
    assert payload["container"]["message_ts"] == payload["message"]["ts"]
    press(slack, "Accept", "other")
    assert app.payload["actions"][0]["selected_option"]["value"] == "press:o2"


def test_what_is_not_on_the_screen_cannot_be_pressed(slack: FakeSlack) -> None:
    ts = post(slack, "plain")
    with pytest.raises(Impossible, match="no button"):
        slack.act("press", channel=C, ts=ts, label="Fix now…", by="U0ANA")


def test_slack_waits_three_seconds_and_no_longer(slack: FakeSlack, app: App) -> None:
    app.delay = 3.3
    pressed = press(slack)
    assert (pressed.acknowledged, pressed.error) == (False, "operation_timeout")
    assert pressed.ms < 3300


def test_an_app_that_is_down_is_reported(slack: FakeSlack) -> None:
    slack.connect("http://127.0.0.1:9/slack/events")
    assert press(slack).error.startswith("dispatch_failed")


def test_a_redelivery_is_the_same_payload_again(slack: FakeSlack, app: App) -> None:
    first = press(slack)
    again = slack.redeliver(first, retry=1)
    assert again.acknowledged
    assert app.got[-1][1] == app.got[-2][1]
    assert app.got[-1][0]["x-slack-retry-num"] == "1"


def test_a_trigger_opens_one_modal_within_three_seconds(slack: FakeSlack, app: App) -> None:
    press(slack)
    trigger = app.payload["trigger_id"]
    assert call(slack, "views.open", trigger_id=trigger, view=MODAL)["ok"]
    assert call(slack, "views.open", trigger_id=trigger, view=MODAL)["error"] == "exchanged_trigger_id"
    press(slack)
    late = app.payload["trigger_id"]
    slack.advance(3.1)
    assert call(slack, "views.open", trigger_id=late, view=MODAL)["error"] == "expired_trigger_id"
    assert call(slack, "views.open", trigger_id="1.2.x", view=MODAL)["error"] == "invalid_trigger_id"


def test_a_modal_is_updated_by_either_id_until_it_is_closed(slack: FakeSlack, app: App) -> None:
    press(slack)
    opened = call(slack, "views.open", trigger_id=app.payload["trigger_id"], view={**MODAL, "external_id": "mine"})
    assert call(slack, "views.update", external_id="mine", view=ASKING)["ok"]
    assert call(slack, "views.update", view_id=opened["view"]["id"], view=ASKING)["ok"]
    wrong = call(slack, "views.update", view_id=opened["view"]["id"], hash="old", view=ASKING)
    assert wrong["error"] == "hash_conflict"
    view = slack.view(by="U0ANA")
    assert (view.inputs, view.revisions) == (["reason"], 3)
    press(slack)
    twin = call(slack, "views.open", trigger_id=app.payload["trigger_id"], view={**MODAL, "external_id": "mine"})
    assert twin["error"] == "duplicate_external_id"
    view.close()
    assert call(slack, "views.update", external_id="mine", view=ASKING)["error"] == "not_found"


def opened(slack: FakeSlack, app: App, view: dict[str, Any]) -> Any:
    press(slack)
    assert call(slack, "views.open", trigger_id=app.payload["trigger_id"], view=view)["ok"]
    return slack.view(by="U0ANA")


def test_a_submission_carries_the_state_and_closes_the_modal(slack: FakeSlack, app: App) -> None:
    view = opened(slack, app, {**ASKING, "callback_id": "cb", "private_metadata": "pm"})
    done = slack.submit(view, {"reason": "because"}, by="U0ANA")
    assert (done.acknowledged, done.open) == (True, False)
    sent = app.payload["view"]
    assert sent["state"]["values"] == {"input:reason": {"value": {"type": "plain_text_input", "value": "because"}}}
    assert (sent["callback_id"], sent["private_metadata"]) == ("cb", "pm")


def test_a_submission_that_fails_or_is_refused_leaves_the_modal_open(slack: FakeSlack, app: App) -> None:
    view = opened(slack, app, ASKING)
    with pytest.raises(Impossible, match="required"):
        slack.submit(view, {}, by="U0ANA")
    with pytest.raises(Impossible, match="another person"):
        slack.submit(view, {"reason": "x"}, by="U0EVE")
    app.status = 500
    assert slack.submit(view, {"reason": "x"}, by="U0ANA").open
    app.status, app.body = 200, b'{"response_action": "errors", "errors": {"input:reason": "say more"}}'
    refused = slack.submit(view, {"reason": "x"}, by="U0ANA")
    assert (refused.open, refused.errors) == (True, {"input:reason": "say more"})


def test_the_answer_to_a_command_is_shown_to_the_one_who_typed(slack: FakeSlack, app: App) -> None:
    app.body = b'{"text": "Nothing is waiting for you."}'
    typed = slack.command("/suture", "mine", by="U0ANA")
    assert typed.acknowledged
    form = {name: values[0] for name, values in parse_qs(app.got[-1][1].decode()).items()}
    assert (form["command"], form["text"], form["user_id"]) == ("/suture", "mine", "U0ANA")
    assert slack.private_message("Nothing", to="U0ANA").only_for == "U0ANA"
    assert slack.private(to="U0EVE") == []


def test_a_response_url_has_five_uses_in_thirty_minutes(slack: FakeSlack, app: App) -> None:
    press(slack)
    url = app.payload["response_url"]
    answers = [slack.http.post(url, json={"text": f"use {n}"}).status_code for n in range(6)]
    assert answers == [200] * 5 + [404]
    press(slack)
    slack.advance(30 * 60 + 1)
    late = slack.http.post(app.payload["response_url"], json={"text": "late"})
    assert (late.status_code, late.json()["error"]) == (404, "expired_url")
    assert slack.http.post(url + "x", json={"text": "x"}).status_code == 404


def test_a_response_url_may_replace_or_remove_the_original(slack: FakeSlack, app: App) -> None:
    press(slack, text="original card")
    url = app.payload["response_url"]
    assert slack.http.post(url, json={"text": "taken over", "replace_original": True}).status_code == 200
    assert slack.channel(C).message("taken over").revisions[0]["text"] == "original card"
    slack.http.post(url, json={"delete_original": True})
    assert "taken over" not in [m.text for m in slack.channel(C).messages()]


def test_a_private_message_has_buttons_for_its_reader(slack: FakeSlack, app: App) -> None:
    slack.add_person("U0BO")
    call(slack, "chat.postEphemeral", channel=C, user="U0BO", text="for Bo", blocks=CARD)
    message = slack.private_message("for Bo", to="U0BO")
    assert message.button("Fix now…").press(by="U0BO").acknowledged
    assert app.payload["container"]["is_ephemeral"] is True
    assert "message" not in app.payload
    with pytest.raises(Impossible):
        message.button("Fix now…").press(by="U0EVE")


def test_a_callback_is_signed_json(slack: FakeSlack, app: App) -> None:
    app.body = b"challenge-1"
    asked = slack.callback({"type": "url_verification", "challenge": "challenge-1"})
    assert (asked.status, asked.body) == (200, "challenge-1")
    assert app.got[-1][0]["content-type"] == "application/json"


def test_a_stranger_of_a_shared_channel_comes_with_a_foreign_team(slack: FakeSlack, app: App) -> None:
    slack.add_person("U0ALIEN", team="T0ELSEWHERE")
    post(slack, "card", blocks=CARD)
    slack.channel(C).message("card").button("Fix now…").press(by="U0ALIEN")
    assert (app.payload["team"]["id"], app.payload["user"]["team_id"]) == ("T0SUTURE1", "T0ELSEWHERE")
