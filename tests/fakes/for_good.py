"""A fix of the registry that cannot be put back: the same plan, and it says so. For rules on what has no way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.contract.fix import Access, Fix, Plan, Target


class ForGood:
    """Whatever the other fix does, but for good."""

    def __init__(self, fix: Fix) -> None:
        self._fix = fix

    def __getattr__(self, name: str) -> Any:
        return getattr(self._fix, name)

    def plan(self, target: Target, read: Access, now: datetime) -> Plan:
        return replace(self._fix.plan(target, read, now), reversible=False)


def for_good(fixes: Mapping[str, Fix]) -> dict[str, Fix]:
    """All of them, none with a way back."""
    return {name: ForGood(fix) for name, fix in fixes.items()}  # type: ignore[misc]
