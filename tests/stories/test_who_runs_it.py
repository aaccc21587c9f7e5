"""Who runs openssl before 1.0.1g? Bills of materials and scans say what is installed where, and anybody may ask."""

from __future__ import annotations

import pytest

from bot.store import tables as t
from bot.store.context_load import write_advisories
from connectors.contract.context import Advisory, AffectedPackage, VersionRange
from tests.stories.bills import WITH_BILLS, bill_of, openssl
from tests.stories.fixing import told, types
from tests.stories.organisation import PEOPLE, Changed
from tests.stories.world import World

OLD, BACKPORT = "1.0.1e-2+deb7u4", "1.0.1e-2+deb7u5"
UPSTREAM = "pkg:generic/openssl@1.0.1f"


@pytest.fixture
def changed() -> Changed:
    return WITH_BILLS


async def the_advisories_of_heartbleed_are_known(world: World) -> None:
    def fixed(ecosystem: str, introduced: str, version: str) -> AffectedPackage:
        events = (("introduced", introduced), ("fixed", version))
        ranges = (VersionRange(scheme="ECOSYSTEM", events=events),)
        return AffectedPackage(name="openssl", ecosystem=ecosystem, ranges=ranges)

    debian = Advisory(id="DSA-2896-1", aliases=("CVE-2014-0160",), affected=(fixed("Debian:7", "0", BACKPORT),))
    upstream = Advisory(id="OURS-1", aliases=("CVE-2014-0160",), affected=(fixed("", "1.0.1", "1.0.1g"),))
    async with world.wiring.store.write() as connection:
        await write_advisories(connection, [debian, upstream], world.clock())


async def answer_to(world: World, question: str) -> str:
    """What Sue is told, as lines of text."""
    await types(world, "sue", f"affected {question}")
    await told(world, "sue", f"{question}: ")
    private = world.slack.private(to=PEOPLE["sue"])
    return next(m.shown for m in reversed(private) if f"{question}: " in m.shown + m.text)


def line_with(answer: str, words: str) -> str:
    return next(line for line in answer.splitlines() if words in line)


async def test_after_the_bills_have_come_the_question_is_answered(world: World) -> None:
    await the_advisories_of_heartbleed_are_known(world)
    for host, purl in (("shop-2", openssl(OLD)), ("shop-3", openssl(BACKPORT)), ("shop-4", UPSTREAM)):
        read = await world.report("cyclonedx", bill_of(host, purl, "pkg:npm/semver@7.5.1"))
        assert (read["state"], read["quarantined"]) == ("done", 0)
    await world.report("cyclonedx", bill_of("kiosk", UPSTREAM), of="kiosk-7.example.com")

    answer = await answer_to(world, "CVE-2014-0160")

    affected, _, rest = answer.partition("Not affected")
    assert "3 affected, 0 unknown, 1 not affected" in answer
    assert "is before 1.0.1e-2+deb7u5, which has the fix" in line_with(affected, "shop-2")
    assert "is before 1.0.1g, which has the fix" in line_with(affected, "shop-4")
    assert "payments, production" in line_with(affected, "shop-2")
    assert "not in the inventory, so nobody knows whose it is" in line_with(affected, "kiosk-7.example.com")
    assert BACKPORT in line_with(rest, "shop-3")


async def test_a_package_and_a_version_are_asked_for_as_well(world: World) -> None:
    await the_advisories_of_heartbleed_are_known(world)
    for host, purl in (
        ("shop-2", UPSTREAM),
        ("shop-3", UPSTREAM.replace("1.0.1f", "1.0.1g")),
        ("shop-4", openssl(BACKPORT)),
    ):
        await world.report("cyclonedx", bill_of(host, purl))

    answer = await answer_to(world, "openssl < 1.0.1g")

    assert "1 affected" in answer
    assert "shop-2" in answer.partition("Unknown")[0]
    assert "1.0.1f is &lt; 1.0.1g" in line_with(answer, "shop-2")
    assert "ask for the vulnerability" in line_with(answer, "shop-4")
    assert "shop-3" in answer.partition("Not affected")[2]


async def test_the_next_bill_of_a_host_replaces_the_last_one_and_no_other_hosts(world: World) -> None:
    await world.report("cyclonedx", bill_of("shop-2", openssl(OLD), "pkg:npm/semver@7.5.1"))
    await world.report("cyclonedx", bill_of("shop-3", openssl(OLD)))
    world.clock.pass_by(hours=1)
    await world.report("cyclonedx", bill_of("shop-2", openssl(BACKPORT)))

    kept = {(row.asset, row.version) for row in await world.rows(t.component)}
    assert kept == {("shop-2", BACKPORT), ("shop-3", OLD)}
