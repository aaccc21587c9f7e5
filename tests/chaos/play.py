"""The whole storm from its first kill to the quiet after it, with the world around that nobody kills."""

from __future__ import annotations

import asyncio
import math
import os
import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx2

from tests.chaos.checker import check
from tests.chaos.evidence import Evidence
from tests.chaos.house import ACCOUNTS, HOLES, PEOPLE, SECURITY, Hole, files
from tests.chaos.installation import installed
from tests.chaos.killing import Killer
from tests.chaos.outside import Reader
from tests.chaos.people import Screens
from tests.chaos.storm import Said, Scale, Storm, port_of
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.free_port import free_port
from tests.harness.organisation import UNLIMITED, Organisation, channel_of, variables
from tests.harness.process import ROOT

_PEOPLE = 6  # who press and type at the same time
_NOTHING_MOVES = 240.0  # seconds without any change until it is over: longer than the slowest honest retry of a ticket


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
                    async with asyncio.TaskGroup() as at_once:
                        for each in (storm.alerts(), storm.deaths(killer, said)):
                            at_once.create_task(each)
                        for number in range(_PEOPLE):
                            at_once.create_task(storm.people(number))
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
        slack.http.timeout = jira.http.timeout = None  # a fake that is slow on a busy machine is no finding
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
        group = cloud.security_group(networks[account], name, [opening(port_of(number))], account)
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
        except httpx2.TransportError:  # busy, or gone: then it would never answer
            storm.machines.nobody_gave_up()
            time.sleep(0.5)
