"""A console with a few cases, and a browser without JavaScript: it keeps cookies, reads forms and submits them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import sqlalchemy as sa
from msgspec.structs import replace
from starlette.applications import Starlette

from bot.response.inbox import BotInbox
from bot.response.viewing import Viewing
from bot.store.sessions import create_link
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from bot.web.console import console_routes
from bot.web.routes import inbox_of
from bot.wiring import Wiring, settings_of, wire
from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from tests.databases import Clock
from tests.whole_policy import as_written

URL = "https://suture.example.com"
CONFIG = {
    "suture.yaml": f"public_url: {URL}\nconsole: {{enabled: true, session: 1h, idle: 20m}}\n",
    "teams.yaml": """
people:
  - {id: ana, name: Ana Sousa, console: true}
  - {id: ben, name: Ben Okafor, console: true}
  - {id: cy, name: Cy Moreau, terminal: cy}
teams:
  - {id: payments, name: Payments, lead: ana, owns: [{host: "pay-*"}]}
  - {id: platform, name: Platform, lead: ben, owns: [{host: "*"}]}
catch_all: platform
""",
    "policy.yaml": """
rules:
  - {who: owner, acts: [view, acknowledge, assign, snooze, not-ours], environments: any}
  - {who: lead, acts: [accept-risk], environments: any}
""",
}


def write_config(folder: Path) -> Path:
    """The configuration of the two teams, who do not see each other's cases."""
    config = folder / "config"
    config.mkdir()
    shipped = Path(__file__).parents[3] / "config"
    for name in ("ssvc-deployer.csv", "priority.yaml"):
        (config / name).write_bytes((shipped / name).read_bytes())
    for name, text in CONFIG.items():
        (config / name).write_text(as_written(name, text), encoding="utf-8")
    return config


def finding(host: str, problem: str = "CVE-2014-0160", **changes: Any) -> Finding:
    """An open, high vulnerability on a host."""
    first = Finding(
        source="generic",
        kind=Kind.VULNERABILITY,
        rule_id=problem,
        title=f"{problem} in openssl",
        problem=problem,
        vuln_ids=(problem,),
        severity=Severity.HIGH,
        status=Status.OPEN,
        resource=Resource(id=host, type="host", name=host),
    )
    return replace(first, **changes)


class Forms(HTMLParser):
    """The forms of a page: (action, its fields, the words on its button)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], list[str]]] = []
        self._open = False
        self._button = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append((given.get("action", ""), {}, []))
            self._open = True
        elif self._open and tag in ("input", "select", "textarea") and "name" in given:
            self.found[-1][1][given["name"]] = given.get("value", "")
        self._button = tag == "button"

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False
        self._button = False

    def handle_data(self, data: str) -> None:
        if self._open and self._button:
            self.found[-1][2].append(data)


@dataclass(slots=True)
class Console:
    """The console of one test, and one person's browser on it."""

    wiring: Wiring
    http: httpx2.AsyncClient
    clock: Clock
    inbox: BotInbox

    async def report(self, *findings: Finding) -> None:
        """Tools report findings."""
        number = self.wiring.new_id()
        received = Received(
            id=number,
            source="generic",
            delivery_key=f"id:{number}",
            received_at=self.clock(),
            headers={},
            body=b"{}",
            parser_version=1,
            records=findings,
        )
        async with self.wiring.store.write() as connection:
            await accept(connection, [received], rules_of(self.wiring.settings, self.wiring.fixes), self.wiring.engine)

    async def link(self, person: str, token: str = "t" * 43, minutes: int = 15) -> str:
        """What ``suture sign-in`` makes."""
        async with self.wiring.store.write() as connection:
            await create_link(connection, person, token, self.clock() + timedelta(minutes=minutes))
        return token

    async def sign_in(self, person: str) -> None:
        token = await self.link(person, f"link of {person}")
        answered = await self.http.post("/sign-in", data={"token": token})
        assert answered.status_code == 303, answered.text

    async def page(self, address: str, status: int = 200) -> str:
        answered = await self.http.get(address)
        assert answered.status_code == status, answered.text
        return answered.text

    async def submit(self, page: str, button: str, **inputs: str) -> httpx2.Response:
        """Fill the form with that button and send it, as a browser without JavaScript does."""
        action, fields, _ = next(each for each in Forms(page).found if button in "".join(each[2]))
        assert {f"input-{name}" for name in inputs} <= set(fields), "the form has no such input"
        return await self.http.post(action, data=fields | {f"input-{k}": v for k, v in inputs.items()})

    async def press(self, address: str, button: str) -> httpx2.Response:
        return await self.submit(await self.page(address), button)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table))).all())


def console_of(config: Path, database_url: str, clock: Clock, **more: str) -> Console:
    """The console's routes alone, over a real database; ``more`` are further environment variables."""
    variables: Mapping[str, str] = {"DATABASE_URL": database_url, "SUTURE_WORKER": "console-test", **more}
    wiring = wire(settings_of(str(config), variables), variables, clock=clock)
    inbox = inbox_of(wiring)
    app = Starlette(routes=console_routes(wiring, inbox, Viewing(wiring)))
    http = httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url=URL)
    return Console(wiring, http, clock, inbox)


@asynccontextmanager
async def running_console(config: Path, database_url: str, clock: Clock, **more: str) -> AsyncIterator[Console]:
    """The same with an engine that takes work and does none; all put away afterwards."""
    made = console_of(config, database_url, clock, **more)
    await made.wiring.engine.start(worker=False)
    yield made
    await made.http.aclose()
    await made.wiring.engine.stop(grace=1)
    await made.wiring.close()


def words_of(page: str) -> str:
    """What a page says, without its tags."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())
