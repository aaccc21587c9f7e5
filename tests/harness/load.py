"""Signed alerts, sent as fast as they are answered or at a constant rate; each answer with its time."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import aiohttp
from standardwebhooks import Webhook

from tests.harness.organisation import SECRET

_numbers = itertools.count(1)
_webhook = Webhook(SECRET)


@dataclass(frozen=True, slots=True)
class Alert:
    """One signed request; ``name`` is what the sender knows it by."""

    name: str
    body: bytes
    headers: dict[str, str]


def signed(name: str, content: Any) -> Alert:
    """An alert as the generic source wants it, signed now."""
    number, now = next(_numbers), datetime.now(UTC)
    body = json.dumps(content)
    headers = {
        "webhook-id": f"{name}-{number}",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": _webhook.sign(f"{name}-{number}", now, body),
        "content-type": "application/json",
    }
    return Alert(name, body.encode(), headers)


def finding(problem: str, team: int, host: int = 0, **more: Any) -> dict[str, Any]:
    """A finding of our own simple shape, about two kilobytes with its summary."""
    name = f"team{team:03d}-host{host}"
    resource = {"id": name, "type": "host", "name": name}
    words = {"title": f"Problem {problem}", "rule": problem, "severity": "high", "resource": resource}
    return words | {"summary": "What was seen. " * 40} | more


@dataclass(slots=True)
class Sent:
    """What became of a load: seconds of each answer, and which were accepted (2xx) when."""

    seconds: list[float] = field(default_factory=list)
    accepted: dict[str, float] = field(default_factory=dict)  # name -> wall clock of its 2xx
    refused: int = 0
    broken: int = 0
    took: float = 0.0

    def quantile(self, q: float) -> float:
        """Milliseconds."""
        ordered = sorted(self.seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * q))] if ordered else 0.0


async def post(session: aiohttp.ClientSession, url: str, alert: Alert, sent: Sent) -> None:
    """One alert; a connection that breaks is counted, not raised: the process may just have been killed."""
    began = time.perf_counter()
    try:
        async with session.post(url, data=alert.body, headers=alert.headers) as answer:
            await answer.read()
    except (aiohttp.ClientError, OSError, TimeoutError):
        sent.broken += 1
        return
    sent.seconds.append(time.perf_counter() - began)
    if 200 <= answer.status < 300:
        sent.accepted.setdefault(alert.name, time.time())
    else:
        sent.refused += 1


def _session(connections: int) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(total=30)
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), timeout=timeout)


async def closed_loop(url: str, alerts: Sequence[Alert], connections: int = 50) -> Sent:
    """So many connections, each sending its next alert when its last is answered."""
    sent, waiting = Sent(), iter(alerts)
    async with _session(connections) as session:

        async def connection() -> None:
            for alert in waiting:
                await post(session, url, alert, sent)

        began = time.perf_counter()
        await asyncio.gather(*(connection() for _ in range(connections)))
        sent.took = time.perf_counter() - began
    return sent


async def open_loop(url: str, alerts: Iterable[Alert], rate: float) -> Sent:
    """So many a second whatever the answers do, which is what hides no queue."""
    sent, tasks = Sent(), set()
    async with _session(500) as session:
        began = time.perf_counter()
        for number, alert in enumerate(alerts):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            task = asyncio.create_task(post(session, url, alert, sent))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
        await asyncio.gather(*tasks)
        sent.took = time.perf_counter() - began
    return sent
