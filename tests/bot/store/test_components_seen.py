"""What a report sees on an asset is kept under its distribution's version, until a later report no longer tells it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.model.affected_answer import Hit
from bot.store import tables as t
from bot.store.affected import affected
from bot.store.components_seen import forget_unseen, write_seen
from bot.store.context_load import write_advisories, write_components, write_inventory
from bot.store.db import Store
from bot.views.affected import affected_answer
from connectors.contract.context import Advisory, AffectedPackage, AssetRecord, VersionRange
from connectors.contract.finding import AllSeen, ComponentSeen
from connectors.formats.purls import component_of
from tests.databases import Clock

WEB = AssetRecord(id="web-1", name="web-1.example.com", identifiers=("registry.example.com/web@sha256:1",))
DEBIAN = "pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=debian-7"
NPM = "pkg:npm/semver@7.5.1"
LIBSSL = "pkg:deb/debian/libssl1.0.0@1.0.1e-2%2Bdeb7u5?distro=debian-7&upstream=openssl%401.0.1e-2%2Bdeb7u5"


async def kept(store: Store) -> dict[str, tuple[str, str]]:
    async with store.read() as connection:
        return {row.purl: (row.version, row.ecosystem) for row in await connection.execute(sa.select(t.component))}


async def places(store: Store) -> set[tuple[str, str]]:
    async with store.read() as connection:
        return {(row.purl, row.asset) for row in await connection.execute(sa.select(t.component))}


async def test_a_later_report_replaces_what_its_source_saw_and_nothing_else(store: Store, clock: Clock) -> None:
    monday, tuesday = clock(), clock() + timedelta(days=1)
    names = ("registry.example.com/WEB@sha256:1", "web")
    async with store.write() as connection:
        await write_inventory(connection, [WEB], monday)
        told = [component_of("pkg:npm/theirs@1.0.0")]
        await write_components(connection, "web-1", told, monday, source="bill.json")
        first = [ComponentSeen(names, DEBIAN), ComponentSeen(names, NPM)]
        assert await write_seen(connection, first, "cyclonedx", monday) == []
        await forget_unseen(connection, AllSeen(names), "cyclonedx", monday)
    assert (await kept(store))[DEBIAN] == ("1.0.1e-2+deb7u5", "Debian:7")
    async with store.write() as connection:
        assert await write_seen(connection, [ComponentSeen(names, DEBIAN)], "cyclonedx", tuesday) == []
        await forget_unseen(connection, AllSeen(names), "cyclonedx", tuesday)
        await forget_unseen(connection, AllSeen(("web-2",)), "cyclonedx", tuesday)
    assert set(await kept(store)) == {DEBIAN, "pkg:npm/theirs@1.0.0"}
    async with store.write() as connection:  # nothing is left there
        await forget_unseen(connection, AllSeen(names), "cyclonedx", tuesday + timedelta(days=1))
    assert set(await kept(store)) == {"pkg:npm/theirs@1.0.0"}


async def test_a_bad_purl_is_said_by_its_place(store: Store, clock: Clock) -> None:
    async with store.write() as connection:
        told = [ComponentSeen(("web-1",), NPM, "/1"), ComponentSeen(("web-1",), "pkg:npm/nothing", "/2")]
        aside = await write_seen(connection, told, "cyclonedx", clock())
    assert [(one.pointer, one.reason) for one in aside] == [("/2", "purl: it names no version (…@1.2.3)")]
    assert set(await kept(store)) == {NPM}


async def test_what_the_inventory_does_not_know_is_kept_by_its_name_until_it_is_an_asset(
    store: Store, clock: Clock
) -> None:
    async with store.write() as connection:
        await write_inventory(connection, [], clock())
        told = [ComponentSeen(("registry.example.com/WEB@sha256:1", "web"), purl) for purl in (NPM, LIBSSL)]
        assert await write_seen(connection, told, "cyclonedx", clock()) == []
    assert await places(store) == {
        (NPM, "registry.example.com/WEB@sha256:1"),
        (LIBSSL, "registry.example.com/WEB@sha256:1"),
    }

    async with store.write() as connection:
        await write_seen(connection, [ComponentSeen(("web-1",), NPM)], "cyclonedx", clock())
        await write_inventory(connection, [WEB], clock())
    assert await places(store) == {(NPM, "web-1"), (LIBSSL, "web-1")}

    async with store.write() as connection:
        await write_inventory(connection, [], clock())  # a report saw it; that the inventory forgot it is no reason
    assert await places(store) == {(NPM, "web-1"), (LIBSSL, "web-1")}


async def test_a_package_is_found_by_the_source_it_was_built_from_and_judged_by_its_distribution(
    store: Store, clock: Clock
) -> None:
    fixed = VersionRange(scheme="ECOSYSTEM", events=(("introduced", "0"), ("fixed", "1.0.1e-2+deb7u5")))
    package = AffectedPackage(name="openssl", ecosystem="Debian:7", ranges=(fixed,))
    async with store.write() as connection:
        await write_inventory(connection, [WEB], clock())
        await write_advisories(connection, [Advisory(id="CVE-2014-0160", affected=(package,))], clock())
        old = LIBSSL.replace("deb7u5", "deb7u4")
        told = [ComponentSeen(("web-1",), LIBSSL), ComponentSeen(("shop.example.com",), old)]
        await write_seen(connection, told, "spdx", clock())
        answer = await affected(connection, "CVE-2014-0160", clock())
    assert [(row.name, row.hit, row.in_inventory) for row in answer.systems] == [
        ("shop.example.com", Hit.AFFECTED, False),
        ("web-1.example.com", Hit.NOT_AFFECTED, True),
    ]
    assert answer.systems[0].owner == ""
    assert "not in the inventory" in str(affected_answer(answer, "https://suture.example.com"))
