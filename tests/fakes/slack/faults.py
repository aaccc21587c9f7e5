"""What goes wrong on purpose: lost answers, server errors, slowness, refusals by name."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    LATENCY = "latency"  # the answer comes ``seconds`` late
    STATUS_BEFORE = "status_before"  # HTTP ``status``, and nothing was done
    STATUS_AFTER = "status_after"  # it was done, and the answer is HTTP ``status``
    DROP_BEFORE = "drop_before"  # the connection dies, and nothing was done
    DROP_AFTER = "drop_after"  # it was done, and the connection dies: a lost answer
    HALF_ANSWER = "half_answer"  # it was done, and the answer stops in the middle
    ERROR = "error"  # {"ok": false, "error": ``error``}
    RATELIMITED = "ratelimited"  # HTTP 429 with Retry-After ``seconds``


@dataclass
class Fault:
    """One thing that goes wrong, ``times`` times (None: for ever), after ``skip`` calls went well."""

    kind: Kind
    method: str = "*"
    channel: str = "*"
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0
    status: int = 500
    error: str = "internal_error"
    chance: float = 1.0

    def concerns(self, method: str, channel: str) -> bool:
        return self.method in ("*", method) and self.channel in ("*", channel)


@dataclass
class Faults:
    """The faults that are set. The dice for ``chance`` have a seed, so that a run can be repeated."""

    seed: int = 0
    _set: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def add(self, wanted: Mapping[str, Any]) -> None:
        """Raises ValueError or TypeError for a fault nobody knows."""
        self._set.append(Fault(**{**wanted, "kind": Kind(wanted["kind"])}))

    def clear(self) -> None:
        self._set.clear()

    def strike(self, method: str, channel: str) -> Fault | None:
        """The fault this call meets, used up by one."""
        for fault in self._set:
            if not fault.concerns(method, channel) or self._dice.random() >= fault.chance:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._set.remove(fault)
            return fault
        return None
