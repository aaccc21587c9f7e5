"""npm audit asks its registry about what the shop's pages need; the case is the shop's owner's."""

from __future__ import annotations

import json

from tests.e2e.producers.repository import Repository
from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import FOUND_SOMETHING, Pipeline, of_the_system
from tests.fakes.advisories import Advisories
from tests.stories.world import World

ADVISORY = {
    "id": 1092310,
    "url": "https://github.com/advisories/GHSA-c2qf-rxjj-qqgw",
    "title": "semver is slow on hostile version ranges",
    "severity": "high",
    "vulnerable_versions": ">=7.0.0 <7.5.2",
    "cwe": ["CWE-1333"],
    "cvss": {"score": 7.5, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H"},
}


def needing(shop: Repository, version: str) -> None:
    """The shop's pages need semver in this version."""
    about = {"name": "shop", "version": "1.0.0", "private": True, "dependencies": {"semver": version}}
    packages = {"": about, "node_modules/semver": {"version": version}}
    shop.write("package.json", json.dumps(about))
    shop.write("package-lock.json", json.dumps({**about, "lockfileVersion": 3, "packages": packages}))


async def scan(pipeline: Pipeline, advisories: Advisories) -> bytes:
    said = await pipeline.run(
        of_the_system("npm"), "audit", "--json", "--registry", advisories.url, codes=FOUND_SOMETHING
    )
    return said.encode()


async def test_found_and_repaired(world: World, shop: Repository, pipeline: Pipeline) -> None:
    with Advisories() as advisories:
        advisories.npm["semver"] = [ADVISORY]
        advisories.versions["semver"] = ["7.5.1", "7.5.2"]
        needing(shop, "7.5.1")
        card = await told(world, "npm-audit", await scan(pipeline, advisories), "semver", 1)

        needing(shop, "7.5.2")
        await fixed(world, "npm-audit", await scan(pipeline, advisories), card)
