"""The world of the stories, whose payments team owns what the scanners look at, and a pipeline that runs them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors import registry
from connectors.contract.source import Family
from tests.databases import Databases
from tests.e2e.producers.repository import NAME, Repository
from tests.e2e.producers.repository import repository as made
from tests.e2e.producers.tools import Pipeline
from tests.stories.organisation import Changed, teams_with

REPORTS = [source.id for source in registry.sources().values() if source.family is Family.REPORT]
PUSHING = ("alertmanager", "aws-securityhub", *REPORTS)
SOURCES = "sources:\n" + "".join(f"  {name}: {{secrets: [{{env: SUTURE_TEST_TOKEN}}]}}\n" for name in PUSHING)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Prowler first: it takes as long as all others together, who meanwhile find their places beside it."""
    items.sort(key=lambda item: "producers/test_prowler" not in item.nodeid)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """One kind of database is enough here: what differs between them is the stories' concern."""
    url = databases.fresh("sqlite")
    yield url
    databases.discard(url)


@pytest.fixture
def changed() -> Changed:
    def owned(told: dict[str, Any]) -> None:
        told["teams"][0]["owns"] += [{"repository": NAME}, {"host": "localhost"}]

    return Changed(files={"sources.yaml": SOURCES, "teams.yaml": teams_with(owned)})


@pytest.fixture
def shop(tmp_path: Path) -> Repository:
    """The shop's repository, still empty."""
    return made(tmp_path / "shop")


@pytest.fixture
def pipeline(tmp_path: Path, shop: Repository) -> Pipeline:
    home = tmp_path / "home"
    home.mkdir()
    return Pipeline(shop.folder, home)
