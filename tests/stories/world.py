"""A running Suture in a test: the real application on a real port, the fake Slack, moto and Jira around it.

Stories read like what happens: alerts come in, people press, the cloud is asked what is true.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx2
import sqlalchemy as sa
from standardwebhooks import Webhook

from bot.store import tables as t
from bot.wiring import Wiring
from tests.fakes.cloud import FakeCloud
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.fakes.slack.story import FakeChannel
from tests.patience import PATIENCE
from tests.stories.organisation import CHANNELS, PEOPLE, SECRET
from tests.stories.running import Running, StoryClock, bring_nearer, eventually

__all__ = ["Running", "World", "eventually"]


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
        await self.work("schedules.sweep")

    async def gathered(self) -> None:
        """The time is over for which a card waits for more assets, and the clock looks at it."""
        await self.later(seconds=self.wiring.settings.delivery.gather.total_seconds())
        await self.sweep()

    async def work(self, name: str, *arguments: Any) -> None:
        """One piece of work, begun now and done to its end: by its schedule, or once more as after a crash."""
        self.number += 1
        key = f"story-{name}-{self.number}"
        async with self.wiring.store.write() as connection:
            await self.wiring.engine.enqueue(connection, name, *arguments, key=key)

        async def ended() -> bool:
            return not await self.wiring.engine.alive([key])

        await eventually(ended, f"the end of {name}")

    def channel(self, team: str) -> FakeChannel:
        return self.slack.channel(CHANNELS[team])

    async def scan(self, report: Any) -> dict[str, Any]:
        """A Trivy report from a pipeline, read to its end; returns what its progress says then."""
        return await self.report("trivy", json.dumps(report).encode())

    async def report(self, source: str, content: bytes, of: str = "") -> dict[str, Any]:
        """The same of any source of reports; ``of`` names what was scanned, where the file does not say it."""
        headers = {"authorization": "Bearer a-token-for-reports"} | ({"x-suture-resource": of} if of else {})
        answered = await self.http.post(f"{self.url}/v1/scans/{source}", content=content, headers=headers)
        assert answered.status_code == 202, answered.text
        address = f"{self.url}/v1/scans/{source}/{answered.json()['scan']}"

        async def ended() -> dict[str, Any] | None:
            said: dict[str, Any] = (await self.http.get(address, headers=headers)).json()
            return said if said["state"] in ("done", "failed") else None

        found: dict[str, Any] = await eventually(ended, f"the end of {address}")
        return found

    async def eventually(self, look: Callable[[], Any], what: str, within: float = PATIENCE) -> Any:
        """Wait until ``look`` (asked in a thread) finds something; it is what the story says next."""
        return await eventually(lambda: asyncio.to_thread(look), what, within)

    async def card(self, team: str, containing: str, within: float = PATIENCE) -> Any:
        """The message of one case in a team's channel, once it shows these words."""
        return await self.eventually(
            lambda: next((m for m in self.channel(team).messages() if containing in m.shown + m.text), None),
            f"a card in {team} that says {containing!r}",
            within,
        )

    async def press(self, team: str, containing: str, label: str, by: str) -> Any:
        """Press a button of a card, as it stands now."""
        card = await self.card(team, containing)
        return await asyncio.to_thread(lambda: card.again().button(label).press(by=PEOPLE[by]))

    async def form(self, by: str, containing: str) -> Any:
        """The form that opened for this person."""
        return await self.eventually(
            lambda: next((v for v in self.slack.views() if containing in v.title + v.shown), None),
            f"a form for {by} that says {containing!r}",
        )

    async def submit(self, view: Any, by: str, **values: str) -> Any:
        return await asyncio.to_thread(lambda: self.slack.submit(view, values, by=PEOPLE[by]))

    async def thread(self, team: str, containing: str) -> str:
        """All that the case's thread says."""
        card = await self.card(team, containing)
        return await asyncio.to_thread(lambda: "\n".join(reply.shown + reply.text for reply in card.again().replies))

    async def said_in_thread(self, team: str, containing: str, words: str) -> None:
        async def look() -> bool:
            return words in await self.thread(team, containing)

        await eventually(look, f"{words!r} in the thread of {containing!r}", 20.0)

    async def all_told(self) -> None:
        """Until Suture knows of every message that it has arrived as it should be."""

        async def look() -> bool:
            return all(row.platform_id and row.sent == row.wanted for row in await self.rows(t.message))

        await eventually(look, "every message told", 30)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table))).all())
