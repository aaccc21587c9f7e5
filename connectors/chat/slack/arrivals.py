"""A verified body as what it is: a press, a submitted form, a typed command, or something we only acknowledge.

Everything is checked here, so that Bolt and its listeners never meet a shape they do not expect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from connectors.chat.slack.buttons import MENU, is_offer
from connectors.chat.slack.escape import unescape
from connectors.chat.slack.inputs import ELEMENT, PREFIX, wrong_dates
from connectors.chat.slack.render import FORM
from connectors.chat.slack.reply import PLATFORM, reply_to
from connectors.chat.slack.shapes import key_of, object_of, text_of
from connectors.contract.failure import NotThisFormat, Refused
from connectors.contract.message import Click, Command, Identity
from connectors.text import read_json

_TEAM = re.compile(r"[TE][A-Z0-9]{2,30}")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,30}")
_MOST_FIELDS = 200


@dataclass(frozen=True, slots=True)
class Pressed:
    click: Click
    opens_form: bool
    trigger: str  # good for three seconds; kept nowhere


@dataclass(frozen=True, slots=True)
class Submitted:
    click: Click
    wrong: Mapping[str, str] = field(default_factory=dict)  # what to say at which input


@dataclass(frozen=True, slots=True)
class Typed:
    command: Command


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody looks at the app's own page."""

    actor: Identity
    person: str


Arrival = Pressed | Submitted | Typed | Opened | None


def open_body(body: bytes) -> dict[str, Any]:
    """The JSON of an Events API body or of a form's ``payload``, or the form of a command. Raises Refused."""
    try:
        text = body.decode("utf-8")
        if text.lstrip().startswith("{"):
            return object_of(read_json(body))
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS))
        return object_of(read_json(form["payload"].encode())) if "payload" in form else dict(form)
    except (ValueError, NotThisFormat) as problem:
        raise Refused(f"the signed body is neither a form nor JSON ({type(problem).__name__})") from None


def read_arrival(body: Mapping[str, Any]) -> Arrival:
    """What it is; None for what is not ours to act on. Raises Refused for a shape Slack does not send."""
    match body.get("type"):
        case "block_actions":
            return _pressed(body)
        case "view_submission":
            return _submitted(body)
        case "event_callback":
            return _happened(body)
    return _typed(body) if "command" in body else None


def check_origin(body: Mapping[str, Any], app_id: str, teams: Sequence[str]) -> None:
    """Raises Refused for another app's request, or one from a workspace or organisation that is not on the list."""
    if app_id and body.get("api_app_id") != app_id:
        raise Refused("the request is for another Slack app")
    named = [text_of(body, "team_id"), text_of(body, "enterprise_id")]
    named += [text_of(object_of(body.get(part)), "id") for part in ("team", "enterprise")]
    if teams and not set(named) & set(teams):
        raise Refused("the request comes from a workspace that is not on the list")


def _pressed(body: Mapping[str, Any]) -> Arrival:
    actions = body.get("actions")
    if not isinstance(actions, list) or not actions:
        raise Refused("block_actions without an action")
    action, container = object_of(actions[0]), object_of(body.get("container"))
    name = text_of(action, "action_id")
    asked = text_of(object_of(action.get("selected_option")), "value") if name.startswith(MENU) else name
    kind, _, offer = asked.partition(":")
    if kind not in ("press", "form") or not is_offer(offer):
        return None
    actor = _actor(body)
    channel = text_of(container, "channel_id")
    # The same press delivered again has the same action_ts, message and person. trigger_id and response_url are left
    # out: they are minted for a delivery, and a relay that asks Slack anew would get others.
    place = text_of(container, "message_ts") or text_of(container, "view_id")
    key = key_of("press", actor.id, channel, place, asked, text_of(action, "action_ts"))
    reply = reply_to(response_url=text_of(body, "response_url"), channel=channel, person=_person(body), view=key)
    return Pressed(Click(actor=actor, offer=offer, key=key, reply=reply), kind == "form", text_of(body, "trigger_id"))


