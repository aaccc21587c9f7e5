"""The two risks side by side: what happens if we wait, what happens if we act. Every reason says where it was read."""

from __future__ import annotations

from bot.views.times import at_minute
from connectors.contract.fix import Fact, Risk, RiskLevel
from connectors.contract.message import Plain, Span, Spans, Strong

_SHOWN = 3


def fact_words(fact: Fact, told: str = "") -> str:
    """``tcp 22 is open to 0.0.0.0/0 (ec2:DescribeSecurityGroups, 2026-11-21 03:10 UTC)``.

    ``told``: a time that stands beside it already, so that it need not be said again."""
    read_at = at_minute(fact.read_at) if fact.read_at else ""
    when = f", {read_at}" if read_at and read_at != told else ""
    return f"{fact.text} ({fact.where}{when})"


def risk_spans(label: str, risk: Risk, *, shown: int = _SHOWN) -> Spans:
    """``Security risk HIGH: …; …``. Nothing known reads UNKNOWN, never low. What was read at once says when once."""
    spans: list[Span] = [Strong(f"{label} {risk.level.value.upper()}")]
    told = risk.facts[:shown]
    times = {at_minute(fact.read_at) for fact in told if fact.read_at}
    together = len(times) == 1 and len(told) > 1
    once = times.pop() if together else ""
    facts = "; ".join(fact_words(fact, once) for fact in told)
    if len(risk.facts) > shown:
        facts += f"; and {len(risk.facts) - shown} more"
    if once:
        facts += f". Read {once}"
    if facts:
        spans.append(Plain(f": {facts}"))
    elif risk.level is RiskLevel.UNKNOWN:
        spans.append(Plain(": nothing is known about it"))
    return tuple(spans)
