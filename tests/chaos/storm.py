"""Load that never lets up while the process is killed again and again: alerts, presses, fixes and tickets."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from tests.chaos.checker import Card, Evidence, check
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeMessage, FakeSlack, Impossible
from tests.harness.load import Sent, finding, post, signed
from tests.harness.organisation import ACCOUNT, PERSON, UNLIMITED, Organisation, channel_of, variables
from tests.harness.process import SutureProcess, free_port

TEAMS = 5
_PEOPLE = 4  # who press at the same time


@dataclass(slots=True)
class Storm:
    """The scene, and what was acknowledged so far."""

    process: SutureProcess
    slack: FakeSlack
    cloud: FakeCloud
    jira: FakeJira
    proxy: FaultProxy
    chance: random.Random
    sent: Sent = field(default_factory=Sent)
    taken: list[str] = field(default_factory=list)
    ticketed: list[str] = field(default_factory=list)
    fixed: dict[str, str] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)  # name -> security group
    number: int = 0
    over: bool = False

    async def alerts(self, rate: float) -> None:
        """A new case with each alert, and now and then an old alert again."""
        url = f"{self.process.url}/v1/alerts/generic"
        timeout = aiohttp.ClientTimeout(total=20)
        tasks: set[asyncio.Task[None]] = set()
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=100)) as session:
            while not self.over:
                again = self.number > 10 and self.chance.random() < 0.3
                number = self.chance.randrange(self.number) if again else self.number
                self.number += not again
                task = asyncio.create_task(post(session, url, self._alert(number), self.sent))
                tasks.add(task)
                task.add_done_callback(tasks.discard)
                await asyncio.sleep(1 / rate)
            await asyncio.gather(*tasks)

    def _alert(self, number: int) -> Any:
        name = f"chaos-{number}"
        group = self.groups.get(name)
        if group is None:
            return signed(name, finding(f"{name}.", number % TEAMS, title=f"Problem {name}.", rule=name))
        resource = {
            "id": f"arn:aws:ec2:eu-west-1:{ACCOUNT}:security-group/{group}",
            "type": "AwsEc2SecurityGroup",
            "name": f"team000-{group}",
            "account": ACCOUNT,
            "region": "eu-west-1",
        }
        more = {"kind": "compliance", "problem": f"network.open-port.{port_of(name)}", "world_open": True}
        return signed(
            name, finding(name, 0, title=f"Problem {name}.", rule=name, port=port_of(name), resource=resource) | more
        )

    async def presses(self) -> None:
        """Press buttons of cards that are there; only what was acknowledged counts."""
        while not self.over:
            await asyncio.sleep(0.15)
            await asyncio.to_thread(self._press_one)

    def _press_one(self) -> None:
        team = self.chance.randrange(TEAMS)
        cards = [m for m in self.slack.channel(channel_of(team)).messages() if "Problem chaos-" in m.text]
        if not cards:
            return
        holes = [card for card in cards if name_of(card) in self.groups and name_of(card) not in self.fixed]
        card = self.chance.choice(holes if holes and self.chance.random() < 0.7 else cards)
        name = name_of(card)
        if name in self.groups:
            self._fix(card, name)
        elif self.chance.random() < 0.3 and name not in self.ticketed and len(self.ticketed) < 40:
            self._press(card, "Open ticket", lambda: self.ticketed.append(name))
        elif name not in self.taken:
            self._press(card, "I'm on it", lambda: self.taken.append(name))

    def _press(self, card: FakeMessage, label: str, acknowledged: Callable[[], None]) -> bool:
        """One press. A card that has just lost the button, or a process that has just died, is no acknowledgement."""
        if label not in [button.label for button in card.again().buttons]:
            return False
        pressed = card.again().button(label).press(by=PERSON)
        if pressed.acknowledged:
            acknowledged()
        return bool(pressed.acknowledged)

    def _fix(self, card: FakeMessage, name: str) -> None:
        """Ask for the plan, wait a moment for it, confirm it."""
        if name in self.fixed or not self._press(card, "Fix now…", lambda: None):
            return
        group, end = self.groups[name], time.monotonic() + 3
        while time.monotonic() < end:
            view = next((v for v in self.slack.views() if group in v.shown), None)
            if view is not None:
                with suppress(Impossible):  # somebody else was faster, and Slack has closed the form
                    if self.slack.submit(view, by=PERSON).acknowledged:
                        self.fixed[name] = group
                return
            time.sleep(0.1)

    async def kills(self, count: int, said: Callable[[str], None]) -> None:
        """Kill at a random moment, start again, let it breathe, and so on."""
        for number in range(1, count + 1):
            await asyncio.sleep(self.chance.uniform(0.3, 2.5))
            await asyncio.to_thread(self.process.kill)
            started = await asyncio.to_thread(self.process.start)
            said(f"kill {number} of {count}: up again after {started:.1f} s, {len(self.sent.accepted)} alerts accepted")
        self.over = True

    def evidence(self) -> Evidence:
        """What the outside saw, as it stands now."""
        cards = []
        for team in range(TEAMS):
            # Everything of the channel in one reading: asked message by message it would take minutes.
            posted = self.slack.act("messages", channel=channel_of(team))
            threads: dict[str, list[str]] = {}
            for each in posted:
                if each["thread"]:
                    line = FakeMessage(self.slack, each)
                    threads.setdefault(each["thread"], []).append(line.shown + line.text)
            for each in posted:
                if not each["thread"]:
                    card = FakeMessage(self.slack, each)
                    case = (card.metadata or {}).get("event_payload", {}).get("case", "")
                    cards.append(Card(case, card.text + card.shown, "\n".join(threads.get(each["ts"], []))))
        revokes = {
            group: sum(
                b"Action=RevokeSecurityGroupIngress" in seen and group.encode() in seen for seen in self.proxy.seen
            )
            for group in self.groups.values()
        }
        summaries = [issue["fields"]["summary"] for issue in self.jira.issues()]
        return Evidence(
            tuple(self.sent.accepted), tuple(cards), tuple(self.taken), dict(self.fixed), revokes,
            tuple(self.ticketed), tuple(summaries),
        )  # fmt: skip


def name_of(card: FakeMessage) -> str:
    """The alert behind a card, from its words."""
    return card.text.partition("Problem ")[2].partition(".")[0]


def port_of(name: str) -> int:
    """Each group's hole is at a port of its own, so that each is a case of its own."""
    return 20_000 + int(name.removeprefix("chaos-"))


