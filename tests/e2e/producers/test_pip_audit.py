"""pip-audit asks OSV's API about what the shop requires; the case is the shop's owner's, under the name of the CVE."""

from __future__ import annotations

from tests.e2e.producers.repository import Repository
from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import Pipeline, of_python
from tests.fakes.advisories import Advisories
from tests.stories.world import World

ADVISORY = {
    "id": "PYSEC-2021-66",
    "aliases": ["CVE-2020-28493"],
    "summary": "The filter urlize is slow on hostile text",
    "modified": "2021-02-01T20:15:00Z",
    "affected": [
        {
            "package": {"name": "jinja2", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.11.3"}]}],
        }
    ],
}


async def scan(pipeline: Pipeline, advisories: Advisories) -> bytes:
    """Its report on what is required; without --no-deps it would ask an index what that requires in turn."""
    asks = ("--vulnerability-service", "osv", "--osv-url", f"{advisories.url}/v1/query")
    required = ("--no-deps", "--disable-pip", "-r", "requirements.txt")
    to = str(pipeline.home / "pip-audit.json")
    words = (*asks, *required, "--progress-spinner", "off", "-f", "json", "-o", to)
    return await pipeline.report(of_python("pip-audit"), *words, to=to)


async def test_found_and_repaired(world: World, shop: Repository, pipeline: Pipeline) -> None:
    with Advisories() as advisories:
        advisories.osv["jinja2", "2.11.2"] = [ADVISORY]
        shop.write("requirements.txt", "jinja2==2.11.2\n")
        card = await told(world, "pip-audit", await scan(pipeline, advisories), "CVE-2020-28493", 1)

        shop.write("requirements.txt", "jinja2==2.11.3\n")
        await fixed(world, "pip-audit", await scan(pipeline, advisories), card)
