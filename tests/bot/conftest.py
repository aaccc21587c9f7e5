"""A terminal before one configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.terminal import Terminal
from tests.bot.web import served
from tests.databases import Databases


@pytest.fixture
def terminal(databases: Databases, tmp_path: Path) -> Iterator[Terminal]:
    url = databases.fresh("sqlite")
    yield Terminal(served.write_config(tmp_path), served.variables(url))
    databases.discard(url)
