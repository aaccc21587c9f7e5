"""A running Suture in a test: the real application on a real port, the fake Slack, moto and Jira around it.

Stories read like what happens: alerts come in, people press, the cloud is asked what is true.
"""

from __future__ import annotations

import asyncio
import json
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sa
import uvicorn
from standardwebhooks import Webhook

from bot.app import create_app
from bot.wiring import Wiring, settings_of, wall_clock, wire
from tests.fakes.cloud import FakeCloud
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeChannel, FakeSlack

ACCOUNT = "111122223333"
SECRET = "whsec_c3V0dXJlLXRlc3RzLXNlY3JldC0yNC1ieXRlcw=="
PEOPLE = {"ana": "U0ANA", "ben": "U0BEN", "sue": "U0SUE"}
CHANNELS = {"payments": "C0PAYMENTS", "security": "C0SECURITY"}

CONFIG = {
    "sources.yaml": """
sources:
  generic: {secrets: [{env: SUTURE_TEST_SECRET}]}
  trivy: {secrets: [{env: SUTURE_TEST_TOKEN}]}
""",
    "teams.yaml": """
people:
  - {id: ana, name: Ana Sousa, slack: "T0SUTURE1:U0ANA", console: true}
  - {id: ben, name: Ben Okoro, slack: "T0SUTURE1:U0BEN", console: true}
  - {id: sue, name: Sue Lind, slack: "T0SUTURE1:U0SUE", console: true}
teams:
  - id: payments
    name: Payments
    lead: ana
    members: [ben]
    chat: {slack: C0PAYMENTS}
    jira_project: PAY
    owns: [{host: "shop-*"}, {account: "111122223333"}]
  - {id: security, name: Security, lead: sue, members: [sue], chat: {slack: C0SECURITY}}
catch_all: security
""",
    "policy.yaml": """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - {who: owner, acts: [ticket, acknowledge, snooze, not-ours, template-done], environments: any}
  - {who: lead, acts: [fix, undo, accept-risk], environments: any, fixes: any}
""",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class StoryClock:
    """The real time, and as much later as the story wants it."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_by(self, **span: float) -> None:
        """Let time pass: ``timedelta(**span)``. Slack's own clock stays, so press what is to be pressed before."""
        self._ahead += timedelta(**span)


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

    async def eventually(self, look: Callable[[], Any], what: str, within: float = 15.0) -> Any:
        """Wait until ``look`` (asked in a thread) finds something; it is what the story says next."""
        return await eventually(lambda: asyncio.to_thread(look), what, within)

    async def card(self, team: str, containing: str, within: float = 15.0) -> Any:
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

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table))).all())


async def eventually(look: Callable[[], Awaitable[Any]], what: str, within: float = 15.0) -> Any:
    """Ask again and again until there is an answer; fails saying what never came."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while True:
        found = await look()
        if found:
            return found
        assert loop.time() < end, f"never came: {what}"
        await asyncio.sleep(0.05)


def write_config(folder: Path, *, slack_url: str, app_port: int, cloud_url: str, jira: FakeJira | None) -> Path:
    """The configuration of the stories' organisation."""
    config = folder / "config"
    config.mkdir(parents=True)
    shipped = Path(__file__).parents[2] / "config"
    (config / "ssvc-deployer.csv").write_bytes((shipped / "ssvc-deployer.csv").read_bytes())
    (config / "priority.yaml").write_bytes((shipped / "priority.yaml").read_bytes())
    (folder / "assets.csv").write_text(INVENTORY, encoding="utf-8")
    suture = f"""
public_url: "http://127.0.0.1:{app_port}"
data_directory: "{folder / "state"}"
slack:
  enabled: true
  signing_secrets: [{{env: SUTURE_TEST_SIGNING}}]
  bot_token: {{env: SUTURE_TEST_BOT}}
  api_url: "{slack_url}"
  history_scope: true
console: {{enabled: true}}
context: {{inventory: ["{folder / "assets.csv"}"]}}
accounts:
  - id: "{ACCOUNT}"
    name: shop
    environment: production
    regions: [eu-west-1]
    endpoint_url: "{cloud_url}"
    read:
      role_arn: "arn:aws:iam::{ACCOUNT}:role/suture-read"
      access_key_id: TESTKEYID
      secret_access_key: {{env: SUTURE_TEST_AWS}}
    write:
      role_arn: "arn:aws:iam::{ACCOUNT}:role/suture-write"
      access_key_id: TESTKEYID
      secret_access_key: {{env: SUTURE_TEST_AWS}}
"""
    if jira is not None:
        suture += f"""
jira:
  enabled: true
  url: "{jira.url}"
  email: "{jira.email}"
  api_token: {{env: SUTURE_TEST_JIRA}}
  default_project: SEC
"""
    for name, text in (CONFIG | {"suture.yaml": suture}).items():
        (config / name).write_text(text, encoding="utf-8")
    return config


_COLUMNS = (
    "id,name,identifiers,environment,tier,exposure,owner,account,type,"
    "runs_on,exposed_by,depends_on,patch,template,tags,components"
)
_HOST = "shop-{n},shop-{n},shop-{n};192.0.2.{n},production,1,open,payments,111122223333,host,,,,apt-get upgrade,,,"
INVENTORY = "\n".join([_COLUMNS, *(_HOST.format(n=number) for number in range(1, 42)), ""])


def variables(database_url: str, jira: FakeJira | None) -> dict[str, str]:
    """The environment of the process."""
    return {
        "DATABASE_URL": database_url,
        "SUTURE_TEST_SECRET": SECRET,
        "SUTURE_TEST_TOKEN": "a-token-for-reports",
        "SUTURE_TEST_SIGNING": "fake-signing-secret",
        "SUTURE_TEST_BOT": "xoxb-fake-token",
        "SUTURE_TEST_AWS": "not-a-real-key",
        "SUTURE_TEST_JIRA": jira.api_token if jira else "unused",
        "SUTURE_POLLING": "0.02",
        "SUTURE_WORKER": f"story-{os.getpid()}",
        "SUTURE_SLACK_PACE": "0",
    }


class Running:
    """The application, served in this test's loop."""

    def __init__(self, wiring: Wiring, port: int, *, worker: bool = True) -> None:
        config = uvicorn.Config(create_app(wiring, worker=worker), host="127.0.0.1", port=port, log_config=None)
        self._server = uvicorn.Server(config)
        self._server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve())

        async def started() -> bool:
            assert self._task is not None
            if self._task.done():
                self._task.result()
            return self._server.started

        await eventually(started, "the application's start")

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task


def wired(config: Path, environment: dict[str, str], clock: Callable[[], datetime] = wall_clock) -> Wiring:
    """The wiring of that configuration."""
    return wire(settings_of(str(config), environment), environment, clock=clock)
