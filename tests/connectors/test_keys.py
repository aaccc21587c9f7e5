"""Keys come from pinned hosts, are kept until they run out, and a flood of unknown ones is held back."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from functools import partial

import httpx2
import pytest

from connectors.contract.failure import Refused, Retriable
from connectors.keys import FETCHES_A_MINUTE, KEPT, LARGEST
from tests.connectors.certificates import CERTIFICATE_URL, CONFIRM, HOST, NOW, pem, served

KEY_SET_URL = "https://keys.example.com/jwks.json"


class Server:
    """Counts what is asked of it; ``answer`` may be changed on the way."""

    def __init__(self, answer: httpx2.Response | Exception) -> None:
        self.answer, self.asked = answer, []  # type: ignore[var-annotated]
        self.now = NOW

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(str(request.url))
        if isinstance(self.answer, Exception):
            raise self.answer
        return httpx2.Response(self.answer.status_code, content=self.answer.content, headers=self.answer.headers)

    def clock(self) -> datetime:
        return self.now


def url(number: int) -> str:
    return f"https://{HOST}/SimpleNotificationService-{number:016x}.pem"


async def test_a_certificate_is_fetched_once_also_by_many_at_a_time() -> None:
    server = Server(httpx2.Response(200, content=pem()))
    keys = served(server, server.clock)
    found = await asyncio.gather(*(keys.certificate(CERTIFICATE_URL) for _ in range(50)))
    assert set(found) == {pem()} or len(set(found)) == 1
    assert server.asked == [CERTIFICATE_URL]


async def test_it_is_never_served_beyond_its_own_end() -> None:
    server = Server(httpx2.Response(200, content=pem(until=NOW + timedelta(hours=1))))
    keys = served(server, server.clock)
    await keys.certificate(CERTIFICATE_URL)
    server.now, server.answer = NOW + timedelta(minutes=59), httpx2.ConnectError("down")
    await keys.certificate(CERTIFICATE_URL)
    server.now = NOW + timedelta(minutes=61)
    with pytest.raises(Retriable):
        await keys.certificate(CERTIFICATE_URL)


async def test_the_cache_is_bounded() -> None:
    server = Server(httpx2.Response(200, content=pem()))
    keys = served(server, server.clock)
    for number in range(KEPT + 1):
        server.now += timedelta(seconds=3)
        await keys.certificate(url(number))
    await keys.certificate(url(KEPT))
    assert len(server.asked) == KEPT + 1
    await keys.certificate(url(0))
    assert len(server.asked) == KEPT + 2


async def test_a_flood_of_unknown_keys_is_held_back_while_known_ones_work() -> None:
    server = Server(httpx2.Response(200, content=pem()))
    keys = served(server, server.clock)
    for number in range(FETCHES_A_MINUTE):
        await keys.certificate(url(number))
    with pytest.raises(Retriable):
        await keys.certificate(url(999))
    await keys.certificate(url(1))
    assert len(server.asked) == FETCHES_A_MINUTE
    server.now += timedelta(seconds=61)
    await keys.certificate(url(999))


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/x.pem",
        "http://" + CERTIFICATE_URL[8:],
        f"https://{HOST}:8443/x.pem",
        f"https://x@{HOST}/",
        "x",
        "",
    ],
)
async def test_no_other_host_is_ever_asked(address: str) -> None:
    server = Server(httpx2.Response(200, content=pem()))
    keys = served(server, server.clock)
    for ask in (keys.certificate, partial(keys.jwks, kid="1"), keys.confirm):
        with pytest.raises(Refused):
            await ask(address)
    assert server.asked == []


async def test_a_redirect_is_not_followed() -> None:
    server = Server(httpx2.Response(302, headers={"location": "https://169.254.169.254/"}))
    with pytest.raises(Refused):
        await served(server, server.clock).certificate(CERTIFICATE_URL)
    assert server.asked == [CERTIFICATE_URL]


@pytest.mark.parametrize(
    "answer", [httpx2.Response(500), httpx2.Response(429), httpx2.ReadTimeout("slow"), httpx2.ConnectError("x")]
)
async def test_an_unreachable_host_is_retriable_and_not_remembered(answer: httpx2.Response | Exception) -> None:
    server = Server(answer)
    keys = served(server, server.clock)
    with pytest.raises(Retriable):
        await keys.certificate(CERTIFICATE_URL)
    server.answer = httpx2.Response(200, content=pem())
    assert b"CERTIFICATE" in await keys.certificate(CERTIFICATE_URL)


@pytest.mark.parametrize(
    "answer", [httpx2.Response(404), httpx2.Response(200, content=b"x" * (LARGEST + 1)), httpx2.Response(200)]
)
async def test_what_is_no_certificate_is_refused(answer: httpx2.Response) -> None:
    with pytest.raises(Refused):
        await served(Server(answer)).certificate(CERTIFICATE_URL)


async def test_a_key_set_is_read_and_kept() -> None:
    server = Server(httpx2.Response(200, content=b'{"keys": [{"kid": "1"}]}'))
    keys = served(server, server.clock)
    assert (await keys.jwks(KEY_SET_URL, "1"))["keys"][0]["kid"] == "1"
    server.answer = httpx2.ConnectError("down")
    assert await keys.jwks(KEY_SET_URL, "1")
    server.now += timedelta(hours=13)
    with pytest.raises(Retriable):
        await keys.jwks(KEY_SET_URL, "1")


async def test_a_key_set_is_read_again_for_a_key_that_is_not_in_it_once_a_minute() -> None:
    server = Server(httpx2.Response(200, content=b'{"keys": [{"kid": "1"}]}'))
    keys = served(server, server.clock)
    assert await keys.jwks(KEY_SET_URL, "1")
    server.answer = httpx2.Response(200, content=b'{"keys": [{"kid": "2"}, 7]}')
    server.now += timedelta(seconds=61)
    assert (await keys.jwks(KEY_SET_URL, "2"))["keys"][0]["kid"] == "2"
    for _ in range(9):
        server.now += timedelta(seconds=6)
        await keys.jwks(KEY_SET_URL, "a stranger's")
    assert len(server.asked) == 2


@pytest.mark.parametrize("content", [b"[]", b"{}", b"not json", b'{"keys": 7}'])
async def test_what_is_no_key_set_is_retriable(content: bytes) -> None:
    with pytest.raises(Retriable):
        await served(Server(httpx2.Response(200, content=content))).jwks(KEY_SET_URL, "1")


async def test_a_subscription_is_confirmed_by_one_request() -> None:
    server = Server(httpx2.Response(200, content=b"<ConfirmSubscriptionResponse/>"))
    await served(server, server.clock).confirm(CONFIRM)
    assert server.asked == [CONFIRM]
