"""What people do on their screens, and what Slack does on the screen with the app's answer."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict
from typing import Any

from tests.fakes.slack import chat_methods
from tests.fakes.slack.deliver import Outcome
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.fake import Fake
from tests.fakes.slack.payloads import NoSuchControl, commanded, pressed, submitted
from tests.fakes.slack.views import check_view
from tests.fakes.slack.workspace import Posted, View


async def press(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Press the button or menu entry ``label`` (or its action_id) of message ``ts`` in ``channel``, as ``by``.

    ``revision``: their screen still shows that one."""
    posted = _on_screen(fake, wanted["channel"], wanted["ts"], wanted["by"])
    body = pressed(fake.space, posted, wanted["label"], wanted["by"], fake.api, wanted.get("revision", -1))
    return asdict(await fake.deliverer.send("press", body))


async def submit(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Submit modal ``view`` with ``values``; the modal closes, changes or shows errors as the app answers."""
    view = fake.space.views[wanted["view"]]
    if view.person != wanted["by"]:
        raise NoSuchControl("that modal is on another person's screen")
    outcome = await fake.deliverer.send("submit", submitted(fake.space, view, wanted.get("values", {}), wanted["by"]))
    errors = _after_submission(fake, view, outcome)
    return {**asdict(outcome), "errors": errors, "open": view.id in fake.space.views}


def _after_submission(fake: Fake, view: View, outcome: Outcome) -> dict[str, str]:
    if not outcome.acknowledged:
        return {}
    answer = outcome.answer()
    match answer.get("response_action", "clear"):
        case "errors":
            return dict(answer["errors"])
        case "update":
            check_view(answer["view"])
            view.content, view.hash = answer["view"], f"{view.hash}+"
        case "clear":
            fake.space.views.pop(view.id, None)
        case other:
            raise SlackError(f"unknown response_action {other}")
    return {}


async def close(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Somebody closes a modal."""
    fake.space.views.pop(wanted["view"])
    return {"ok": True}


async def command(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Type ``command`` ``text`` in ``channel``; a message in the app's answer is shown to that person alone."""
    channel, by = wanted.get("channel", "C0GENERAL"), wanted["by"]
    body, path = commanded(fake.space, wanted["command"], wanted.get("text", ""), channel, by, fake.api)
    outcome = await fake.deliverer.send("command", body)
    if outcome.acknowledged and outcome.body:
        said = outcome.answer() or {"text": outcome.body}
        hook = fake.space.hooks[path]
        chat_methods.respond(fake.space, hook, said)
        hook.uses -= 1
    return asdict(outcome)


async def home(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Somebody opens the app's own page."""
    by, space = wanted["by"], fake.space
    told = {"type": "app_home_opened", "user": by, "channel": f"D{by[1:]}", "tab": "home", "event_ts": space.next_ts()}
    body = {
        "type": "event_callback", "token": "deprecated", "team_id": space.team, "api_app_id": space.app,
        "event": told, "event_id": f"Ev{secrets.token_hex(5).upper()}", "event_time": int(fake.clock.now()),
        "authorizations": [{"team_id": space.team, "user_id": space.bot_person, "is_bot": True}],
    }  # fmt: skip
    return asdict(await fake.deliverer.send("callback", json.dumps(body).encode(), "application/json"))


async def callback(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Post a JSON body of the Events API, such as ``url_verification``."""
    body = json.dumps(wanted["body"]).encode()
    return asdict(await fake.deliverer.send("callback", body, "application/json"))


async def redeliver(fake: Fake, wanted: dict[str, Any]) -> Any:
    """The same payload again, signed anew; with ``retry`` as the Events API marks it."""
    number = wanted.get("retry")
    headers = {"x-slack-retry-num": str(number), "x-slack-retry-reason": "http_timeout"} if number else {}
    return asdict(await fake.deliverer.again(wanted["delivery"], headers))


def _on_screen(fake: Fake, channel: str, ts: str, by: str) -> Posted:
    for posted in fake.space.private:
        if (posted.channel, posted.ts, posted.only_for) == (channel, ts, by):
            return posted
    found = fake.space.messages.get((channel, ts))
    if found is None:
        raise NoSuchControl(f"no message {ts} in {channel}")
    return found
