"""Many values that go to the database as one: the same answer as a list that is spelt out, by the same index."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.db import Store
from bot.store.one_of import one_of

_KNOWN = sa.select(t.exploit_score.c.cve).where(one_of(t.exploit_score.c.cve, "cves"))


async def test_it_finds_what_a_list_would(store: Store) -> None:
    names = [f"CVE-2026-{number}" for number in range(2_000)] + ['it\'s "quoted", {braced}, \\ and é']
    async with store.write() as connection:
        await connection.execute(
            t.exploit_score.insert(), [{"cve": name, "score": 0.5, "percentile": 0.5} for name in names[::2]]
        )
        found = (await connection.execute(_KNOWN, {"cves": names})).scalars()
        assert sorted(found) == sorted(names[::2])
        assert (await connection.execute(_KNOWN, {"cves": []})).all() == []


async def test_it_goes_by_the_index(store: Store) -> None:
    if store.sqlite:
        async with store.read() as connection:
            words = str(_KNOWN.compile(dialect=connection.dialect))
            plan = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", ("[]",))).all()
        assert any("SEARCH exploit_score USING" in row.detail for row in plan), plan
