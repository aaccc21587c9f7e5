"""A mended parser reads what waited: the case is told once, a known one is edited, and no thread says a word."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.model.replayed import Replayed
from bot.response.replay_source import SourceReplay
from bot.store import tables as t
from tests.stories.world import World

MENDED = {"items": "alerts", "title": "name", "rule": "rule", "severity": "level", "resource.id": "host"}
STRICTER = MENDED | {"severity": "'critical'", "kind": "'detection'"}


async def reads(world: World, mapping: dict[str, str], *, changes: bool = True) -> Replayed:
    """``suture replay --source generic`` with that mapping in its configuration."""
    settings = world.wiring.settings
    mended = replace(settings.sources["generic"], mapping=mapping)
    wiring = replace(world.wiring, settings=replace(settings, sources={**settings.sources, "generic": mended}))
    run = SourceReplay(wiring, "generic", who="ana", where_from="terminal:ana")
    return await run.run(world.clock() - timedelta(days=7), changes=changes, progress=lambda found: None)


async def posts(world: World) -> int:
    await world.all_told()
    channels = [world.channel(team) for team in ("payments", "security")]
    return sum(len(channel.messages()) for channel in channels)


async def thread_of(world: World) -> str:
    return await world.thread("payments", "Odd process")


async def test_what_waited_is_told_once_and_what_changed_is_only_edited(world: World) -> None:
    alert: dict[str, Any] = {"name": "Odd process", "rule": "r-9", "level": "medium", "host": "shop-9"}
    said = await world.alert(alerts=[alert])
    assert (said["findings"], said["quarantined"]) == (0, 1)

    assert (await reads(world, MENDED, changes=False)).total("new") == 1
    assert await world.rows(t.message) == []

    assert (await reads(world, MENDED)).total("new") == 1
    card = await world.card("payments", "Odd process")
    told, quiet = await posts(world), await thread_of(world)

    found = await reads(world, STRICTER)
    assert (found.total("new"), found.total("changed")) == (0, 1)
    await world.card("payments", "IMMEDIATE")
    assert await posts(world) == told
    assert await thread_of(world) == quiet
    assert card.again().text != card.text or card.again().shown != card.shown

    assert (await reads(world, STRICTER)).total("changed") == 0
    lines = [row for row in await world.rows(t.history) if "More urgent" in row.text]
    assert [row.quiet for row in lines] == [True]
    assert [row.direct for row in await world.rows(t.message)] == [False]
