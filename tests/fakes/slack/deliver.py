"""Posts to the app as Slack does: signed, three seconds to answer, the same bytes again when asked."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2

from tests.fakes.slack.journal import Journal
from tests.fakes.slack.payloads import sign
from tests.fakes.slack.workspace import Workspace

PATIENCE = 3.0  # seconds; then the person sees a warning and the answer goes unread


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
    sent: dict[str, Sent] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # No connection is kept: the app may have been killed and started again since the last post.
        fresh = httpx2.Limits(max_keepalive_connections=0)
        self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False, limits=fresh)

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
        now = int(time.time())
        signed = {
            "content-type": sent.content_type,
            "x-slack-request-timestamp": str(now),
            "x-slack-signature": sign(self.space.signing_secret, now, sent.body),
            "user-agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            **headers,
        }
        outcome = await self._wait(delivery, sent.body, signed)
        self.journal.write(
            "delivered", delivery=delivery, kind=sent.kind, status=outcome.status, ms=outcome.ms, error=outcome.error
        )
        return outcome

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


def _since(started: float) -> float:
    return round((time.monotonic() - started) * 1000, 1)
