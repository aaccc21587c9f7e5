"""A database with very many findings, written straight into the tables, for the question of three in the morning."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.store import tables as t
from bot.store.db import Store

_CHUNK = 20_000
_CASES = 2_000


async def seed_million(url: str, findings: int) -> list[str]:
    """Write so many findings over two thousand cases; returns some of their CVEs."""
    store = Store(url)
    now = datetime.now(UTC)
    cases = min(_CASES, findings)
    problems = [f"CVE-2026-{10_000 + number}" for number in range(cases)]
    per = findings // cases
    async with store.write() as connection:
        await connection.execute(t.cases.insert(), [_case(n, problem, per, now) for n, problem in enumerate(problems)])
    for start in range(0, findings, _CHUNK):
        rows = [_finding(n, problems[n % cases], n % cases, now) for n in range(start, min(start + _CHUNK, findings))]
        async with store.write() as connection:
            await connection.execute(t.finding.insert(), rows)
    await store.close()
    return problems[:: max(1, cases // 50)]


def _case(number: int, problem: str, findings: int, now: datetime) -> dict[str, Any]:
    return {
        "id": 1_000_000 + number,
        "owner": f"team{number % 50:03d}",
        "environment": "production",
        "problem": problem,
        "owner_why": "seeded",
        "kind": "vulnerability",
        "title": f"{problem} in a package",
        "severity": 4,
        "priority": 2,
        "sentence": "seeded",
        "state": "open",
        "open_findings": findings,
        "total_findings": findings,
        "seen_at": now,
    }


def _finding(number: int, problem: str, case: int, now: datetime) -> dict[str, Any]:
    return {
        "fingerprint": f"seed:{number:034d}",
        "correlation_key": f"seed:{number:034d}",
        "source": "generic",
        "kind": "vulnerability",
        "problem": problem,
        "resource": f"host-{number // 100}",
        "asset": f"host-{number // 100}",
        "severity": 4,
        "title": f"{problem} in a package",
        "state": "open",
        "priority": 2,
        "sentence": "seeded",
        "case_id": 1_000_000 + case,
        "content_hash": "seeded",
        "first_seen": now,
        "last_seen": now,
        "observed_at": now,
        "delivery": "seeded",
        "document": {},
    }
