"""Failures ordered beforehand: which call, what goes wrong, how often."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

# Before anything happens: answer (a status of your choice), drop. After it happened: lose_answer, answer_after.
KINDS = ("answer", "drop", "slow", "answer_after", "lose_answer", "cut_answer")


@dataclass
class Fault:
    """``operation`` is a name from wire.OPERATIONS. ``times`` counts down; with ``seconds`` the call waits first."""

    operation: str
    kind: str
    times: int = 1
    skip: int = 0  # let so many calls through first
    seconds: float = 0.0
    status: int = 500
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no such fault: {self.kind}; there are {', '.join(KINDS)}")


class Faults:
    def __init__(self) -> None:
        self._ordered: list[Fault] = []

    def order(self, fault: Fault) -> None:
        self._ordered.append(fault)

    def clear(self) -> None:
        self._ordered.clear()

    async def strike(self, operation: str) -> Fault | None:
        """The fault of this call, if one is due; its wait is over when this returns."""
        for fault in self._ordered:
            if fault.operation != operation or fault.times <= 0:
                continue
            if fault.skip > 0:
                fault.skip -= 1
                continue
            fault.times -= 1
            await asyncio.sleep(fault.seconds)
            return fault
        return None
