"""What Slack posts to an app: pressed buttons, submitted modals, slash commands, in the documented shapes."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from tests.fakes.slack.methods import shown_view
from tests.fakes.slack.workspace import Posted, View, Workspace


class NoSuchControl(LookupError):
    """Nobody could press that: it is not on the screen."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """``v0=`` and the hexadecimal HMAC-SHA256 of ``v0:{timestamp}:{body}``."""
    return "v0=" + hmac.new(secret.encode(), b"v0:%d:%s" % (timestamp, body), hashlib.sha256).hexdigest()


def find_pressable(blocks: Any, label: str) -> tuple[dict[str, Any], str, dict[str, Any] | None]:
    """The element with that label or action_id, its block's id, and the option if it is one of an overflow menu."""
    for block in blocks:
        elements = [*block.get("elements", []), *([block["accessory"]] if "accessory" in block else [])]
        for element in elements:
            if element["type"] == "button" and label in (element["text"]["text"], element.get("action_id")):
                return element, block["block_id"], None
            for option in element.get("options", []) if element["type"] == "overflow" else []:
                if label in (option["text"]["text"], option["value"]):
                    return element, block["block_id"], option
    raise NoSuchControl(f"no button or menu entry {label!r} on this message")


def pressed(space: Workspace, posted: Posted, label: str, by: str, api: str, revision: int = -1) -> bytes:
    """The form of a ``block_actions`` interaction; ``revision`` is what that person's screen still shows."""
    element, block, option = find_pressable(posted.revisions[revision].blocks, label)
    action: dict[str, Any] = {
        name: element[name] for name in ("type", "action_id", "text", "value", "style") if name in element
    }
    action |= {"block_id": block, "action_ts": space.next_ts()}
    if option:
        action["selected_option"] = option
    hidden = bool(posted.only_for)
    container = {"type": "message", "message_ts": posted.ts, "channel_id": posted.channel, "is_ephemeral": hidden}
    hook = space.new_hook(posted.channel, by, posted.ts)
    channel = space.channels[posted.channel]
    payload = {
        "type": "block_actions",
        **_who(space, by),
        "container": container,
        "trigger_id": space.new_trigger(by),
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": {}},
        "response_url": api + hook.path,
        "actions": [action],
    }
    if not hidden:
        payload["message"] = space.wire(posted)
    return _as_form(payload)


def submitted(space: Workspace, view: View, values: Mapping[str, str], by: str) -> bytes:
    """The form of a ``view_submission``. Raises NoSuchControl when Slack itself would not let it be sent."""
    if not view.content.get("submit"):
        raise NoSuchControl("this modal has no submit button")
    state = {block["block_id"]: _state(block, values) for block in view.content["blocks"] if block["type"] == "input"}
    names = {_plain_name(block) for block in state}
    if values.keys() - names:
        raise NoSuchControl(f"no such inputs: {sorted(values.keys() - names)}; there are {sorted(names)}")
    shown = {**shown_view(space, view), "state": {"values": state}}
    trigger = space.new_trigger(by)
    payload = {"type": "view_submission", **_who(space, by), "trigger_id": trigger, "view": shown, "response_urls": []}
    return _as_form(payload)


def commanded(space: Workspace, command: str, text: str, channel_id: str, by: str, api: str) -> tuple[bytes, str]:
    """The form of a slash command, and the path of its response_url."""
    person, channel = space.person(by), space.channels[channel_id]
    hook = space.new_hook(channel.id, by)
    form = {
        "token": "deprecated", "team_id": person.team or space.team, "team_domain": "suture-test",
        "channel_id": channel.id, "channel_name": channel.name, "user_id": by, "user_name": person.name,
        "command": command, "text": text, "api_app_id": space.app, "is_enterprise_install": "false",
        "response_url": api + hook.path, "trigger_id": space.new_trigger(by),
    }  # fmt: skip
    return urlencode(form).encode(), hook.path


def _who(space: Workspace, by: str) -> dict[str, Any]:
    person = space.person(by)
    team = person.team or space.team
    return {
        "team": {"id": space.team, "domain": "suture-test"},
        "user": {"id": by, "username": person.name, "name": person.name, "team_id": team},
        "api_app_id": space.app,
        "token": "deprecated",
        "enterprise": None,
        "is_enterprise_install": False,
    }


def _plain_name(block_id: str) -> str:
    return block_id.removeprefix("input:")


def _state(block: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    element, name = block["element"], _plain_name(block["block_id"])
    value = values.get(name, _initial(element))
    if not value and not block.get("optional"):
        raise NoSuchControl(f"Slack does not send this form: {name!r} is required and empty")
    return {element.get("action_id", "value"): {"type": element["type"], **_typed(element, value)}}


def _initial(element: Mapping[str, Any]) -> str:
    option = element.get("initial_option") or {}
    return str(element.get("initial_value") or element.get("initial_date") or option.get("value") or "")


def _typed(element: Mapping[str, Any], value: str) -> dict[str, Any]:
    if element["type"] == "datepicker":
        return {"selected_date": value or None}
    if element["type"] == "static_select":
        chosen = next((option for option in element["options"] if option["value"] == value), None)
        if value and chosen is None:
            raise NoSuchControl(f"no choice {value!r} in this menu")
        return {"selected_option": chosen}
    return {"value": value or None}


def _as_form(payload: Mapping[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()
