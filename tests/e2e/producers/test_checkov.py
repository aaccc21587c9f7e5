"""Checkov finds SSH open to the world in the shop's Terraform; the case is the shop's owner's."""

from __future__ import annotations

import pytest

from tests.e2e.producers.repository import OPEN_TO_ALL, OPEN_TO_FEW, Repository
from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import Pipeline, of_python
from tests.stories.world import World


async def scan(pipeline: Pipeline, shape: str) -> bytes:
    """Its report about this check alone; without --skip-download it asks its maker's servers."""
    about = ("-d", ".", "--framework", "terraform", "--check", "CKV_AWS_24", "--skip-download", "--quiet")
    written = "results_sarif.sarif" if shape == "sarif" else "results_json.json"
    words = (*about, "-o", shape, "--output-file-path", str(pipeline.home))
    return await pipeline.report(of_python("checkov"), *words, to=written)


@pytest.mark.parametrize(("source", "shape"), [("sarif", "sarif"), ("checkov", "json")], ids=["sarif", "json"])
async def test_found_and_repaired(world: World, shop: Repository, pipeline: Pipeline, source: str, shape: str) -> None:
    shop.write("main.tf", OPEN_TO_ALL)
    card = await told(world, source, await scan(pipeline, shape), "port 22", 1)

    shop.write("main.tf", OPEN_TO_FEW)
    await fixed(world, source, await scan(pipeline, shape), card)
