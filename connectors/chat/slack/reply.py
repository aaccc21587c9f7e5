"""Where a private answer goes, and which addresses we are ready to post it to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from connectors.chat.slack.failures import failure_of, of_status
from connectors.contract.message import ReplyTo

PLATFORM: Final = "slack"
RESPONSE_URL: Final = "response_url"
CHANNEL: Final = "channel"
PERSON: Final = "person"
VIEW: Final = "view"
_HOOKS = "hooks.slack.com"
_FILES = "files.slack.com"


def reply_to(**values: str) -> ReplyTo:
    """A ReplyTo with what is known; empty values are left out."""
    return ReplyTo(PLATFORM, {name: value for name, value in values.items() if value})


def may_post_to(url: str, api_url: str) -> bool:
    """Whether an address from a payload is Slack's: hooks.slack.com over https, or the configured API's own origin."""
    return _is_at(url, api_url, _HOOKS)


def is_slacks(url: str, api_url: str) -> bool:
    """Whether an address from Slack's answer for a file is Slack's, in the same way."""
    return _is_at(url, api_url, _FILES)


def _is_at(url: str, api_url: str, host: str) -> bool:
    try:
        parts, own = urlsplit(url), urlsplit(api_url)
        port = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or "\\" in url:
        return False
    if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
        return True
    return parts.scheme == "https" and parts.hostname == host and port in (None, 443)


async def use_response_url(url: str, body: Mapping[str, Any], patience: float) -> bool:
    """Post one answer to a checked response_url; False when it is used up or too old. Redirects are not followed.

    Raises Retriable, Ambiguous or NeedsHuman.
    """
    doing = "giving a private answer"
    limit = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, trust_env=True) as session,
            session.post(url, json=dict(body), allow_redirects=False) as response,
        ):
            await response.read()
            failure = of_status(response.status, response.headers, doing)
            done = response.status == 200
    except (aiohttp.ClientError, TimeoutError) as problem:
        raise failure_of(problem, doing) from problem
    if failure:
        raise failure
    return done
