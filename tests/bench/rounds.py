"""The two rows that are measured several times, spread over the run, each with all that was measured.

Whoever else uses the machine only ever takes something away, for minutes at a time: the best of some rounds is nearest
to what the code does, and the others say how much was taken.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.reports import ReportRead, read_report
from tests.bench.row import TEAMS, Row, Scale, objects, running, warm
from tests.harness.load import closed_loop, finding, signed
from tests.harness.organisation import AS_SHIPPED


@dataclass(frozen=True, slots=True)
class Round:
    """What one round measured, each on a new process and database."""

    batches: float  # findings a second
    after_batches: str  # objects made and asked just after
    report: ReportRead
    after_report: str


def rounds(folder: Path, scale: Scale) -> Iterator[Round]:
    """One after the other, each when it is asked for."""
    for number in range(scale.rounds):
        here = folder / str(number)
        yield Round(_batches(here / "batches", scale), objects(scale), _report(here / "report", scale), objects(scale))


def _batches(folder: Path, scale: Scale) -> float:
    """Sixty-four findings a post, all new, over a few cases; as many connections as the echo, Slack's limits kept."""
    with running(folder, AS_SHIPPED) as (process, _):
        warm(process)
        alerts = [
            signed(f"b{n}", [finding(f"rule-{n % 20}", n % TEAMS, n * 64 + i) for i in range(64)])
            for n in range(scale.batches)
        ]
        sent = asyncio.run(closed_loop(f"{process.url}/v1/alerts/generic", alerts))
        assert sent.refused == sent.broken == 0
    return scale.batches * 64 / sent.took


def _report(folder: Path, scale: Scale) -> ReportRead:
    """A SARIF file of a pipeline's size."""
    with running(folder) as (process, slack):
        warm(process)
        return asyncio.run(read_report(process, slack, scale.results))


def rows_of(measured: Sequence[Round]) -> list[Row]:
    """Both rows: the best round, then every round in its order."""
    batches = [one.batches for one in measured]
    report = min((one.report for one in measured), key=lambda read: read.queryable)
    took = _best_and_all(report.queryable, [one.report.queryable for one in measured], lambda s: f"{s:.2f}", " s")
    split = f"{report.accepted:.2f} s to the 202, {report.cpu:.2f} s of the processor"
    return [
        Row(
            "new findings in batches of 64",
            _best_and_all(max(batches), batches, lambda rate: f"{rate:,.0f}", " findings/s"),
            "10,000 findings/s",
            f"objects just after: {', '.join(one.after_batches for one in measured)}",
        ),
        Row(
            f"SARIF of {report.findings:,} findings, accepted to queryable",
            f"{took}; {split}",
            "under 1 s",
            f"objects just after: {', '.join(one.after_report for one in measured)}; "
            "DefectDojo and Keep: docs/performance.md",
        ),
    ]


def _best_and_all(best: float, each: Sequence[float], words: Callable[[float], str], unit: str) -> str:
    return f"{words(best)}{unit}, the best of {len(each)} ({', '.join(map(words, each))})"
