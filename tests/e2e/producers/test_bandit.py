"""Bandit finds a shell in the shop's code; its case is the shop's owner's, and is fixed once the code is."""

from __future__ import annotations

import pytest

from tests.e2e.producers.repository import SOUND_CODE, WEAK_CODE, Repository
from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import Pipeline, of_python
from tests.stories.world import World


async def scan(pipeline: Pipeline, shape: str) -> bytes:
    """Its report about the one check that this is about: a repaired call is still remarked on by lesser ones."""
    to = str(pipeline.home / "bandit")
    return await pipeline.report(of_python("bandit"), "-q", "-r", ".", "-t", "B602", "-f", shape, "-o", to, to=to)


@pytest.mark.parametrize(("source", "shape"), [("sarif", "sarif"), ("bandit", "json")], ids=["sarif", "json"])
async def test_found_and_repaired(world: World, shop: Repository, pipeline: Pipeline, source: str, shape: str) -> None:
    shop.write("receipts.py", WEAK_CODE)
    card = await told(world, source, await scan(pipeline, shape), "B602", 1)

    shop.write("receipts.py", SOUND_CODE)
    await fixed(world, source, await scan(pipeline, shape), card)
