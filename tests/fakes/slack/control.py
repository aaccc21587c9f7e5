"""``/_control``: what a test does as the people of the workspace, and what it looks at.

See ``tests/fakes/slack/client.py`` for the same in words.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.fakes.slack import screen
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.fake import Fake
from tests.fakes.slack.payloads import NoSuchControl
from tests.fakes.slack.workspace import Channel, Person, Posted, Revision

Act = Callable[[Fake, dict[str, Any]], Awaitable[Any]]


async def _settings(fake: Fake, wanted: dict[str, Any]) -> Any:
    """app_url, the secrets, socket_mode, scopes, limits{…}: what is given is changed. Returns the workspace's ids."""
    for name in ("app_url", "signing_secret", "token", "app_token", "socket_mode"):
        if name in wanted:
            setattr(fake.space, name, wanted[name])
    if "scopes" in wanted:
        fake.space.scopes = frozenset(wanted["scopes"])
    for name, figure in wanted.get("limits", {}).items():
        if not hasattr(fake.pace.limits, name):
            raise ValueError(f"no limit called {name!r}")
        setattr(fake.pace.limits, name, figure)
    space = fake.space
    return {"team": space.team, "app": space.app, "bot": space.bot, "scopes": sorted(space.scopes)}


async def _set_channel(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.space.channels[wanted["id"]] = Channel(**wanted)
    return {"ok": True}


async def _set_person(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.space.people[wanted["id"]] = Person(**wanted)
    return {"ok": True}


async def _set_group(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.space.groups[wanted["id"]] = wanted["people"]
    return {"ok": True}


async def _messages(fake: Fake, wanted: dict[str, Any]) -> Any:
    """All of a channel, lines of threads among them; ``newest``: only so many of its cards, the last ones."""
    found = fake.space.in_channel(wanted["channel"])
    if "newest" in wanted:
        found = [posted for posted in found if not posted.thread][-wanted["newest"] :]
    return [_as_json(posted) for posted in found]


async def _private(fake: Fake, wanted: dict[str, Any]) -> Any:
    to = wanted.get("to")
    return [_as_json(posted) for posted in fake.space.private if to in (None, posted.only_for)]


async def _views(fake: Fake, wanted: dict[str, Any]) -> Any:
    return [asdict(view) for view in fake.space.views.values()]


async def _homes(fake: Fake, wanted: dict[str, Any]) -> Any:
    return fake.space.homes


async def _files(fake: Fake, wanted: dict[str, Any]) -> Any:
    return [asdict(file) for file in fake.space.files.values() if file.channel]


async def _say(fake: Fake, wanted: dict[str, Any]) -> Any:
    """Somebody else writes in a channel: a person, or (an id with B) another app."""
    revision = Revision(fake.clock.now(), wanted["text"], [], wanted.get("metadata"))
    posted = Posted(wanted["channel"], fake.space.next_ts(), wanted["by"], [revision], wanted.get("thread", ""))
    fake.space.add(posted)
    return {"ts": posted.ts}


async def _delete(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.space.messages.pop((wanted["channel"], wanted["ts"]))
    return {"ok": True}


async def _fault(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.faults.add(wanted)
    return {"ok": True}


async def _clear_faults(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.faults.clear()
    return {"ok": True}


async def _hang_up(fake: Fake, wanted: dict[str, Any]) -> Any:
    """End every connection of Socket Mode: ``politely`` with Slack's own word before, or cut."""
    return {"ended": await fake.sockets.hang_up(politely=wanted["politely"])}


async def _sockets(fake: Fake, wanted: dict[str, Any]) -> Any:
    return {"open": fake.sockets.open, "opened": fake.sockets.opened}


async def _clock(fake: Fake, wanted: dict[str, Any]) -> Any:
    fake.clock.advance(float(wanted["advance"]))
    return {"now": fake.clock.now()}


async def _calls(fake: Fake, wanted: dict[str, Any]) -> Any:
    """The journal's lines; of one method's calls only, when ``method`` is given."""
    method = wanted.get("method")
    return [line for line in fake.journal.lines if method in (None, line.get("method"))]


def _as_json(posted: Posted) -> dict[str, Any]:
    return asdict(posted)


ACTS: dict[str, Act] = {
    "settings": _settings,
    "channel": _set_channel,
    "person": _set_person,
    "group": _set_group,
    "messages": _messages,
    "private": _private,
    "views": _views,
    "say": _say,
    "delete": _delete,
    "press": screen.press,
    "submit": screen.submit,
    "close": screen.close,
    "command": screen.command,
    "home": screen.home,
    "homes": _homes,
    "files": _files,
    "callback": screen.callback,
    "redeliver": screen.redeliver,
    "fault": _fault,
    "clear-faults": _clear_faults,
    "hang-up": _hang_up,
    "sockets": _sockets,
    "clock": _clock,
    "calls": _calls,
}


def control_routes(fake: Fake) -> list[Route]:
    """``POST /_control/{act}`` with a JSON object; 400 says why an act was not possible."""

    async def control(request: Request) -> Response:
        act = ACTS.get(request.path_params["act"])
        if act is None:
            return JSONResponse({"problem": f"no such act; there are {sorted(ACTS)}"}, 404)
        try:
            return JSONResponse(await act(fake, json.loads(await request.body() or b"{}")))
        except (NoSuchControl, SlackError, ValueError, TypeError) as problem:
            return JSONResponse({"problem": str(problem)}, 400)
        except KeyError as problem:
            return JSONResponse({"problem": f"missing or unknown: {problem}"}, 400)

    return [Route("/_control/{act}", control, methods=["POST"])]
