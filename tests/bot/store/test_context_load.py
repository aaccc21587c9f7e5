"""What we learn about the world is written whole: a list replaces what the same list said before, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from bot.store import context_load as load
from bot.store import tables as t
from bot.store.db import Store
from connectors.contract.context import (
    Advisory,
    AssetRecord,
    Component,
    ExploitScore,
    Exposure,
    KnownExploited,
    LinkKind,
)
from tests.databases import Clock

OPENSSL = Component(purl="pkg:generic/openssl@1.0.1f", name="OpenSSL", version="1.0.1f")
NGINX = Component(purl="pkg:generic/nginx@1.4.6", name="nginx", version="1.4.6")


def asset(name: str, **more: Any) -> AssetRecord:
    return replace(
        AssetRecord(id=name, name=name.title(), identifiers=(f"{name}.example.com",), source="a.csv"), **more
    )


async def inventory(store: Store, clock: Clock, *assets: AssetRecord) -> set[str]:
    async with store.write() as connection:
        return await load.write_inventory(connection, assets, clock())


async def rows(store: Store, *columns: Any) -> Sequence[tuple[Any, ...]]:
    async with store.read() as connection:
        return sorted(tuple(row) for row in await connection.execute(sa.select(*columns)))


async def test_an_asset_is_known_by_all_its_names_whatever_their_case(store: Store, clock: Clock) -> None:
    await inventory(store, clock, asset("web-1", identifiers=("WEB-1.example.com", "192.0.2.1")))

    async with store.read() as connection:
        for name in ("web-1", "Web-1", "web-1.EXAMPLE.com", "192.0.2.1"):
            assert await load.asset_named(connection, ["nothing", name]) == "web-1"
        assert await load.asset_named(connection, ["web-2", ""]) == ""


async def test_a_new_inventory_replaces_the_old_and_names_what_changed(store: Store, clock: Clock) -> None:
    db = (LinkKind.DEPENDS_ON, "db-1")
    assert await inventory(store, clock, asset("web-1", links=(db,)), asset("db-1")) == {"web-1", "db-1"}
    clock.advance(hours=1)
    assert await inventory(store, clock, asset("web-1", links=(db,)), asset("db-1")) == set()
    assert await inventory(store, clock, asset("web-1", exposure=Exposure.OPEN), asset("db-1")) == {"web-1"}
    assert await inventory(store, clock, asset("web-1", exposure=Exposure.OPEN)) == {"db-1"}

    assert await rows(store, t.asset.c.id) == [("web-1",)]
    assert await rows(store, t.asset_link.c.other) == []
    assert ("db-1",) not in await rows(store, t.asset_identifier.c.asset)


async def test_each_source_replaces_only_its_own_components(store: Store, clock: Clock) -> None:
    await inventory(store, clock, asset("web-1", components=(OPENSSL,)))
    async with store.write() as connection:
        await load.write_components(connection, "web-1", [NGINX], clock(), source="web-1.cdx.json")
    assert await components(store) == [("a.csv", "1.0.1f"), ("web-1.cdx.json", "1.4.6")]

    patched = Component(purl="pkg:generic/openssl@1.0.1g", name="openssl", version="1.0.1g")
    await inventory(store, clock, asset("web-1", components=(patched,)))
    assert await components(store) == [("a.csv", "1.0.1g"), ("web-1.cdx.json", "1.4.6")]

    async with store.write() as connection:
        await load.write_components(connection, "web-1", [], clock(), source="web-1.cdx.json")
    assert await components(store) == [("a.csv", "1.0.1g")]

    await inventory(store, clock, asset("db-1"))
    assert await components(store) == []


async def components(store: Store) -> Sequence[tuple[Any, ...]]:
    return await rows(store, t.component.c.source, t.component.c.version)


async def test_advisories_are_replaced_with_all_their_names(store: Store, clock: Clock) -> None:
    heartbleed = Advisory(id="GHSA-1", aliases=("CVE-2014-0160",))
    async with store.write() as connection:
        await load.write_advisories(connection, [heartbleed, Advisory(id="OLD-1")], clock())
        await load.write_advisories(connection, [heartbleed], clock())

    assert await rows(store, t.advisory.c.id) == [("GHSA-1",)]
    assert await rows(store, t.advisory_alias.c.alias) == [("CVE-2014-0160",), ("GHSA-1",)]


async def test_the_known_exploited_list_names_what_came_and_went(store: Store, clock: Clock) -> None:
    heartbleed, other = (KnownExploited(cve=cve, added=date(2022, 5, 4)) for cve in ("CVE-2014-0160", "CVE-2021-44228"))
    async with store.write() as connection:
        assert await load.write_known_exploited(connection, [heartbleed]) == {"CVE-2014-0160"}
        assert await load.write_known_exploited(connection, [heartbleed]) == set()
        assert await load.write_known_exploited(connection, [other]) == {"CVE-2014-0160", "CVE-2021-44228"}

    assert await rows(store, t.known_exploited.c.cve) == [("CVE-2021-44228",)]


async def test_scores_name_those_that_crossed_the_threshold(store: Store) -> None:
    def scored(**scores: float) -> list[ExploitScore]:
        return [ExploitScore(cve=cve, score=score, percentile=score) for cve, score in scores.items()]

    assert await load.write_scores(store, scored(a=0.05, b=0.2), 0.1) == {"b"}
    assert await load.write_scores(store, scored(a=0.06, b=0.3), 0.1) == set()
    assert await load.write_scores(store, scored(a=0.5, b=0.01), 0.1) == {"a", "b"}
    assert await rows(store, t.exploit_score.c.cve, t.exploit_score.c.score) == [("a", 0.5), ("b", 0.01)]


async def test_a_long_list_of_scores_is_written_in_pieces(store: Store) -> None:
    many = [ExploitScore(cve=f"CVE-2020-{number:05}", score=0.5, percentile=0.5) for number in range(4_500)]

    assert len(await load.write_scores(store, many, 0.1)) == 4_500
    assert len(await rows(store, t.exploit_score.c.cve)) == 4_500


async def test_a_list_that_could_not_be_read_is_remembered_with_its_problem(store: Store, clock: Clock) -> None:
    async with store.write() as connection:
        read = {"location": "kev.json", "entries": 3, "digest": "d1", "at": clock()}
        await load.remember_read(connection, "known_exploited", **read, problem="")
        assert await load.digest_of(connection, "known_exploited") == "d1"
        await load.remember_read(connection, "known_exploited", **read, problem="it is cut off")
        assert await load.digest_of(connection, "known_exploited") == ""
        assert await load.digest_of(connection, "never read") == ""
