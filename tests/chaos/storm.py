"""Load that never lets up while the processes are killed again and again: alerts, presses, typed words."""

from __future__ import annotations

import asyncio
import math
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import httpx2

from tests.chaos.checker import check
from tests.chaos.deeds import Scene, shuffled
from tests.chaos.evidence import Evidence
from tests.chaos.house import ACCOUNTS, HOLES, PEOPLE, SECURITY, Hole, files
from tests.chaos.installation import installed
from tests.chaos.killing import Killer
from tests.chaos.machines import Machines
from tests.chaos.outside import Reader, cards_of, freezes_told, open_groups, reached
from tests.chaos.people import Screens
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.harness.load import Sent, finding, post, signed
from tests.harness.organisation import UNLIMITED, Organisation, channel_of, variables
from tests.harness.process import ROOT, free_port

Said = Callable[[str], None]
_PEOPLE = 6  # who press and type at the same time
_NOTHING_MOVES = 240.0  # seconds without any change until it is over: longer than the slowest honest retry of a ticket


@dataclass(frozen=True, slots=True)
class Scale:
    """How much comes how fast, and how often it dies meanwhile."""

    backend: str = "sqlite"
    kills: int = 50
    holes: int = 120  # security groups to be fixed
    every: int = 4  # one case in so many is a hole
    rate: float = 20.0  # alerts a second
    new: float = 0.1  # the share of them that opens a case; the rest repeats
    teams: int = 9
    window: tuple[float, float] = (90.0, 40.0)  # seconds: opens every so many, stays so long
    life: int = 5  # presses and words before it dies again, at least: a slow machine lives longer
    calm: float = 3.0  # seconds in which nothing more may go wrong at the end
    seed: int = 20140407


SHORT = Scale(
    kills=3, holes=12, every=2, rate=12, new=0.6, teams=4, window=(8.0, 5.0), life=10, calm=0.5, seed=1400
)  # fmt: skip


@dataclass(slots=True)
class Storm:
    """The scene, and what was acknowledged so far."""

    scale: Scale
    machines: Machines
    slack: FakeSlack
    cloud: FakeCloud
    jira: FakeJira
    proxy: FaultProxy
    screens: Screens
    holes: Mapping[str, Hole]
    reader: Reader | None = None
    sent: Sent = field(default_factory=Sent)
    over: bool = False

    async def alerts(self) -> None:
        """Now and then a new case, else an old alert again."""
        url, chance, number = f"{self.machines.url}/v1/alerts/generic", random.Random(self.scale.seed), 0
        timeout, tasks = aiohttp.ClientTimeout(total=20), set[asyncio.Task[None]]()
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=100)) as session:
            while not self.over:
                fresh = number < 5 or chance.random() < self.scale.new
                alert = self._alert(number if fresh else chance.randrange(number))
                number += fresh
                task = asyncio.create_task(post(session, url, alert, self.sent))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                await asyncio.sleep(1 / self.scale.rate)
            await asyncio.gather(*tasks)

    def _alert(self, number: int) -> Any:
        name = f"chaos-{number}"
        hole = self.holes.get(name)
        title = f"Problem {name}."
        if hole is None:
            return signed(name, finding(f"{name}.", 1 + number % (self.scale.teams - 1), title=title, rule=name))
        resource = {
            "id": f"arn:aws:ec2:eu-west-1:{hole.account}:security-group/{hole.group}",
            "type": "AwsEc2SecurityGroup",
            "name": hole.group,
            "account": hole.account,
            "region": "eu-west-1",
        }
        more = {"kind": "compliance", "problem": f"network.open-port.{_port(number)}", "world_open": True}
        more |= {"port": _port(number), "resource": resource}
        return signed(name, finding(name, 0, title=title, rule=name) | more)

    async def people(self, number: int) -> None:
        """One of those who press and type until it is over."""
        chance = random.Random(self.scale.seed + number)
        channels = tuple(channel_of(team) for team in range(1, self.scale.teams))
        scene = Scene(self.screens, channels, self.holes, chance)
        while not self.over:
            for deed in shuffled(chance):
                if not self.over:
                    await asyncio.to_thread(deed, scene)
                    await asyncio.sleep(0.05)

    async def deaths(self, killer: Killer, said: Said) -> None:
        """Kill, start again, let it breathe, and so on."""
        while killer.tally.total() < self.scale.kills:
            await asyncio.to_thread(self._live)
            was = await killer.kill()
            took = await asyncio.to_thread(self.machines.ready)
            number, of = killer.tally.total(), self.scale.kills
            told = f"{len(self.sent.accepted)} cases, {len(self.screens.notes)} presses and words"
            said(f"kill {number} of {of} ({was}): up again after {took:.1f} s; {told}")
        self.over = True

    def _live(self) -> None:
        """Until people have done some more."""
        done = len(self.screens.notes)
        while len(self.screens.notes) < done + self.scale.life:
            time.sleep(0.05)

    def evidence(self) -> Evidence:
        """What the outside saw, as it stands now."""
        channels = [*(channel_of(team) for team in range(self.scale.teams)), SECURITY]
        assert self.reader is not None
        return Evidence(
            accepted=tuple(self.sent.accepted),
            cards=tuple(card for channel in channels for card in cards_of(self.slack, channel)),
            notes=tuple(self.screens.notes),
            holes={name: hole for name, hole in self.holes.items() if name in self.sent.accepted},
            revoked=reached(self.proxy.seen, "RevokeSecurityGroupIngress"),
            restored=reached(self.proxy.seen, "AuthorizeSecurityGroupIngress"),
            still_open=open_groups(self.cloud),
            tickets=tuple(issue["fields"]["summary"] for issue in self.jira.issues()),
            trail=self.reader.trail(),
            starts=tuple(self.machines.starts),
            freezes=freezes_told(self.slack),
        )


