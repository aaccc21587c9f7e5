"""Load that never lets up while the processes are killed again and again: alerts, presses, typed words."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.chaos.deeds import Scene, shuffled
from tests.chaos.evidence import Evidence
from tests.chaos.house import SECURITY, Hole
from tests.chaos.killing import Killer
from tests.chaos.machines import Machines
from tests.chaos.outside import Reader, cards_of, freezes_told, open_groups, reached
from tests.chaos.people import Screens
from tests.fakes.cloud import FakeCloud
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.harness.load import Sent, finding, post, signed
from tests.harness.organisation import channel_of

Said = Callable[[str], None]


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
    kills=3, holes=9, every=2, rate=12, new=0.6, teams=4, window=(8.0, 5.0), life=10, calm=0.5, seed=1400
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
        more = {"kind": "compliance", "problem": f"network.open-port.{port_of(number)}", "world_open": True}
        more |= {"port": port_of(number), "resource": resource}
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
            await self._live()
            was = await killer.kill()
            took = await asyncio.to_thread(self.machines.ready)
            number, of = killer.tally.total(), self.scale.kills
            told = f"{len(self.sent.accepted)} cases, {len(self.screens.notes)} presses and words"
            said(f"kill {number} of {of} ({was}): up again after {took:.1f} s; {told}")
        self.over = True

    async def _live(self) -> None:
        """Until people have done some more."""
        done = len(self.screens.notes)
        while len(self.screens.notes) < done + self.scale.life:  # noqa: ASYNC110  # they do it in threads
            await asyncio.sleep(0.05)

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


def port_of(number: int) -> int:
    """Each group's hole is at a port of its own, so that each is a case of its own."""
    return 20_000 + number
