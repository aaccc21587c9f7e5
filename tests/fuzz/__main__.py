"""``make fuzz``: many spoilt payloads over every source; where atheris is installed, as many again that it guides."""

from __future__ import annotations

import argparse
import importlib.util
import math
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, Phase, given, seed, settings
from rich.console import Console
from rich.table import Table

from tests.connectors.sources.payloads import SOURCES
from tests.fuzz.holding import hold
from tests.fuzz.spoiling import Spoilt, spoilt

_EACH = 500  # examples of one source from one seed, at most
_SHOWN = 3_000  # characters of what rose, and of the example


class Tally:
    """What came out."""

    def __init__(self) -> None:
        self.records: dict[str, Counter[str]] = {}

    def add(self, name: str, kinds: list[str]) -> None:
        told = self.records.setdefault(name, Counter())
        told["examples"] += 1
        told.update(kinds or ["refused"])


def play(source: str, examples: int, number: int, tally: Tally) -> None:
    """So many examples of one source from one seed. Raises what should not have risen, at its smallest example."""

    @seed(number)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilt(source))
    def holds(one: Spoilt) -> None:
        records = hold(SOURCES[one.source], one.body, one.headers)
        tally.add(source, [type(record).__name__ for record in records])

    holds()


def run(examples: int, first: int, start: int, said: Callable[[str], None]) -> tuple[Tally, list[str]]:
    """Rounds over every source until so many examples were tried; returns what failed, with how to see it again."""
    tally, failed = Tally(), []
    rounds = math.ceil(examples / (_EACH * len(SOURCES)))
    each = math.ceil(examples / (rounds * len(SOURCES)))
    for number in range(start, rounds):
        began = time.process_time()
        for source in SOURCES:
            try:
                play(source, each, first + number, tally)
            except Exception as error:  # noqa: BLE001 - whatever rises is what this looks for
                failed.append(f"{source}, again by --seed {first} --start {number}:\n{_told(error)}")
                said(failed[-1])
        took = time.process_time() - began
        again = f"go on with --seed {first} --start {number + 1}"
        said(f"round {number + 1} of {rounds}: {took:.0f} s of the processor; {again}")
    return tally, failed


def _told(error: Exception) -> str:
    """Where it rose and what it says, then the smallest example that hypothesis found."""
    notes = "\n".join(getattr(error, "__notes__", ()))
    error.__notes__ = []
    return "".join(traceback.format_exception(error, limit=-3, chain=False))[-_SHOWN:] + notes[:_SHOWN]


def guided(runs: int, number: int, said: Callable[[str], None]) -> int:
    """The same doors, by atheris; 0 where it is not installed: it has no wheel for every Python."""
    if importlib.util.find_spec("atheris") is None:
        said("atheris is not installed: no coverage-guided run (python -m pip install atheris, where it has a wheel)")
        return 0
    command = [sys.executable, "-m", "tests.fuzz.guided", f"-runs={runs}", f"-seed={number}"]
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Play, print; 1 when something rose or came out that should not."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument(
        "--guided", type=int, default=None, help="examples by atheris; as many as the others if not said"
    )
    parser.add_argument("--seed", type=int, default=20140407)
    parser.add_argument("--start", type=int, default=0, help="the round to go on with")
    chosen = parser.parse_args()
    console, began = Console(), time.monotonic()
    tally, failed = run(chosen.examples, chosen.seed, chosen.start, lambda line: console.print(line, markup=False))
    shown = Table("source", "examples", "findings", "quarantined", "refused", title="What came out")
    for source, told in tally.records.items():
        columns = [told[kind] for kind in ("examples", "Finding", "Quarantined", "refused")]
        shown.add_row(source, *(f"{count:,}" for count in columns))
    console.print(shown)
    total = sum(told["examples"] for told in tally.records.values())
    console.print(
        f"{total:,} examples from seed {chosen.seed} in {time.monotonic() - began:.0f} s, {len(failed)} failed"
    )
    runs = chosen.examples if chosen.guided is None else chosen.guided
    by_coverage = guided(runs, chosen.seed, lambda line: console.print(line, markup=False)) if runs else 0
    return int(bool(failed) or by_coverage != 0)


if __name__ == "__main__":
    sys.exit(main())
