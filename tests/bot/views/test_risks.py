"""A risk says where each of its reasons was read, and when; once, if all were read at once."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.views.risks import risk_spans
from connectors.contract.fix import Fact, Risk, RiskLevel

NINE, TEN = datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2026, 3, 2, 10, tzinfo=UTC)


def said(*facts: Fact) -> str:
    return "".join(getattr(span, "text", "") for span in risk_spans("Risk", Risk(RiskLevel.HIGH, facts)))


def test_what_was_read_at_once_says_when_once() -> None:
    told = said(Fact("open to the world", "ec2", NINE), Fact("exploited", "list.json", NINE))
    assert told == "Risk HIGH: open to the world (ec2); exploited (list.json). Read 2026-03-02 09:00 UTC"


def test_what_was_read_at_two_times_says_each() -> None:
    told = said(Fact("open to the world", "ec2", NINE), Fact("exploited", "list.json", TEN))
    assert "open to the world (ec2, 2026-03-02 09:00 UTC); exploited (list.json, 2026-03-02 10:00 UTC)" in told


def test_what_was_not_read_is_not_given_a_time() -> None:
    told = said(Fact("open", "ec2", NINE), Fact("who is connected is not known", "flow logs, not read", None))
    assert told.endswith("who is connected is not known (flow logs, not read). Read 2026-03-02 09:00 UTC")
