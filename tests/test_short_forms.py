"""The slow suites in their short form: they still run, and what they promise still holds. No time is asserted here."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path
from typing import Any

import pytest

from tests.authz.__main__ import play as ask
from tests.authz.oracle import verdict
from tests.bench import storm as many_at_once
from tests.bench.row import SHORT
from tests.bench.rows import all_rows
from tests.chaos.checker import check
from tests.chaos.play import play
from tests.chaos.storm import SHORT as FEW_KILLS

pytestmark = pytest.mark.timeout(400)  # each plays for a minute, beside other tests


def test_the_bench_measures_every_row(tmp_path: Path) -> None:
    said: list[str] = []

    rows = all_rows(tmp_path, SHORT, lambda row: said.append(row.what))

    assert [row.what for row in rows] == said
    assert all(row.measured for row in rows)
    measured = ("echo", "start-up", "1 in 20 a new case", "batches of 64", "accepted to posted", "click", "affected")
    for what in (*measured, "accepted to queryable", "SARIF file of"):
        assert any(what in each for each in said), f"nothing was measured of {what!r}"


def test_a_short_storm_breaks_no_promise(tmp_path: Path) -> None:
    said: list[str] = []

    evidence, kills = asyncio.run(play(tmp_path, FEW_KILLS, said.append))

    assert check(evidence, within=math.inf).broken == {}, said
    assert len(evidence.accepted) > 5
    assert sum(note.sure for note in evidence.notes) > 5
    assert sum(kills.values()) == FEW_KILLS.kills
    assert sum("up again" in line for line in said) == FEW_KILLS.kills - 2  # two while the tables were made


def test_who_may_do_what_agrees_with_the_oracle(tmp_path: Path) -> None:
    tally = asyncio.run(ask(tmp_path, 400, 20140407))

    assert tally.differences == []
    assert {"refused", "allowed", "runs", "asks L3", "more wanted"} <= {said for _, said in tally.answers}


def test_an_oracle_that_lets_people_approve_for_themselves_does_not_agree(tmp_path: Path) -> None:
    def lenient(made: dict[str, Any], question: dict[str, Any]) -> str:
        return verdict(made, question | {"requester": "nobody"})

    tally = asyncio.run(ask(tmp_path, 400, 20140407, lenient))

    assert {q["act"] for *_, q in tally.differences} == {"approve"}


def test_a_short_storm_of_new_cases_is_told_truly_though_the_process_is_killed(tmp_path: Path) -> None:
    said: list[str] = []

    evidence = many_at_once.play(tmp_path, many_at_once.SHORT, said.append)

    assert evidence.exact, evidence
    assert evidence.accepted >= many_at_once.SHORT.alerts
    assert len(evidence.criticals) == many_at_once.SHORT.criticals
    assert sum(each.together for each in evidence.channels.values()) > 0
