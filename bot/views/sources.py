"""How the sources stand, in words: for the terminal and the console's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.model.source_state import SourceState, Switch
from bot.views.times import span_words

COLUMNS = ("source", "state", "last alert", "24 h", "1 h", "findings", "open", "quarantined")


def switch_words(state: SourceState) -> str:
    """On, or why not and what is lacking: ``off (config/sources.yaml:5); env TOKEN is empty``."""
    if state.switch is Switch.ON:
        return "on"
    if state.switch is Switch.LACKS_SECRET:
        return f"LACKS ITS SECRET, so that nothing starts: {'; '.join(state.lacks)}"
    if state.switch is Switch.NOT_NAMED:
        return "not named in config/sources.yaml"
    lacking = f"; {' and '.join(state.missing)} {'is' if len(state.missing) == 1 else 'are'} empty"
    none = "; it names no secret"
    return f"off: enabled: false ({state.where}){lacking if state.missing else '' if state.secrets else none}"


def last_words(moment: datetime | None, now: datetime) -> str:
    """How long ago something came: ``3 hours ago``, ``just now``, ``never``."""
    if moment is None:
        return "never"
    return f"{span_words(now - moment)} ago" if (now - moment).total_seconds() >= 60 else "just now"


def rows(states: Sequence[SourceState], now: datetime) -> list[tuple[str, ...]]:
    """One row a source, with the columns of ``COLUMNS``."""
    return [
        (
            state.id,
            switch_words(state),
            last_words(came.last_at, now),
            *(str(count) for count in (came.day, came.hour, came.findings, came.open_findings, came.waiting)),
        )
        for state in states
        for came in (state.arrivals,)
    ]


def as_json(states: Sequence[SourceState]) -> list[dict[str, Any]]:
    """For programs: the same, times in ISO 8601."""
    return [
        {
            "source": state.id,
            "title": state.title,
            "enabled": state.switch is Switch.ON,
            "why_not": "" if state.switch is Switch.ON else switch_words(state),
            "secrets": list(state.secrets),
            "empty": list(state.missing),
            "last_received_at": state.arrivals.last_at.isoformat() if state.arrivals.last_at else None,
            "deliveries_24h": state.arrivals.day,
            "deliveries_1h": state.arrivals.hour,
            "findings": state.arrivals.findings,
            "open_findings": state.arrivals.open_findings,
            "quarantined": state.arrivals.waiting,
        }
        for state in states
    ]
