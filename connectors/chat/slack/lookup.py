"""Finding a message again by the metadata it carries, when the answer to its sending was lost."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final

from connectors.contract.failure import NeedsHuman
from connectors.contract.message import MessageKey

KIND: Final = "suture_case"
PAGE = 200
PAGES = 10

Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]


def metadata_of(key: MessageKey) -> dict[str, Any]:
    """Ids only: other apps of the workspace can read it."""
    return {"event_type": KIND, "event_payload": {"case": key.case, "part": key.part}}


async def find_in(fetch: Fetch, key: MessageKey, app_id: str) -> str | None:
    """The timestamp of our message with that key; ``fetch`` gets one page by its cursor.

    Raises NeedsHuman when it is not among the newest 2,000 and there are more: not to have seen it proves nothing.
    """
    async for message in _pages(fetch):
        if is_ours(message, key, app_id):
            return str(message["ts"])
    return None


def is_ours(message: Mapping[str, Any], key: MessageKey, app_id: str) -> bool:
    """Another app may copy our metadata; only a bot's message, and with a known app id only ours, counts."""
    if not message.get("bot_id") or (app_id and message.get("app_id") != app_id):
        return False
    return bool(message.get("metadata") == metadata_of(key))


async def _pages(fetch: Fetch) -> AsyncIterator[Mapping[str, Any]]:
    cursor = ""
    for _ in range(PAGES):
        page = await fetch(cursor)
        for message in page.get("messages", []):
            yield message
        cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return
    raise NeedsHuman(f"the message is not among the newest {PAGE * PAGES:,} of its channel, and there are older ones")
