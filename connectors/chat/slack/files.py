"""A whole answer as a file: an address from Slack, the bytes to it, and then shown in a conversation.

docs.slack.dev/messaging/working-with-files; the address is Slack's own or nothing is sent there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from connectors.chat.slack.escape import escaped
from connectors.chat.slack.failures import failure_of, of_status
from connectors.chat.slack.reply import is_slacks
from connectors.contract.failure import NeedsHuman
from connectors.contract.message import Attachment
from connectors.text import visible

_DOING = "sending a file"
Call = Callable[..., Awaitable[Mapping[str, Any]]]


async def send(web: AsyncWebClient, call: Call, attachment: Attachment, channel: str, api_url: str) -> None:
    """Show the attachment in one conversation. ``call`` is how the client calls a method, its failures named.

    Raises Retriable, Ambiguous or NeedsHuman."""
    content = visible(attachment.text).encode()
    place = await call(_DOING, web.files_getUploadURLExternal, filename=attachment.name, length=len(content))
    await _upload(str(place["upload_url"]), content, api_url, web.timeout)
    file = {"id": str(place["file_id"]), "title": attachment.name}
    shown = {"channel_id": channel, "initial_comment": escaped(attachment.title)}
    await call(_DOING, web.files_completeUploadExternal, files=[file], **shown)


async def _upload(url: str, content: bytes, api_url: str, patience: float) -> None:
    if not is_slacks(url, api_url):
        raise NeedsHuman("Slack named an address for a file that is not Slack's; nothing was sent there")
    limit = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
            session.post(url, data=content, allow_redirects=False) as response,
        ):
            await response.read()
            failure = of_status(response.status, response.headers, _DOING)
            if failure is None and response.status != 200:
                failure = NeedsHuman(f"Slack did not take the file: HTTP {response.status}")
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise failure_of(problem, _DOING) from problem
    if failure:
        raise failure
