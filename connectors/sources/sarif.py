"""SARIF files of any code scanner, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Record, Snapshot
from connectors.contract.source import Headers, Opened, Source, SourceOptions
from connectors.formats.sarif import Run, read_result, run_of
from connectors.formats.streaming import stream
from connectors.quarantine import each, set_aside
from connectors.signing import bearer, standard_webhooks
from connectors.text import clean
from connectors.wild import Unreadable, Wild

ID = "sarif"
_NAMED = "x-suture-resource"
_NONE: Headers = {}
_RUN, _RESULT = "runs.item", "runs.item.results.item"
_HEAD_PARTS = ("automationDetails", "versionControlProvenance", "artifacts", "invocations")
_HEADS = frozenset({"version", "runs.item.tool", *(f"runs.item.{part}" for part in _HEAD_PARTS)})
_NO_LOG = "no SARIF log: a version 2.1.0 and a list runs are not there"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """A whole log. Each run that says which repository it looked at is a snapshot of it."""
    log = Wild(opened.body, opened.pointer)
    if not isinstance(log.value, dict) or not isinstance(log.value.get("runs"), list) or "version" not in log.value:
        raise UnknownShape(_NO_LOG)
    named = clean(opened.headers.get(_NAMED, ""))
    for told in log.items("runs"):
        try:
            run = run_of(told, named)
            for result in told.items("results"):
                yield from _read(run, result)
            if told.get("results") is not None:
                yield from _snapshot(run, told)
        except Unreadable as error:
            yield set_aside(error, Wild({key: held for key, held in _head(told).items() if key != "artifacts"}))


def _head(told: Wild) -> dict[str, Any]:
    held = told.value if isinstance(told.value, dict) else {}
    return {key: held.get(key) for key in ("automationDetails", "versionControlProvenance")}


def _read(run: Run, result: Wild) -> Iterator[Record]:
    return each([result], lambda told: read_result(ID, run, told))


def _snapshot(run: Run, head: Wild) -> Iterator[Snapshot]:
    """None for a run that failed half-way (``executionSuccessful``): what it did not reach is not gone."""
    failed = any(one.get("executionSuccessful") is False for one in head.items("invocations"))
    if run.scope and not failed:
        yield Snapshot(run.scope, run.observed_at)


def read_report(file: IO[bytes], options: SourceOptions, headers: Headers = _NONE) -> Iterator[Record]:
    """The same records from a file of any size: first the runs' heads, then the results pass by one at a time.

    Two passes, because nothing promises that a run's rules stand before its results; some tools sort their keys.
    """
    named = clean(headers.get(_NAMED, ""))
    heads = _read_heads(file)
    runs: list[Run | None] = []
    for head in heads:
        try:
            runs.append(run_of(head, named))
        except Unreadable as error:
            runs.append(None)
            yield set_aside(error, Wild(_head(head)))
    file.seek(0)
    yield from _walk(file, heads, runs)


def _walk(file: IO[bytes], heads: list[Wild], runs: list[Run | None]) -> Iterator[Record]:
    place = count = 0
    for prefix, value in stream(file, frozenset({_RESULT}), frozenset({_RUN, "runs.item.results"})):
        run = runs[place]
        if prefix == _RESULT and run is not None:
            yield from _read(run, Wild(value, f"/runs/{place}/results", count))
            count += 1
        elif prefix == "runs.item.results" and run is not None:
            yield from _ended(run, heads[place])
        elif prefix == _RUN:
            place, count = place + 1, 0


def _ended(run: Run, head: Wild) -> Iterator[Record]:
    try:
        yield from tuple(_snapshot(run, head))
    except Unreadable as error:
        yield set_aside(error, Wild(_head(head)))


def _read_heads(file: IO[bytes]) -> list[Wild]:
    heads: list[Wild] = []
    head: dict[str, Any] = {}
    version = ""
    for prefix, value in stream(file, _HEADS, frozenset({_RUN, "runs"})):
        if prefix == _RUN:
            heads.append(Wild(head, f"/runs/{len(heads)}"))
            head = {}
        elif prefix == "version":
            version = str(value)
        elif prefix != "runs":
            head[prefix.rpartition(".")[2]] = value
    if not version or not heads:
        raise UnknownShape(_NO_LOG)
    return heads


SOURCE = Source(
    id=ID,
    title="SARIF",
    verifiers=(bearer(), standard_webhooks()),
    parse=parse,
    read_report=read_report,
    headers=(_NAMED,),
    docs=(
        "Let the scanner write SARIF 2.1.0 and post the file to /v1/scans/sarif with Authorization: Bearer and the "
        "secret. If the scanner does not write versionControlProvenance (few do), say which repository it is in the "
        "header X-Suture-Resource: github.com/acme/payments. What a later run of the same tool on the same repository "
        "no longer shows is resolved."
    ),
)
