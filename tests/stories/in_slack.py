"""The organisation of the stories as it runs: its Slack, its cloud, its Jira, and the application between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx2

from bot.store import tables as t
from connectors.contract.fix import Fix
from tests.fakes.cloud import FakeCloud
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.free_port import free_port
from tests.plain_http import NO_TLS
from tests.stories.organisation import CHANNELS, CONFIG, PEOPLE, Changed, variables, write_config
from tests.stories.running import Running, StoryClock, eventually, wired
from tests.stories.world import World

NO_LIMITS = {
    "channel_per_second": 1000,
    "channel_burst": 1000,
    "workspace_posts_per_minute": 100000,
    "tier_2_per_minute": 100000,
    "tier_3_per_minute": 100000,
    "tier_4_per_minute": 100000,
}


@asynccontextmanager
async def in_slack(
    folder: Path,
    database_url: str,
    slack: FakeSlack,
    cloud: FakeCloud,
    jira: FakeJira,
    *,
    cloud_url: str = "",
    policy: str = CONFIG["policy.yaml"],
    changed: Changed | None = None,
    jira_more: str = "",
    fixes: Mapping[str, Fix] | None = None,
) -> AsyncIterator[World]:
    """The running application, in a workspace that is new; ``slack`` was started with NO_LIMITS.

    ``cloud_url``: where Suture speaks with the cloud, when a story stands in between. ``fixes``: those that are
    installed, when not all there are.
    """
    changed = changed or Changed()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    scopes = ("chat:write", "commands", "channels:history", *changed.scopes)
    slack.reset(app_url=f"{url}/slack/events", scopes=scopes)
    _furnish(slack, changed)
    config = write_config(
        folder,
        slack_url=slack.url,
        app_port=port,
        cloud_url=cloud_url or cloud.url,
        jira=jira,
        changed={"policy.yaml": policy} | dict(changed.files),
        slack=changed.slack,
        console=changed.console,
        jira_more=jira_more,
    )
    clock = StoryClock()
    wiring = wired(config, variables(database_url, jira), clock)
    wiring = wiring if fixes is None else replace(wiring, fixes=fixes)
    running = Running(wiring, port)
    await running.start()
    async with httpx2.AsyncClient(timeout=20, verify=NO_TLS) as http:
        made = World(url, wiring, slack, cloud, jira, http, clock)
        await eventually(lambda: made.rows(t.context_read), "the inventory, which a worker reads first")
        yield made
    await running.stop()


def _furnish(slack: FakeSlack, changed: Changed) -> None:
    slack.settings(socket_mode=changed.socket_mode)
    for name, channel in CHANNELS.items():
        slack.add_channel(channel, name)
    for name, person in PEOPLE.items():
        slack.add_person(person, name)
