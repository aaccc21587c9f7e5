"""A freeze: nothing may be changed in an environment, whoever may otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

EVERYWHERE = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze:
    """Until somebody ends it, or its time is over."""

    environment: str  # EVERYWHERE; "" where nobody knows the environment
    person: str  # an id; "" : Suture itself, after too many failed runs
    reason: str
    at: datetime
    until: datetime | None = None


def covers(freeze: Freeze, environment: str) -> bool:
    """Whether it holds in that environment; of EVERYWHERE, whether it holds in any part of it."""
    return EVERYWHERE in (freeze.environment, environment) or freeze.environment == environment
