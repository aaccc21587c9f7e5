"""Posts to the app as Slack does: signed, three seconds to answer, the same bytes again when asked."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx2

from tests.fakes.slack.journal import Journal
from tests.fakes.slack.payloads import sign
from tests.fakes.slack.sockets import NoConnection, Sockets
from tests.fakes.slack.workspace import Workspace
from tests.plain_http import NO_TLS

PATIENCE = 3.0  # seconds; then the person sees a warning and the answer goes unread
RETRY = "x-slack-retry-num"
SOCKET_KIND = {"press": "interactive", "submit": "interactive", "command": "slash_commands", "callback": "events_api"}


@dataclass(frozen=True)
class Sent:
    """One body as it left, so that it can leave again."""

    body: bytes
    content_type: str
    kind: str


@dataclass(frozen=True)
class Outcome:
    """What came back. ``status`` 0: nothing did, and ``error`` says why."""

    delivery: str
    status: int
    ms: float
    body: str = ""
    error: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.status == 200

    def answer(self) -> dict[str, Any]:
        """The JSON object in the body, or an empty one."""
        try:
            parsed = json.loads(self.body) if self.body else {}
        except ValueError:
            return {}
        return parsed if isinstance(parsed, dict) else {}


@dataclass
class Deliverer:
    space: Workspace
    journal: Journal
    sockets: Sockets
    sent: dict[str, Sent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # No connection is kept: the app may have been killed and started again since the last post.
        fresh = httpx2.Limits(max_keepalive_connections=0)
        self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False, limits=fresh, verify=NO_TLS)

    async def send(self, kind: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> Outcome:
        """Post a new interaction, command or callback."""
        delivery = f"d{len(self.sent) + 1}"
        self.sent[delivery] = Sent(body, content_type, kind)
        return await self._post(delivery, {})

    async def again(self, delivery: str, headers: Mapping[str, str]) -> Outcome:
        """The same bytes once more, freshly signed. Raises KeyError for a delivery that never was."""
        return await self._post(delivery, headers)

    async def _post(self, delivery: str, headers: Mapping[str, str]) -> Outcome:
        sent = self.sent[delivery]
        if self.space.socket_mode:
            return self._noted(sent, await self._over_socket(delivery, sent, int(headers.get(RETRY, 0))))
        now = int(time.time())
        signed = {
            "content-type": sent.content_type,
            "x-slack-request-timestamp": str(now),
            "x-slack-signature": sign(self.space.signing_secret, now, sent.body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        return self._noted(sent, await self._wait(delivery, sent.body, signed))

    def _noted(self, sent: Sent, outcome: Outcome) -> Outcome:
        self.journal.write(
            "delivered",
            delivery=outcome.delivery,
            kind=sent.kind,
            status=outcome.status,
            ms=outcome.ms,
            error=outcome.error,
        )
        return outcome

    async def _over_socket(self, delivery: str, sent: Sent, retry: int) -> Outcome:
        started = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                acknowledged = await self.sockets.deliver(SOCKET_KIND[sent.kind], payload_of(sent), retry)
        except TimeoutError:
            return Outcome(delivery, 0, _since(started), error="operation_timeout")
        except NoConnection:
            return Outcome(delivery, 0, _since(started), error="dispatch_failed: no connection")
        said = acknowledged.get("payload")
        return Outcome(delivery, 200, _since(started), json.dumps(said) if said else "")

    async def _wait(self, delivery: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        started = time.monotonic()
        try:
            answer = await self._http.post(self.space.app_url, content=body, headers=dict(headers))
        except httpx2.TimeoutException:
            return Outcome(delivery, 0, _since(started), error="operation_timeout")
        except httpx2.TransportError as problem:
            return Outcome(delivery, 0, _since(started), error=f"dispatch_failed: {type(problem).__name__}")
        spent = _since(started)
        if spent > PATIENCE * 1000:
            return Outcome(delivery, 0, spent, error="operation_timeout")
        return Outcome(delivery, answer.status_code, spent, answer.text)


def payload_of(sent: Sent) -> dict[str, Any]:
    """The same content as an envelope carries it: an object, whatever HTTP would have made of it."""
    if sent.kind == "callback":
        parsed: dict[str, Any] = json.loads(sent.body)
        return parsed
    form = dict(parse_qsl(sent.body.decode(), keep_blank_values=True))
    opened: dict[str, Any] = json.loads(form["payload"]) if "payload" in form else dict(form)
    return opened


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
