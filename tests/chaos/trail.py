"""What an exported audit trail says of runs and of questions, read anew here: none of the product's own reading."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import rfc8785

from tests.chaos.house import PEOPLE

_ENDED = ("apply ended", "undo ended")
_ITSELF = "suture"  # who, where the clock or a worker did it


@dataclass(slots=True)
class Run:
    """One run: how often it was begun and ended, and by whose yes."""

    id: str
    case: str
    kind: str  # apply or undo
    at: datetime | None = None  # when it was let loose
    requester: str = ""
    approvers: Sequence[str] = ()
    begun: int = 0
    ended: list[str] = field(default_factory=list)  # done, failed, undone, unknown, cancelled
    last: int = 0  # the record of its end
    off: bool = False  # a queued one that the clock took out again


@dataclass(slots=True)
class Question:
    """One approval: who asked, and each record that ended it (act, who)."""

    id: str
    requester: str
    ends: list[tuple[str, str]] = field(default_factory=list)
    yes: list[str] = field(default_factory=list)  # who said it


def chain_breaks(trail: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The records that do not follow from the one before: sequence, previous hash, own hash (docs: audit.md)."""
    broken, last = [], "0" * 64
    for number, record in enumerate(trail, start=1):
        words = {name: value for name, value in record.items() if name != "hash"}
        own = hashlib.sha256(rfc8785.dumps(words)).hexdigest()
        if (record["sequence"], record["previous"], record["hash"]) != (number, last, own):
            broken.append(f"record {record['sequence']}")
        last = str(record["hash"])
    return tuple(broken)


def decided(trail: Iterable[Mapping[str, Any]]) -> Counter[tuple[str, str, str]]:
    """How many records there are by (target, act, person), whatever their outcome.

    Whom Suture could not make sure of stands there, and is refused, under the identity that pressed."""
    return Counter((each["target"], each["act"], _person(each["who"])) for each in trail if each["who"] != _ITSELF)


def _person(who: str) -> str:
    return PEOPLE.get(who.rpartition(":")[2], who)


def unreasoned(trail: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Refusals that do not say why."""
    no = ("refused", "invalid", "stale")
    return tuple(_named(each) for each in trail if each["outcome"] in no and not each["detail"].get("why"))


def freezes_of(trail: Iterable[Mapping[str, Any]]) -> int:
    """How many freezes should hold after these decisions: one that ends a freeze ends all of its place."""
    held: Counter[str] = Counter()
    for each in trail:
        if each["act"] in ("freeze", "unfreeze") and each["outcome"] == "done":
            held[each["target"]] = held[each["target"]] + 1 if each["act"] == "freeze" else 0
    return held.total()


def runs_of(trail: Iterable[Mapping[str, Any]]) -> dict[str, Run]:
    """Every run that the trail knows, in the order in which they were asked for."""
    runs: dict[str, Run] = {}
    for each in trail:
        detail, done = each["detail"], each["outcome"] == "done"
        if done and each["act"] in ("fix", "approve", "undo") and detail.get("run"):
            run = runs.setdefault(detail["run"], Run(detail["run"], each["target"], _kind(each)))
            run.begun, run.at = run.begun + 1, _moment(each)
            run.requester = detail.get("requester", each["who"])
            run.approvers = detail.get("approved by", ())
        elif each["act"] in _ENDED:
            name = each["where_from"].removeprefix("run ").partition(",")[0]
            run = runs.setdefault(name, Run(name, each["target"], each["act"].partition(" ")[0]))
            run.ended.append(each["outcome"])
            run.last = each["sequence"]
        elif each["who"] == _ITSELF and detail.get("of") in runs:
            run = runs[detail["of"]]
            run.at = _moment(each) if detail["why"].startswith("The change window is open") else run.at
            run.off = run.off or detail["why"].startswith("The queued fix is off")
    return runs


def questions_of(trail: Iterable[Mapping[str, Any]]) -> dict[str, Question]:
    """Every approval that the trail knows: the first record asks, each later one ends it."""
    asked: dict[str, Question] = {}
    for each in trail:
        detail = each["detail"]
        name = detail.get("approval") or detail.get("of", "")
        if name in asked and (each["outcome"] == "done" or each["who"] == _ITSELF):
            asked[name].ends.append((each["act"], each["who"]))
            asked[name].yes += [each["who"]] if detail.get("answer") == "yes" else []
        elif detail.get("approval") and each["outcome"] == "done":
            asked[name] = Question(name, each["who"])
    return asked


def _kind(record: Mapping[str, Any]) -> str:
    return "undo" if record["act"] == "undo" else "apply"


def _moment(record: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(record["at"])


def _named(record: Mapping[str, Any]) -> str:
    return f"record {record['sequence']} ({record['act']} on {record['target']}: {record['outcome']})"
