"""What several of our askers read of an HTTP answer: how long to wait, and no more of its body than they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

import httpx2

from connectors.contract.failure import Refused

_SECONDS = re.compile(r"\d{1,6}(?:\.\d+)?", re.ASCII)  # eleven days; more is no wait that anybody meant


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds from a Retry-After header, also from one that is a date (RFC 9110 §10.2.3); None without a usable one."""
    wanted = (headers.get("Retry-After") or "").strip()
    if _SECONDS.fullmatch(wanted):
        return float(wanted)
    try:
        until, answered = parsedate_to_datetime(wanted), parsedate_to_datetime(headers.get("Date", ""))
        return max(0.0, (until - answered).total_seconds())
    except (ValueError, TypeError):
        return None


async def read_at_most(answer: httpx2.Response, most: int) -> bytes:
    """The body of a streamed answer. Raises Refused beyond ``most`` bytes."""
    body = bytearray()
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > most:
            raise Refused(f"{answer.request.url.host} answered with more than {most} bytes")
    return bytes(body)
