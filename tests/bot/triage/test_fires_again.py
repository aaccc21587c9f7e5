"""An alert of Alertmanager that was resolved fires again with the start it had: then it is open again."""

from __future__ import annotations

import json

import pytest

from bot.store import tables as t
from connectors.contract.finding import Record
from tests.bot.triage.bench import Workbench
from tests.connectors.sources.payloads import one

NEVER = "0001-01-01T00:00:00Z"


def told(source: str, status: str, ends: str) -> tuple[Record, ...]:
    """Its first start is told each time: Prometheus tells when the alert began, not when it was sent."""
    alert = {
        "status": status,
        "labels": {"alertname": "TooManySignInFailures", "namespace": "payments", "deployment": "api"},
        "startsAt": "2026-03-02T07:00:00Z",
        "endsAt": ends,
    }
    payload = one(f"{source}/quiet-resolved")
    return payload.records(json.dumps(json.loads(payload.body) | {"status": status, "alerts": [alert]}).encode())


@pytest.mark.parametrize("source", ["alertmanager", "grafana"])
async def test_what_fires_again_with_its_first_start_is_open_again(bench: Workbench, source: str) -> None:
    """Prometheus was away for longer than Alertmanager waits: it is resolved there, and fires when it is back."""
    states = []
    for status, ends in (("firing", NEVER), ("resolved", "2026-03-02T09:03:00Z"), ("firing", NEVER)):
        await bench.deliver(*told(source, status, ends))
        bench.clock.advance(minutes=5)
        (row,) = await bench.rows(t.finding)
        states.append((row.state, row.reopened))
    assert states == [("open", 0), ("resolved", 0), ("open", 1)]
