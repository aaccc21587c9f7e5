"""What is read of an answer's headers and body, whoever asked."""

from __future__ import annotations

import httpx2
import pytest

from connectors.answers import read_at_most, retry_after
from connectors.contract.failure import Refused

DATE = "Mon, 02 Mar 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "Mon, 02 Mar 2026 12:01:30 GMT", "Date": DATE}, 90.0),
        ({"Retry-After": "Mon, 02 Mar 2026 11:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry-After": "Mon, 02 Mar 2026 12:01:30 GMT"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "9999999"}, None),
        ({"Retry-After": "soon", "Date": DATE}, None),
        ({}, None),
    ],
    ids=[
        "seconds",
        "parts of one",
        "a date",
        "a past date",
        "no clock",
        "before",
        "for ever",
        "too long",
        "word",
        "none",
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds
    assert retry_after(httpx2.Headers(headers)) == seconds


async def answer_of(size: int) -> httpx2.Response:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=b"x" * size))
    async with httpx2.AsyncClient(transport=transport) as client:
        return await client.send(httpx2.Request("GET", "https://keys.example.com/set"), stream=True)


async def test_no_more_is_read_than_is_held() -> None:
    assert await read_at_most(await answer_of(10), 10) == b"x" * 10
    with pytest.raises(Refused, match=r"^keys\.example\.com answered with more than 10 bytes$"):
        await read_at_most(await answer_of(11), 10)
