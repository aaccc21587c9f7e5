"""The key of the links: made once, the same for every process, and of no use to who reads only the configuration."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.store.db import Store
from bot.store.press_links import PressLinks
from bot.store.tables import own_key
from tests.databases import Clock

DAY = timedelta(days=1)


def links(store: Store, clock: Clock, key: bytes) -> PressLinks:
    return PressLinks(store, "https://suture.example.com", DAY, clock, lambda: key * 32)


async def test_a_link_is_read_by_every_process_of_the_installation(store: Store, clock: Clock) -> None:
    one, other = links(store, clock, b"1"), links(store, clock, b"2")
    address = await one.to("offer-1")
    read = await other.read(address.removeprefix("https://suture.example.com/confirm/"))

    assert read is not None
    assert (read.offer, read.until) == ("offer-1", clock() + DAY)
    assert repr(one) == "PressLinks(https://suture.example.com)"


async def test_of_two_that_make_the_key_at_once_both_use_one(store: Store, clock: Clock) -> None:
    made = [links(store, clock, bytes([number])) for number in range(1, 6)]
    addresses = await asyncio.gather(*(each.to("o") for each in made))

    async with store.read() as connection:
        assert len((await connection.execute(own_key.select())).all()) == 1
    assert len(set(addresses)) == 1


async def test_another_installation_does_not_read_it(store: Store, clock: Clock) -> None:
    word = (await links(store, clock, b"1").to("o")).rpartition("/")[2]
    async with store.write() as connection:
        await connection.execute(own_key.delete())

    assert await links(store, clock, b"2").read(word) is None
