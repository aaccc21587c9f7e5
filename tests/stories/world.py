"""A running Suture in a test: the real application on a real port, the fake Slack, moto and Jira around it.

Stories read like what happens: alerts come in, people press, the cloud is asked what is true.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
from standardwebhooks import Webhook

from bot.wiring import Wiring
from tests.fakes.cloud import FakeCloud
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeChannel, FakeSlack
from tests.stories.organisation import CHANNELS, SECRET
from tests.stories.running import Running, StoryClock, bring_nearer, eventually, free_port

__all__ = ["Running", "World", "eventually", "free_port"]


@dataclass(slots=True)
class World:
    """Everything a story touches."""

    url: str
    wiring: Wiring
    slack: FakeSlack
    cloud: FakeCloud | None
    jira: FakeJira | None
    http: httpx2.AsyncClient
    clock: StoryClock
    number: int = 0

    async def alert(self, **finding: Any) -> dict[str, Any]:
        """A signed alert of the generic source; returns what the sender is told."""
        return await self.send("/v1/alerts/generic", finding)

    async def deploy(self, **told: Any) -> dict[str, Any]:
        """A pipeline tells of a deploy."""
        return await self.send("/v1/deploys", told)

    async def send(self, path: str, told: Any) -> dict[str, Any]:
        """A post signed as Standard Webhooks says; returns what the sender is told."""
        self.number += 1
        body = json.dumps(told).encode()
        now = self.clock()
        signature = Webhook(SECRET).sign(f"msg_{self.number}", now, body.decode())
        headers = {
            "webhook-id": f"msg_{self.number}",
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature,
            "content-type": "application/json",
        }
        answered = await self.http.post(f"{self.url}{path}", content=body, headers=headers)
        assert answered.status_code == 202, answered.text
        said: dict[str, Any] = answered.json()
        return said

    async def later(self, **span: float) -> None:
        """So much later, for Suture and for the work it has put off; the fakes keep their own clocks."""
        self.clock.pass_by(**span)
        await bring_nearer(timedelta(**span))

    async def sweep(self) -> None:
        """What is done every few seconds by the clock, now and to its end."""
        self.number += 1
        key = f"story-sweep-{self.number}"
        async with self.wiring.store.write() as connection:
            await self.wiring.engine.enqueue(connection, "schedules.sweep", key=key)

        async def ended() -> bool:
            return not await self.wiring.engine.alive([key])

        await eventually(ended, "the end of a sweep")

    def channel(self, team: str) -> FakeChannel:
        return self.slack.channel(CHANNELS[team])

    async def scan(self, report: Any) -> dict[str, Any]:
        """A Trivy report from a pipeline, read to its end; returns what its progress says then."""
        headers = {"authorization": "Bearer a-token-for-reports", "content-type": "application/json"}
        answered = await self.http.post(f"{self.url}/v1/scans/trivy", content=json.dumps(report), headers=headers)
        assert answered.status_code == 202, answered.text
        address = f"{self.url}/v1/scans/trivy/{answered.json()['scan']}"

        async def ended() -> dict[str, Any] | None:
            said: dict[str, Any] = (await self.http.get(address, headers=headers)).json()
            return said if said["state"] in ("done", "failed") else None

        found: dict[str, Any] = await eventually(ended, f"the end of {address}")
        return found
