"""The organisation of the stories, but payments are told in Microsoft Teams; and a browser for what its links open."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from bot.store import tables as t
from bot.store.sessions import create_link
from tests.bot.web.console_browser import Forms
from tests.fakes.cloud import FakeCloud
from tests.fakes.teams.card import Shown
from tests.fakes.teams.endpoint import FakeTeams
from tests.free_port import free_port
from tests.plain_http import NO_TLS
from tests.stories.organisation import CONFIG, variables, write_config
from tests.stories.running import Running, StoryClock, eventually, wired
from tests.stories.world import World
from tests.whole_policy import whole


@asynccontextmanager
async def in_teams(
    folder: Path, database_url: str, cloud: FakeCloud, teams: FakeTeams, policy: str = CONFIG["policy.yaml"]
) -> AsyncIterator[World]:
    """The running application; its Slack is somewhere nobody listens."""
    port = free_port()
    config = write_config(folder, slack_url="http://127.0.0.1:9/api/", app_port=port, cloud_url=cloud.url, jira=None)
    people = (config / "teams.yaml").read_text(encoding="utf-8").replace("{slack: C0PAYMENTS}", "{teams: payments}")
    (config / "teams.yaml").write_text(people, encoding="utf-8")
    with (config / "suture.yaml").open("a", encoding="utf-8") as suture:
        suture.write("teams: {webhooks: {payments: {url: {env: TEAMS_URL}}}, other_hosts: [127.0.0.1]}\n")
    (config / "policy.yaml").write_text(whole(policy), encoding="utf-8")
    clock = StoryClock()
    wiring = wired(config, variables(database_url, None) | {"TEAMS_URL": teams.webhook("payments")}, clock)
    running = Running(wiring, port)
    await running.start()
    async with httpx2.AsyncClient(timeout=20, verify=NO_TLS) as http:
        made = World(f"http://127.0.0.1:{port}", wiring, None, cloud, None, http, clock)  # type: ignore[arg-type]
        await eventually(lambda: made.rows(t.context_read), "the inventory, which a worker reads first")
        yield made
    await running.stop()


@dataclass(slots=True)
class Browser:
    """Somebody's browser, which follows links and fills forms, and has no JavaScript."""

    http: httpx2.AsyncClient

    async def opens(self, address: str) -> httpx2.Response:
        return await self.http.get(address, follow_redirects=True)

    async def presses(self, page: httpx2.Response, label: str) -> httpx2.Response:
        action, fields, _ = next(each for each in Forms(page.text).found if label in "".join(each[2]))
        parts = urlsplit(str(page.url))
        address = f"{parts.scheme}://{parts.netloc}{action}"
        return await self.http.post(address, data=fields, follow_redirects=True)

    async def signs_in(self, world: World, person: str) -> httpx2.Response:
        """By the link that whoever runs Suture made for them; the page to which it leads."""
        async with world.wiring.store.write() as connection:
            await create_link(connection, person, f"link of {person}", world.clock() + timedelta(minutes=15))
        page = await self.opens(f"{world.url}/sign-in?token=link of {person}")
        there = await self.presses(page, "Sign in")
        assert there.status_code == 200
        return there


async def card(teams: FakeTeams, containing: str, number: int = 1) -> Shown:
    """The so-manieth card of the channel that says this."""

    async def look() -> Shown | None:
        found = [shown for shown in teams.cards("payments") if containing in shown.text]
        return found[number - 1] if len(found) >= number else None

    shown: Shown = await eventually(look, f"card {number} in Teams that says {containing!r}", 30)
    return shown


async def plan_on(browser: Browser, address: str) -> httpx2.Response:
    """The page, once it shows the plan, which is read as soon as a case is new, with the button that does it."""

    async def look() -> httpx2.Response | None:
        page = await browser.opens(address)
        return page if re.search(r">Fix now</button>", page.text) else None

    page: httpx2.Response = await eventually(look, "the plan on the page of the link")
    return page


@pytest.fixture
def teams() -> Iterator[FakeTeams]:
    with FakeTeams() as running:
        yield running


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with httpx2.AsyncClient(timeout=20, trust_env=False, verify=NO_TLS) as http:
        yield Browser(http)