async def play(folder: Path, kills: int, groups: int, seed: int, rate: float, said: Callable[[str], None]) -> Evidence:
    """The whole storm, and the quiet after it; returns what the outside saw."""
    port, chance = free_port(), random.Random(seed)
    scopes = ("chat:write", "commands", "channels:history")
    app = f"http://127.0.0.1:{port}/slack/events"
    with (
        FakeCloud.start() as cloud,
        FakeJira() as jira,
        FakeSlack(app_url=app, limits=UNLIMITED, scopes=scopes) as slack,
    ):
        jira.project("SEC")
        for team in range(TEAMS):
            slack.add_channel(channel_of(team), f"team{team}")
        slack.add_person(PERSON, "ana")
        async with FaultProxy(cloud.url) as proxy:
            organisation = Organisation(
                teams=TEAMS, slack_url=slack.url, cloud_url=proxy.url, jira_url=jira.url, jira_email=jira.email
            )
            config = organisation.write(folder, port)
            environment = variables(f"sqlite:///{folder / 'suture.db'}", jira.api_token) | {"SUTURE_SLACK_PACE": "0"}
            process = SutureProcess(config, port, environment, folder / "log")
            storm = Storm(process, slack, cloud, jira, proxy, chance)
            await asyncio.to_thread(_open_groups, storm, groups)
            await asyncio.to_thread(process.start)
            pressing = (storm.presses() for _ in range(_PEOPLE))
            await asyncio.gather(storm.alerts(rate), storm.kills(kills, said), *pressing)
            said("the storm is over; waiting until nothing changes any more")
            await _quiet(storm, said)
            evidence = await asyncio.to_thread(storm.evidence)
            await asyncio.to_thread(process.stop)
    return evidence


def _open_groups(storm: Storm, count: int) -> None:
    vpc, _ = storm.cloud.network()
    for number in range(count):
        name = f"chaos-{number * 3}"
        storm.groups[name] = storm.cloud.security_group(vpc, name, [opening(port_of(name))])


async def _quiet(storm: Storm, said: Callable[[str], None], longest: float = 200.0) -> None:
    """Until every promise holds, or for as long as the slowest honest retry takes (a ticket of unknown outcome)."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        await asyncio.sleep(2)
        verdict = check(await asyncio.to_thread(storm.evidence))
        if verdict.holds:
            await asyncio.sleep(3)
            return
