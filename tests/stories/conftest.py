"""The world of the stories; the fakes are processes of their own and serve a whole session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from bot.store import tables as t
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.stories.organisation import CHANNELS, CONFIG, PEOPLE, Changed, variables, write_config
from tests.stories.running import Running, StoryClock, eventually, free_port, wired
from tests.stories.world import World


@pytest.fixture(scope="session")
def cloud() -> Iterator[FakeCloud]:
    with FakeCloud.start() as running:
        yield running


@pytest.fixture
def cloud_url(cloud: FakeCloud) -> str:
    """Where Suture speaks with the cloud; a story may stand in between."""
    return cloud.url


@pytest.fixture
def jira() -> Iterator[FakeJira]:
    with FakeJira() as running:
        running.project("PAY")
        running.project("SEC")
        yield running


@pytest.fixture
def changed() -> Changed:
    """What is different in this story's organisation; a story's own fixture of that name says so."""
    return Changed()


@pytest.fixture
def policy() -> str:
    """config/policy.yaml of the story; a story with rules of its own gives others."""
    return CONFIG["policy.yaml"]


@pytest.fixture
def jira_more() -> str:
    """Further keys of ``jira`` in config/suture.yaml, for the stories of a file that needs them."""
    return ""


@pytest.fixture
async def world(
    database_url: str,
    tmp_path: Path,
    cloud: FakeCloud,
    cloud_url: str,
    jira: FakeJira,
    policy: str,
    changed: Changed,
    jira_more: str,
) -> AsyncIterator[World]:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    limits = {
        "channel_per_second": 1000,
        "channel_burst": 1000,
        "workspace_posts_per_minute": 100000,
        "tier_2_per_minute": 100000,
        "tier_3_per_minute": 100000,
        "tier_4_per_minute": 100000,
    }
    scopes = ("chat:write", "commands", "channels:history", *changed.scopes)
    with FakeSlack(app_url=f"{url}/slack/events", limits=limits, scopes=scopes) as slack:
        slack.settings(socket_mode=changed.socket_mode)
        for name, channel in CHANNELS.items():
            slack.add_channel(channel, name)
        for name, person in PEOPLE.items():
            slack.add_person(person, name)
        config = write_config(
            tmp_path,
            slack_url=slack.url,
            app_port=port,
            cloud_url=cloud_url,
            jira=jira,
            changed={"policy.yaml": policy} | dict(changed.files),
            slack=changed.slack,
            console=changed.console,
            jira_more=jira_more,
        )
        clock = StoryClock()
        wiring = wired(config, variables(database_url, jira), clock)
        running = Running(wiring, port)
        await running.start()
        async with httpx2.AsyncClient(timeout=20) as http:
            made = World(url, wiring, slack, cloud, jira, http, clock)
            await eventually(lambda: made.rows(t.context_read), "the inventory, which a worker reads first")
            yield made
        await running.stop()


@pytest.fixture
def open_group(world: World) -> str:
    """A security group with SSH open to the world."""
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    return world.cloud.security_group(vpc, "shop", [opening(22, Description="for the contractor")])
