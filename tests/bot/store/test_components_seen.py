"""What a report sees on an asset is kept under its distribution's version, until a later report no longer tells it."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.store import tables as t
from bot.store.components_seen import forget_unseen, write_seen
from bot.store.context_load import write_components, write_inventory
from bot.store.db import Store
from connectors.contract.context import AssetRecord
from connectors.contract.finding import ComponentSeen
from connectors.formats.purls import component_of
from tests.databases import Clock

WEB = AssetRecord(id="web-1", name="web-1.example.com", identifiers=("registry.example.com/web@sha256:1",))
DEBIAN = "pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=debian-7"
NPM = "pkg:npm/semver@7.5.1"


async def kept(store: Store) -> dict[str, tuple[str, str]]:
    async with store.read() as connection:
        return {row.purl: (row.version, row.ecosystem) for row in await connection.execute(sa.select(t.component))}


async def test_a_later_report_replaces_what_its_source_saw_and_nothing_else(store: Store, clock: Clock) -> None:
    monday, tuesday = clock(), clock() + timedelta(days=1)
    names = ("registry.example.com/WEB@sha256:1", "web")
    async with store.write() as connection:
        await write_inventory(connection, [WEB], monday)
        told = [component_of("pkg:npm/theirs@1.0.0")]
        await write_components(connection, "web-1", told, monday, source="bill.json")
        first = [ComponentSeen(names, DEBIAN), ComponentSeen(names, NPM)]
        assert await write_seen(connection, first, "cyclonedx", monday) == []
        await forget_unseen(connection, "cyclonedx", monday)
    assert (await kept(store))[DEBIAN] == ("1.0.1e-2+deb7u5", "Debian:7")
    async with store.write() as connection:
        assert await write_seen(connection, [ComponentSeen(names, DEBIAN)], "cyclonedx", tuesday) == []
        await forget_unseen(connection, "cyclonedx", tuesday)
    assert set(await kept(store)) == {DEBIAN, "pkg:npm/theirs@1.0.0"}


async def test_what_nobody_knows_is_said_once_and_a_bad_purl_by_its_place(store: Store, clock: Clock) -> None:
    async with store.write() as connection:
        await write_inventory(connection, [WEB], clock())
        told = [ComponentSeen(("other",), NPM, "/0"), ComponentSeen(("other",), DEBIAN, "/1")]
        told.append(ComponentSeen(("web-1",), "pkg:npm/nothing", "/2"))
        aside = await write_seen(connection, told, "cyclonedx", clock())
    assert [(one.pointer, one.reason) for one in aside] == [
        ("/0", "these are components of other, which the inventory does not know"),
        ("/2", "purl: it names no version (…@1.2.3)"),
    ]
    assert await kept(store) == {}
