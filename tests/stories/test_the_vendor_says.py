"""The vendor says that we are not affected: what scanners found is closed by that word, openly, until it changes."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store import tables as t
from tests.stories.bills import WITH_BILLS, openssl, report_with, says, vex
from tests.stories.organisation import Changed
from tests.stories.running import eventually
from tests.stories.world import World

CVE, VERSION = "CVE-2014-0160", "1.0.1e-2+deb7u4"
WORDS = "not affected: vulnerable_code_not_in_execute_path, said by Example Vendor in https://example.com/vex/openssl"


@pytest.fixture
def changed() -> Changed:
    return WITH_BILLS


async def the_vendor_says(world: World, version: int, *statements: dict[str, Any]) -> None:
    at = f"{world.clock():%Y-%m-%dT%H:%M:%SZ}"
    read = await world.report("openvex", vex(version, at, *statements))
    assert (read["state"], read["findings"], read["quarantined"]) == ("done", 0, 0)


async def the_case_is(world: World, state: str) -> None:
    async def look() -> bool:
        return [row.state for row in await world.rows(t.cases)] == [state]

    await eventually(look, f"the case being {state}")


async def test_the_vendors_word_closes_the_case_and_taking_it_back_opens_it(world: World) -> None:
    await world.scan(report_with("shop-2", CVE, openssl(VERSION), VERSION))
    await world.card("payments", CVE)

    await the_vendor_says(world, 1, says(CVE, "not_affected", openssl(VERSION), "vulnerable_code_not_in_execute_path"))
    await world.said_in_thread("payments", CVE, WORDS)
    await world.said_in_thread("payments", CVE, "Nothing of it is open any more.")
    await the_case_is(world, "fixed")
    (found,) = await world.rows(t.finding)
    assert found.said_by.startswith("Example Vendor (openvex), 20")
    await world.card("payments", f"CLOSED: not affected, says {found.said_by}")
    await world.card("payments", f"It is not affected, says {found.said_by}. It opens again when that is withdrawn.")
    assert [(row.act, row.where_from) for row in await world.rows(t.audit)] == [("heed", "openvex")]

    world.clock.pass_by(hours=1)
    await world.scan(report_with("shop-2", CVE, openssl(VERSION), VERSION))
    await the_case_is(world, "fixed")

    world.clock.pass_by(hours=1)
    await the_vendor_says(world, 2, says(CVE, "affected", openssl(VERSION)))
    await world.said_in_thread("payments", CVE, "Open again, affected, said by Example Vendor")
    await the_case_is(world, "open")
    await world.eventually(lambda: closed_cards(world) == [], "the card saying that it is open")


def closed_cards(world: World) -> list[str]:
    return [each.shown for each in world.channel("payments").messages() if "CLOSED" in each.shown]


async def test_what_a_scanner_finds_after_the_word_asks_nobody(world: World) -> None:
    await the_vendor_says(world, 1, says(CVE, "fixed", openssl(VERSION)))
    read = await world.scan(report_with("shop-2", CVE, openssl(VERSION), VERSION))

    assert (read["findings"], read["new"]) == (1, 1)
    (found,) = await world.rows(t.finding)
    assert (found.state, found.reason) == ("resolved", "stated fixed")
    assert await world.rows(t.cases) == []


async def test_the_vendors_word_on_another_version_closes_nothing(world: World) -> None:
    await world.scan(report_with("shop-2", CVE, openssl(VERSION), VERSION))
    await world.card("payments", CVE)
    other = openssl("1.0.1e-2+deb7u5")
    await the_vendor_says(world, 1, says(CVE, "not_affected", other), says("CVE-2024-10001", "fixed", openssl(VERSION)))
    await world.work("statements.heed", "openvex", "https://example.com/vex/openssl", True)
    await the_case_is(world, "open")
