"""``make authz``: the real steps against an oracle, over generated people, identities, acts, cases and levels."""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.authz.asking import Office, settings_from
from tests.authz.generate import organisation, question
from tests.authz.oracle import verdict

Oracle = Callable[[dict[str, Any], dict[str, Any]], str]
_EACH = 250  # questions to one organisation


@dataclass(slots=True)
class Tally:
    """What was asked, and where the two did not agree."""

    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    differences: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = field(default_factory=list)


async def play(folder: Path, cases: int, seed: int, oracle: Oracle = verdict) -> Tally:
    """Ask so many questions; returns how both answered."""
    random, tally = Random(seed), Tally()
    async with Office.opened(folder) as office:
        for number in range(0, cases, _EACH):
            made = organisation(random)
            settings = settings_from(folder / f"o{number}", made)
            for _ in range(min(_EACH, cases - number)):
                q = question(random, made)
                expected, said = oracle(made, q), await office.answer(settings, q)
                tally.answers[(q["act"], said)] += 1
                if expected != said:
                    tally.differences.append((expected, said, made, q))
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.authz", description="Who may do what, asked many times.")
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=20140407)
    chosen = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        tally = asyncio.run(play(Path(folder), chosen.cases, chosen.seed))
    table = Table("act", "answer", "times", title=f"{chosen.cases} questions, seed {chosen.seed}")
    for (act, said), times in sorted(tally.answers.items()):
        table.add_row(act, said, str(times))
    Console().print(table)
    print(f"{len(tally.differences)} differences from the oracle, in {time.monotonic() - begun:.0f} s")
    for expected, said, _, q in tally.differences[:10]:
        print(f"expected {expected}, was {said}: {q}")
    sys.exit(bool(tally.differences))


if __name__ == "__main__":
    main()
