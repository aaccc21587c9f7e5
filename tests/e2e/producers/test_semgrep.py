"""semgrep finds, by a rule of the shop's own, a shell in its code; the case is the shop's owner's."""

from __future__ import annotations

import pytest

from tests.e2e.producers.repository import SOUND_CODE, WEAK_CODE, Repository
from tests.e2e.producers.seen import fixed, told
from tests.e2e.producers.tools import Pipeline, of_python
from tests.stories.world import World

RULES = """
rules:
  - id: shell-from-words
    languages: [python]
    severity: ERROR
    message: A command line put together from words runs whatever is in them.
    metadata: {cwe: "CWE-78", category: security}
    pattern: subprocess.run($A + $B, shell=True)
"""


async def scan(pipeline: Pipeline, shape: str) -> bytes:
    rules, to = pipeline.home / "rules.yaml", str(pipeline.home / "semgrep")
    rules.write_text(RULES, encoding="utf-8")
    quietly = ("--metrics=off", "--disable-version-check", "--quiet")
    words = ("scan", *quietly, "--config", str(rules), f"--{shape}", "--output", to, ".")
    return await pipeline.report(of_python("semgrep"), *words, to=to)


@pytest.mark.parametrize(("source", "shape"), [("sarif", "sarif"), ("semgrep", "json")], ids=["sarif", "json"])
async def test_found_and_repaired(world: World, shop: Repository, pipeline: Pipeline, source: str, shape: str) -> None:
    shop.write("receipts.py", WEAK_CODE)
    card = await told(world, source, await scan(pipeline, shape), "shell-from-words", 1)

    shop.write("receipts.py", SOUND_CODE)
    await fixed(world, source, await scan(pipeline, shape), card)
