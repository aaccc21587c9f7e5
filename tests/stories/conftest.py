"""The world of the stories; the fakes are processes of their own and serve a whole session."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest

from connectors import registry
from connectors.contract.fix import Fix
from tests.fakes.cloud import FakeCloud, opening
from tests.fakes.fault_proxy import FaultProxy
from tests.fakes.jira.client import FakeJira
from tests.fakes.slack.client import FakeSlack
from tests.stories.in_slack import NO_LIMITS, in_slack
from tests.stories.organisation import CONFIG, Changed
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
async def between(cloud: FakeCloud) -> AsyncIterator[FaultProxy]:
    """What a story puts between Suture and the cloud, by its own ``cloud_url``."""
    async with FaultProxy(cloud.url) as proxy:
        yield proxy


@pytest.fixture(scope="session")
def jira_for_all() -> Iterator[FakeJira]:
    with FakeJira() as running:
        yield running


@pytest.fixture
def jira(jira_for_all: FakeJira) -> FakeJira:
    """As new for each story."""
    jira_for_all.reset()
    jira_for_all.project("PAY")
    jira_for_all.project("SEC")
    return jira_for_all


@pytest.fixture(scope="session")
def slack_for_all() -> Iterator[FakeSlack]:
    with FakeSlack(limits=NO_LIMITS) as running:
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
def fixes() -> Mapping[str, Fix]:
    """The fixes that are installed."""
    return registry.fixes()


@pytest.fixture
def jira_more() -> str:
    """Further keys of ``jira`` in config/suture.yaml, for the stories of a file that needs them."""
    return ""


@pytest.fixture
async def world(
    database_url: str,
    tmp_path: Path,
    slack_for_all: FakeSlack,
    cloud: FakeCloud,
    cloud_url: str,
    jira: FakeJira,
    policy: str,
    changed: Changed,
    jira_more: str,
    fixes: Mapping[str, Fix],
) -> AsyncIterator[World]:
    more = {"cloud_url": cloud_url, "policy": policy, "jira_more": jira_more, "fixes": fixes}
    async with in_slack(tmp_path, database_url, slack_for_all, cloud, jira, changed=changed, **more) as made:
        yield made


@pytest.fixture
def open_group(world: World) -> str:
    """A security group with SSH open to the world."""
    assert world.cloud is not None
    vpc, _ = world.cloud.network()
    return world.cloud.security_group(vpc, "shop", [opening(22, Description="for the contractor")])
