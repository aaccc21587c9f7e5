"""detect-secrets finds a token in the shop's settings; its owner hears of it, and the token is kept nowhere."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa

from bot.store import tables as t
from tests.e2e.producers.repository import LEAKED, NAME, WITH_SECRET, WITHOUT_SECRET, Repository
from tests.e2e.producers.seen import told
from tests.e2e.producers.tools import Pipeline, of_python
from tests.stories.world import World


async def scan(pipeline: Pipeline) -> bytes:
    """The baseline that it prints."""
    return (await pipeline.run(of_python("detect-secrets"), "scan")).encode()


async def test_found_and_still_leaked_once_it_left_the_code(world: World, shop: Repository, pipeline: Pipeline) -> None:
    shop.write("settings.ini", WITH_SECRET)
    card = await told(world, "detect-secrets", await scan(pipeline), "Slack Token", 1)
    await kept_nowhere(world, card.shown)

    shop.write("settings.ini", WITHOUT_SECRET)
    said = await world.report("detect-secrets", await scan(pipeline), of=NAME)
    assert (said["state"], said["findings"], said["resolved"], said["quarantined"]) == ("done", 0, 0, 0)
    assert [case.state for case in await world.rows(t.cases)] == ["open"]


async def kept_nowhere(world: World, shown: str) -> None:
    """Neither the token, nor the bare SHA-1 that the report has of it, from which a weak secret is soon guessed."""
    async with world.wiring.store.read() as connection:
        held = (await connection.execute(sa.select(t.finding))).all()
    assert NAME in str(held)
    for secret in (LEAKED, hashlib.sha1(LEAKED.encode()).hexdigest()):
        assert secret not in str(held) + shown
