"""The Web API: every method with the scope it wants. Message methods are in chat_methods.py."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.fakes.slack import chat_methods
from tests.fakes.slack.arguments import need, truth
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.views import check_home, check_view
from tests.fakes.slack.workspace import Person, Posted, Revision, SharedFile, View, Workspace

Arguments = Mapping[str, Any]
MOST_PER_PAGE = 999


def call(space: Workspace, method: str, arguments: Arguments) -> dict[str, Any]:
    """Run one method for a caller whose token is good. Raises SlackError."""
    if method not in METHODS:
        raise SlackError("unknown_method")
    scope, run = METHODS[method]
    if scope == "history":
        channel = space.channels.get(str(arguments.get("channel", "")))
        scope = "groups:history" if channel and channel.private else "channels:history"
        scope = "im:history" if channel and channel.id.startswith("D") else scope
    if scope and scope not in space.scopes:
        raise SlackError("missing_scope", needed=scope, provided=",".join(sorted(space.scopes)))
    return run(space, arguments)


def _auth_test(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    return {
        "ok": True, "url": "https://suture-test.slack.com/", "team": "Suture Test", "user": "suture",
        "team_id": space.team, "user_id": space.bot_person, "bot_id": space.bot, "is_enterprise_install": False,
    }  # fmt: skip


def _person(space: Workspace, person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "team_id": person.team or space.team,
        "name": person.name,
        "real_name": person.name,
        "deleted": person.deleted,
        "is_bot": person.bot,
        "is_restricted": person.restricted or person.ultra_restricted,
        "is_ultra_restricted": person.ultra_restricted,
        "is_email_confirmed": bool(person.email) and person.confirmed,
        "is_stranger": bool(person.team),
        "profile": {"real_name": person.name} | ({"email": person.email} if "users:read.email" in space.scopes else {}),
    }


def _users_info(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    person = space.people.get(need(arguments, "user"))
    if person is None:
        raise SlackError("user_not_found")
    return {"ok": True, "user": _person(space, person)}


def _lookup_by_email(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    wanted = need(arguments, "email").lower()
    for person in space.people.values():
        if person.email.lower() == wanted and not person.deleted:
            return {"ok": True, "user": _person(space, person)}
    raise SlackError("users_not_found")


def _conversations_open(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    person = need(arguments, "users")
    if person not in space.people:
        raise SlackError("user_not_found")
    if space.people[person].deleted:
        raise SlackError("user_disabled")
    return {"ok": True, "channel": {"id": space.open_direct(person)}}


def _upload_url(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A place for one file; the caller fills in where it listens."""
    length = int(need(arguments, "length"))
    file = SharedFile(f"F{secrets.token_hex(5).upper()}", need(arguments, "filename"), length)
    space.files[file.id] = file
    return {"ok": True, "file_id": file.id, "upload_url": f"/upload/v1/{file.id}"}


