"""Runs of SARIF 2.1.0 (OASIS): what one run of a tool says of itself, its rules and what it looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract.finding import Quarantined, Record, Resource, Snapshot
from connectors.formats.json_paths import At
from connectors.formats.reports import Report
from connectors.formats.repositories import repository_name
from connectors.formats.sarif_rules import Rule, read_rules
from connectors.quarantine import set_aside
from connectors.text import unquoted
from connectors.wild import Unreadable, Wild

NO_NAME = (
    "the report names no repository; post it with the header X-Suture-Resource so that its findings can be told apart"
)
_HEAD = ("tool", "automationDetails", "versionControlProvenance", "artifacts", "invocations")
_SHOWN = ("automationDetails", "versionControlProvenance")


@dataclass(slots=True)
class Run:
    """One run's head. ``seen`` counts equal results, to tell them apart by their order; by hash, since a run may have
    hundreds of thousands and the texts would be most of the memory."""

    tool: str
    resource: Resource
    scope: str  # "" when the run does not say what it looked at: then nothing can be called absent
    rules: Mapping[str, Rule]
    order: tuple[str, ...]  # rule ids by ruleIndex
    paths: tuple[str, ...]  # artifacts by index
    warnings: tuple[str, ...] = ()
    aside: tuple[Quarantined, ...] = ()  # rules that cannot be read; what breaks them is known by their ids alone
    observed_at: datetime | None = None  # when the run ended
    seen: Counter[int] = field(default_factory=Counter)


def heads_of(report: Report) -> dict[At, Wild]:
    """Each run's head, before any result: nothing promises that rules stand before results; some tools sort keys."""
    return report.heads("runs[]", *_HEAD, begun=("results",))


def run_of(head: Wild, named: str) -> Run:
    """One run's head, ``results`` aside; ``named`` is the sender's own name for what was scanned. Raises Unreadable."""
    tool = head.text("tool", "driver", "name") or "unnamed tool"
    provenance = next(head.items("versionControlProvenance"), Wild({}))
    repository = named or repository_name(provenance.text("repositoryUri", limit=1_000))
    aside: list[Quarantined] = []
    rules = read_rules(head.items("tool", "driver", "rules"), aside)
    order = tuple(rule.id for rule in rules)
    for extension in head.items("tool", "extensions"):
        rules += read_rules(extension.items("rules"), aside)
    # automationDetails.id is "<category>/<run>": the last part differs from run to run (SARIF 3.17.3)
    category = head.text("automationDetails", "id").rpartition("/")[0]
    scope = " ".join(("sarif", tool, repository, category)).strip() if repository else ""
    return Run(
        tool=tool,
        resource=Resource(id=repository, type="repository", name=repository, repository=repository),
        scope=scope,
        rules={rule.id: rule for rule in reversed(rules) if rule.id},
        order=order,
        paths=tuple(path_of(one.text("location", "uri", limit=1_000)) for one in head.items("artifacts")),
        warnings=() if repository else (NO_NAME,),
        aside=tuple(aside),
        observed_at=max(filter(None, (one.time("endTimeUtc") for one in head.items("invocations"))), default=None),
    )


def set_run_aside(error: Unreadable, head: Wild) -> Quarantined:
    """The quarantine entry for a run that cannot be read, with no more of its head than says which run it is."""
    return set_aside(error, Wild({key: head.get(key) for key in _SHOWN}))


def snapshot_of(run: Run, head: Wild) -> Iterator[Record]:
    """None for a run that failed half-way (``executionSuccessful``): what it did not reach is not gone."""
    if not isinstance(head.get("results"), list):  # a run without them has looked at nothing (SARIF 3.14.23)
        return
    try:
        failed = any(one.get("executionSuccessful") is False for one in head.items("invocations"))
    except Unreadable as error:
        yield set_run_aside(error, head)
        return
    if run.scope and not failed:
        yield Snapshot(run.scope, run.observed_at)


def path_of(uri: str) -> str:
    """The path that a URI of an artifact or a location names."""
    return unquoted(uri).removeprefix("file://").removeprefix("./")
