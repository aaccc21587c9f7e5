"""Policies of the stories in which one press is not enough."""

from __future__ import annotations

RULES = """
rules:
  - {who: anyone, acts: [view, mine], environments: any}
  - {who: owner, acts: [ticket, acknowledge, snooze, fix, undo, approve, stop], environments: any, fixes: any}
  - {who: {teams: [security]}, acts: [approve, stop, freeze, break-glass], environments: any, fixes: any}
security_team: security
"""

ALONE = (
    RULES
    + """
levels:
  - {environments: any, level: L1}
"""
)

TWO = (
    RULES
    + """
levels:
  - {environments: any, level: L2}
"""
)

THREE = (
    RULES
    + """
levels:
  - {environments: any, level: L3}
"""
)


def windowed(level: str, opens: str) -> str:
    """One window a week, which opens by this cron expression and lasts an hour."""
    return (
        RULES
        + f"""
levels:
  - {{environments: any, level: {level}}}
windows:
  - {{environments: [production], cron: "{opens}", lasts: 1h}}
"""
    )
