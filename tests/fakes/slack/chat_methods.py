"""chat.postMessage, chat.update, chat.postEphemeral, and what a response_url takes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.fakes.slack.arguments import need, truth
from tests.fakes.slack.blocks import check_message_blocks
from tests.fakes.slack.elements import length
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.workspace import HOOK_USES, Hook, Posted, Revision, Workspace

POST_TEXT, UPDATE_TEXT = 40_000, 4_000
METADATA_BYTES = 16_000
_TS = re.compile(r"\d{1,12}\.\d{6}")


def post_message(space: Workspace, arguments: Mapping[str, Any]) -> dict[str, Any]:
    channel = space.channel_for_writing(need(arguments, "channel"))
    thread = _thread(space, channel.id, arguments)
    posted = Posted(
        channel.id,
        space.next_ts(),
        space.bot,
        [_revision(space, arguments, POST_TEXT)],
        thread=thread,
        unfurl=truth(arguments.get("unfurl_links", True)),
    )
    space.add(posted)
    return {"ok": True, "channel": channel.id, "ts": posted.ts, "message": space.wire(posted, metadata=True)}


def update(space: Workspace, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """``text`` without ``blocks`` removes the blocks; metadata that is not given is kept."""
    channel = need(arguments, "channel")
    if channel not in space.channels:
        raise SlackError("channel_not_found")
    posted = space.message(channel, need(arguments, "ts"))
    if posted.by != space.bot:
        raise SlackError("cant_update_message")
    kept = posted.now.metadata if "metadata" not in arguments else None
    revision = _revision(space, arguments, UPDATE_TEXT, kept)
    posted.revisions.append(revision)
    return {
        "ok": True, "channel": channel, "ts": posted.ts, "text": revision.text,
        "message": space.wire(posted, metadata=True),
    }  # fmt: skip


def post_ephemeral(space: Workspace, arguments: Mapping[str, Any]) -> dict[str, Any]:
    channel = space.channel_for_writing(need(arguments, "channel"))
    person = need(arguments, "user")
    if person not in space.people:
        raise SlackError("user_not_in_channel")
    posted = _show_privately(space, channel.id, person, _revision(space, arguments, POST_TEXT))
    return {"ok": True, "message_ts": posted.ts}


def respond(space: Workspace, hook: Hook, arguments: Mapping[str, Any]) -> None:
    """One use of a response_url. Raises ``used_url``, ``expired_url``, or what is wrong with the message."""
    if hook.uses >= HOOK_USES:
        raise SlackError("used_url")
    if space.clock.now() > hook.expires_at:
        raise SlackError("expired_url")
    hook.uses += 1
    if truth(arguments.get("delete_original", False)):
        space.messages.pop((hook.channel, hook.message_ts), None)
        return
    revision = _revision(space, arguments, POST_TEXT)
    if truth(arguments.get("replace_original", False)) and hook.message_ts:
        space.message(hook.channel, hook.message_ts).revisions.append(revision)
    elif arguments.get("response_type", "ephemeral") == "in_channel":
        space.add(Posted(hook.channel, space.next_ts(), space.bot, [revision]))
    else:
        _show_privately(space, hook.channel, hook.person, revision)


def _show_privately(space: Workspace, channel: str, person: str, revision: Revision) -> Posted:
    posted = Posted(channel, space.next_ts(), space.bot, [revision], only_for=person)
    space.private.append(posted)
    return posted


def _revision(
    space: Workspace, arguments: Mapping[str, Any], longest: int, kept: Mapping[str, Any] | None = None
) -> Revision:
    text, blocks = str(arguments.get("text") or ""), arguments.get("blocks") or []
    if not text and not blocks:
        raise SlackError("no_text")
    if length(text) > longest:
        raise SlackError("msg_too_long")
    check_message_blocks(blocks)
    named = [{**block, "block_id": block.get("block_id") or f"b{place}"} for place, block in enumerate(blocks)]
    metadata = kept if kept is not None else _metadata(arguments.get("metadata"))
    return Revision(space.clock.now(), text, named, metadata)


def _metadata(given: Any) -> Mapping[str, Any] | None:
    if not given:
        return None
    if not isinstance(given, dict):
        raise SlackError("invalid_metadata_format")
    if not isinstance(given.get("event_type"), str) or not isinstance(given.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(given).encode()) > METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return given


def _thread(space: Workspace, channel: str, arguments: Mapping[str, Any]) -> str:
    thread = str(arguments.get("thread_ts") or "")
    if not thread:
        return ""
    if not _TS.fullmatch(thread):
        raise SlackError("invalid_thread_ts")
    parent = space.messages.get((channel, thread))
    if parent is None:
        raise SlackError("thread_not_found")
    return parent.thread or thread
