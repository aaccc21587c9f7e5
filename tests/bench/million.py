"""A database with very many findings and components, written straight into the tables, for the question of three in
the morning: each vulnerability is in a package that a hundred hosts have, half of them in a version that is hit."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.store import tables as t
from bot.store.component_rows import component_row
from bot.store.context_load import write_advisories
from bot.store.db import Store
from connectors.contract.context import Advisory, AffectedPackage, Component, VersionRange

_CHUNK = 20_000
_CASES = 2_000


async def seed_million(url: str, findings: int) -> list[str]:
    """Write so many findings over two thousand cases, and a fifth as many components; returns some of their CVEs."""
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
    for start in range(0, findings // 5, _CHUNK):
        components = [_component(n, n % cases, now) for n in range(start, min(start + _CHUNK, findings // 5))]
        async with store.write() as connection:
            await connection.execute(t.component.insert(), components)
    async with store.write() as connection:
        await write_advisories(connection, [_advisory(n, problem) for n, problem in enumerate(problems)], now)
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


def _component(number: int, package: int, now: datetime) -> dict[str, object]:
    """Every second one is built from a source package of another name, as a distribution's are."""
    name = f"lib-package-{package}" if number // _CASES % 2 else f"package-{package}"
    version = f"1.0-{number // _CASES % 4}"
    purl = f"pkg:deb/debian/{name}@{version}?distro=debian-12&upstream=package-{package}"
    component = Component(purl=purl, name=name, version=version, ecosystem="Debian:12")
    return component_row(f"host-{number // 100}", component, source="seeded", at=now)


def _advisory(number: int, problem: str) -> Advisory:
    versions = VersionRange(scheme="ECOSYSTEM", events=(("introduced", "0"), ("fixed", "1.0-2")))
    package = AffectedPackage(name=f"package-{number}", ecosystem="Debian:12", ranges=(versions,))
    return Advisory(id=f"DSA-{number}", aliases=(problem,), affected=(package,))


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
