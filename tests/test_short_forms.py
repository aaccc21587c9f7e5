"""The slow suites in their short form: they still run, and what they promise still holds. No time is asserted here."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bench.rows import SHORT, all_rows
from tests.chaos.checker import check
from tests.chaos.storm import play


def test_the_bench_measures_every_row(tmp_path: Path) -> None:
    said: list[str] = []

    rows = all_rows(tmp_path, SHORT, lambda row: said.append(row.what))

    assert [row.what for row in rows] == said
    assert all(row.measured for row in rows)
    for what in ("echo", "start-up", "1 in 20 a new case", "batches of 64", "accepted to posted", "click", "affected"):
        assert any(what in each for each in said), f"nothing was measured of {what!r}"


def test_a_short_storm_breaks_no_promise(tmp_path: Path) -> None:
    said: list[str] = []

    evidence = asyncio.run(play(tmp_path, 2, 6, 1404, 30, said.append))
    verdict = check(evidence)

    assert verdict.holds, verdict
    assert len(evidence.accepted) > 20
    assert sum("up again" in line for line in said) == 2