def _complete_upload(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = space.channel_for_writing(need(arguments, "channel_id"))
    shown = []
    for given in arguments.get("files") or []:
        file = space.files.get(given["id"])
        if file is None or not file.uploaded:
            raise SlackError("file_not_found")
        file.channel = channel.id
        shown.append({"id": file.id, "title": given.get("title", file.name)})
    text = str(arguments.get("initial_comment") or "")
    space.add(Posted(channel.id, space.next_ts(), space.bot, [Revision(space.clock.now(), text, [], None)]))
    return {"ok": True, "files": shown}


def _group(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    people = space.groups.get(need(arguments, "usergroup"))
    if people is None:
        raise SlackError("no_such_subteam")
    return {"ok": True, "users": people}


def _page(space: Workspace, found: Sequence[Posted], arguments: Arguments) -> dict[str, Any]:
    limit = max(1, min(int(arguments.get("limit") or 100), MOST_PER_PAGE))
    start = int(str(arguments.get("cursor") or "next:0").removeprefix("next:"))
    chosen, more = found[start : start + limit], len(found) > start + limit
    with_metadata = truth(arguments.get("include_all_metadata", False))
    shown = [space.wire(posted, metadata=with_metadata) for posted in chosen]
    after = f"next:{start + limit}" if more else ""
    return {"ok": True, "messages": shown, "has_more": more, "response_metadata": {"next_cursor": after}}


def _readable(space: Workspace, arguments: Arguments) -> str:
    channel = space.channels.get(need(arguments, "channel"))
    if channel is None:
        raise SlackError("channel_not_found")
    if not channel.member:
        raise SlackError("not_in_channel")
    return channel.id


def _history(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Newest first, without the lines of threads."""
    oldest, latest = float(arguments.get("oldest") or 0), float(arguments.get("latest") or "inf")
    within = [m for m in space.in_channel(_readable(space, arguments)) if not m.thread]
    return _page(space, [m for m in reversed(within) if oldest < float(m.ts) < latest], arguments)


def _replies(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Oldest first, the parent before them all."""
    channel, ts = _readable(space, arguments), need(arguments, "ts")
    if (channel, ts) not in space.messages:
        raise SlackError("thread_not_found")
    oldest = float(arguments.get("oldest") or 0)
    thread = [m for m in space.in_channel(channel) if m.ts == ts or (m.thread == ts and float(m.ts) > oldest)]
    return _page(space, thread, arguments)


def shown_view(space: Workspace, view: View) -> dict[str, Any]:
    return {
        **view.content, "id": view.id, "team_id": space.team, "hash": view.hash, "state": {"values": {}},
        "root_view_id": view.id, "previous_view_id": None, "app_id": space.app, "bot_id": space.bot,
    }  # fmt: skip


def _name_blocks(view: Mapping[str, Any]) -> dict[str, Any]:
    blocks = [{**block, "block_id": block.get("block_id") or f"b{n}"} for n, block in enumerate(view["blocks"])]
    return {**view, "blocks": blocks}


def _views_open(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    content = arguments.get("view")
    check_view(content)
    assert isinstance(content, dict)
    person = space.use_trigger(need(arguments, "trigger_id"))
    external = content.get("external_id")
    if external and any(view.content.get("external_id") == external for view in space.views.values()):
        raise SlackError("duplicate_external_id")
    view = View(f"V{secrets.token_hex(5).upper()}", person, _name_blocks(content), _hash(space), space.clock.now())
    space.views[view.id] = view
    return {"ok": True, "view": shown_view(space, view)}


def _views_update(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    content = arguments.get("view")
    check_view(content)
    assert isinstance(content, dict)
    view = space.find_view(str(arguments.get("view_id") or ""), str(arguments.get("external_id") or ""))
    if arguments.get("hash") not in (None, "", view.hash):
        raise SlackError("hash_conflict")
    view.content = {"external_id": view.content.get("external_id", ""), **_name_blocks(content)}
    view.hash, view.revisions = _hash(space), view.revisions + 1
    return {"ok": True, "view": shown_view(space, view)}


def _views_publish(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    content, person = arguments.get("view"), need(arguments, "user_id")
    check_home(content)
    assert isinstance(content, dict)
    if person not in space.people:
        raise SlackError("user_not_found")
    space.homes[person] = _name_blocks(content)
    return {"ok": True, "view": {**space.homes[person], "id": f"V{person[1:]}", "team_id": space.team}}


def _hash(space: Workspace) -> str:
    return f"{int(space.clock.now())}.{secrets.token_hex(4)}"


def _connections_open(space: Workspace, arguments: Arguments) -> dict[str, Any]:
    """A ticket for one connection; the caller fills in where it listens."""
    if not space.socket_mode:
        raise SlackError("not_allowed_token_type")
    ticket = secrets.token_hex(16)
    space.tickets.add(ticket)
    return {"ok": True, "url": f"/link/?ticket={ticket}&app_id={space.app}"}


METHODS: Mapping[str, tuple[str, Callable[[Workspace, Arguments], dict[str, Any]]]] = {
    "apps.connections.open": ("", _connections_open),
    "auth.test": ("", _auth_test),
    "chat.postMessage": ("chat:write", chat_methods.post_message),
    "chat.update": ("chat:write", chat_methods.update),
    "chat.postEphemeral": ("chat:write", chat_methods.post_ephemeral),
    "files.getUploadURLExternal": ("files:write", _upload_url),
    "files.completeUploadExternal": ("files:write", _complete_upload),
    "conversations.open": ("im:write", _conversations_open),
    "conversations.history": ("history", _history),
    "conversations.replies": ("history", _replies),
    "usergroups.users.list": ("usergroups:read", _group),
    "users.info": ("users:read", _users_info),
    "users.lookupByEmail": ("users:read.email", _lookup_by_email),
    "views.open": ("", _views_open),
    "views.update": ("", _views_update),
    "views.publish": ("", _views_publish),
}