def _submitted(body: Mapping[str, Any]) -> Arrival:
    view = object_of(body.get("view"))
    if (view.get("type"), view.get("callback_id")) != ("modal", FORM):
        return None
    kept = _kept(text_of(view, "private_metadata"))
    offer = text_of(kept, "offer")
    if not is_offer(offer):
        return None
    actor, typed = _actor(body), _typed_in(view)
    # A modal may be submitted again after an error was shown; then what was typed differs, and so must the key.
    key = key_of("submit", actor.id, text_of(view, "id"), text_of(view, "hash"), json.dumps(typed, sort_keys=True))
    reply = reply_to(channel=text_of(kept, "channel"), person=_person(body), view=key)
    click = Click(actor=actor, offer=offer, key=key, inputs=typed, submitted=True, reply=reply)
    return Submitted(click, wrong_dates(typed, _bounds(kept)))


def _happened(body: Mapping[str, Any]) -> Arrival:
    """Of all that Slack can tell of, only that somebody opened the app's page."""
    told = object_of(body.get("event"))
    if (told.get("type"), told.get("tab")) != ("app_home_opened", "home"):
        return None
    person, team = text_of(told, "user"), text_of(body, "team_id")
    if not _PERSON.fullmatch(person) or not _TEAM.fullmatch(team):
        raise Refused("the page was opened by nobody")
    return Opened(Identity(PLATFORM, f"{team}:{person}"), person)


def _typed(body: Mapping[str, Any]) -> Arrival:
    person, team, channel = _person(body), text_of(body, "team_id"), text_of(body, "channel_id")
    if not _TEAM.fullmatch(team):
        raise Refused("the command names no workspace")
    actor = Identity(PLATFORM, f"{team}:{person}", text_of(body, "user_name"))
    words = unescape(text_of(body, "text")).strip()
    # A trigger is minted once for each command typed: the same words a second time are a second command.
    key = key_of("command", actor.id, channel, text_of(body, "command"), words, text_of(body, "trigger_id"))
    reply = reply_to(response_url=text_of(body, "response_url"), channel=channel, person=person)
    return Typed(Command(actor=actor, words=words, key=key, reply=reply))


def _actor(body: Mapping[str, Any]) -> Identity:
    """In a shared channel the person's own workspace counts, not the one the app is installed in."""
    who, home = object_of(body.get("user")), object_of(body.get("team") or body.get("enterprise"))
    team = text_of(who, "team_id") or text_of(home, "id")
    if not _TEAM.fullmatch(team):
        raise Refused("the interaction names no workspace")
    return Identity(PLATFORM, f"{team}:{_person(body)}", text_of(who, "name") or text_of(who, "username"))


def _person(body: Mapping[str, Any]) -> str:
    who = body.get("user")
    person = text_of(who, "id") if isinstance(who, dict) else text_of(body, "user_id")
    if not _PERSON.fullmatch(person):
        raise Refused("the request names no person")
    return person


def _typed_in(view: Mapping[str, Any]) -> dict[str, str]:
    values = object_of(object_of(view.get("state")).get("values"))
    inputs = {
        block.removeprefix(PREFIX): object_of(state) for block, state in values.items() if block.startswith(PREFIX)
    }
    return {name: _value(object_of(state.get(ELEMENT))) for name, state in inputs.items()}


def _value(element: Mapping[str, Any]) -> str:
    chosen = element.get("selected_option")
    if isinstance(chosen, dict):
        return text_of(chosen, "value")
    return text_of(element, "value") or text_of(element, "selected_date")


def _kept(metadata: str) -> dict[str, Any]:
    try:
        kept = read_json(metadata.encode("utf-8", "replace"))
    except NotThisFormat:
        return {}
    return kept if isinstance(kept, dict) else {}


def _bounds(kept: Mapping[str, Any]) -> dict[str, list[str]]:
    dates = kept.get("dates")
    pairs = dates.items() if isinstance(dates, dict) else ()
    return {name: [str(day) for day in days] for name, days in pairs if isinstance(days, list) and len(days) == 2}
