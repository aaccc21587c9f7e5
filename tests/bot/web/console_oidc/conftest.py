"""A console whose people sign in at a fake provider, which speaks OpenID Connect over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.bot.web.console_browser import URL, Console, running_console
from tests.bot.web.console_oidc.organisation import CALLBACK, PEOPLE, configure
from tests.databases import Clock
from tests.fakes.oidc import FakeOidc


@pytest.fixture(scope="module")
def started() -> Iterator[FakeOidc]:
    with FakeOidc() as oidc:
        yield oidc


@pytest.fixture
def oidc(started: FakeOidc, clock: Clock) -> FakeOidc:
    started.reset()
    started.set(people=PEOPLE, who="ana", redirect_uris=[CALLBACK], post_logout_uris=[f"{URL}/sign-in"])
    started.set(now=clock().timestamp())
    return started


@pytest.fixture
async def console(database_url: str, tmp_path: Path, clock: Clock, oidc: FakeOidc) -> AsyncIterator[Console]:
    config = configure(tmp_path, oidc.issuer)
    async with running_console(config, database_url, clock, OIDC_SECRET=oidc.client_secret) as made:
        yield made