def _port(number: int) -> int:
    """Each group's hole is at a port of its own, so that each is a case of its own."""
    return 20_000 + number


async def play(folder: Path, scale: Scale, said: Said) -> tuple[Evidence, Mapping[str, int]]:
    """The whole storm, and the quiet after it; returns what the outside saw, and which kills there were."""
    port = free_port()
    with _outside(scale, port) as (cloud, jira, slack):
        async with FaultProxy(cloud.url) as proxy:
            organisation = Organisation(
                teams=scale.teams, slack_url=slack.url, cloud_url=proxy.url, jira_url=jira.url, jira_email=jira.email,
                accounts=ACCOUNTS, files=files(scale.teams, *scale.window, datetime.now(UTC)),
            )  # fmt: skip
            config = organisation.write(folder, port)
            secrets = variables("", jira.api_token) | {"SUTURE_SLACK_PACE": "0"}
            async with installed(scale.backend, folder, config, port, secrets) as (machines, commits, database):
                screens = Screens(slack)
                killer = Killer(machines, commits, proxy, screens, random.Random(scale.seed))
                storm = Storm(scale, machines, slack, cloud, jira, proxy, screens, _open_groups(cloud, scale))
                if scale.kills > 2:
                    await killer.cut_the_first_start()
                await asyncio.to_thread(machines.ready)
                environment = {**os.environ, **secrets, "DATABASE_URL": database, "PYTHONPATH": str(ROOT)}
                with await asyncio.to_thread(Reader, machines.url, config, environment) as storm.reader:
                    people = (storm.people(number) for number in range(_PEOPLE))
                    await asyncio.gather(storm.alerts(), storm.deaths(killer, said), *people)
                    said("the storm is over; waiting until nothing changes any more")
                    return await _quiet(storm, said), killer.tally


@contextmanager
def _outside(scale: Scale, port: int) -> Iterator[tuple[FakeCloud, FakeJira, FakeSlack]]:
    """The world around, which nobody kills."""
    scopes, app = ("chat:write", "commands", "channels:history"), f"http://127.0.0.1:{port}/slack/events"
    with (
        FakeCloud.start() as cloud,
        FakeJira() as jira,
        FakeSlack(app_url=app, limits=UNLIMITED, scopes=scopes) as slack,
    ):
        jira.project("SEC")
        for channel in (HOLES, SECURITY, *(channel_of(team) for team in range(1, scale.teams))):
            slack.add_channel(channel, channel.lower())
        for identity, person in PEOPLE.items():
            slack.add_person(identity, person)
        yield cloud, jira, slack


def _open_groups(cloud: FakeCloud, scale: Scale) -> dict[str, Hole]:
    """The holes, in each account in turn, by the names of the alerts that will tell of them."""
    networks = {account: cloud.network(account)[0] for account in ACCOUNTS}
    holes: dict[str, Hole] = {}
    for place in range(scale.holes):
        number, account = place * scale.every, list(ACCOUNTS)[place % len(ACCOUNTS)]
        name = f"chaos-{number}"
        group = cloud.security_group(networks[account], name, [opening(_port(number))], account)
        holes[name] = Hole(group, account)
    return holes


async def _quiet(storm: Storm, said: Said) -> Evidence:
    """Until every promise holds and stays so, or nothing moves any more: a slow machine only takes longer."""
    moved, before, open_before = time.monotonic(), 0, ""
    while True:
        evidence = await asyncio.to_thread(_look, storm)
        broken = check(evidence, within=math.inf).broken  # what was late stays late
        left = "; ".join(f"{name.replace('_', ' ')} {len(names)} ({names[0]})" for name, names in broken.items())
        if left != open_before:
            said(f"still open: {left or 'nothing'}")
        open_before = left
        if not broken:
            await asyncio.sleep(storm.scale.calm)
            return await asyncio.to_thread(_look, storm)
        decisions = sum(each["act"] != "export" for each in evidence.trail)  # looking at it makes a record
        now = hash((evidence.cards, evidence.tickets, decisions))
        moved, before = (moved, before) if now == before else (time.monotonic(), now)
        if time.monotonic() - moved > _NOTHING_MOVES:
            return evidence
        await asyncio.sleep(2)


def _look(storm: Storm) -> Evidence:
    while True:
        try:
            return storm.evidence()
        except httpx2.TransportError:
            time.sleep(0.5)  # busy, not gone: a process that has ended is noticed where it is waited for
