"""Bandit finds a shell in the shop's code; its case is the shop's owner's, and is fixed once the code is."""

from __future__ import annotations

from tests.e2e.producers.repository import NAME, SOUND_CODE, WEAK_CODE, Repository
from tests.e2e.producers.seen import fixed_on_the_same_card, told_to_payments_alone
from tests.e2e.producers.tools import Pipeline, of_python
from tests.stories.world import World

TITLE = "B602"


async def test_as_sarif(world: World, shop: Repository, pipeline: Pipeline) -> None:
    async def scanned() -> bytes:
        to = str(pipeline.home / "bandit.sarif")
        return await pipeline.report(of_python("bandit"), "-q", "-r", ".", "-f", "sarif", "-o", to, to=to)

    shop.write("receipts.py", WEAK_CODE)
    first = await world.report("sarif", await scanned(), of=NAME)
    assert (first["state"], first["findings"], first["quarantined"]) == ("done", 2, 0)
    card = await told_to_payments_alone(world, TITLE)

    shop.write("receipts.py", SOUND_CODE)
    await world.report("sarif", await scanned(), of=NAME)
    await fixed_on_the_same_card(world, card)
