"""Which of our systems does it hit? By components, by the advisories we hold, and by what tools reported."""

from __future__ import annotations

from typing import Any

import pytest

from bot.model.affected_answer import AffectedAnswer, Hit
from bot.store import context_load as load
from bot.store.affected import affected
from bot.store.db import Store
from bot.triage.accept import accept
from bot.views.affected import affected_answer
from connectors.contract.context import Advisory, AffectedPackage, AssetRecord, Component, VersionRange
from connectors.contract.finding import Status
from tests.bot.triage.bench import RULES, Workbench, finding
from tests.databases import Clock


def advisory(name: str, ecosystem: str, purl: str, introduced: str, fixed: str, summary: str = "") -> Advisory:
    versions = VersionRange(scheme="ECOSYSTEM", events=(("introduced", introduced), ("fixed", fixed)))
    package = AffectedPackage(name="openssl", ecosystem=ecosystem, purl=purl, ranges=(versions,))
    return Advisory(id=name, aliases=("CVE-2014-0160",), summary=summary, affected=(package,))


UPSTREAM = advisory("OURS-2014-1", "", "pkg:generic/openssl", "1.0.1", "1.0.1g", "Heartbleed")
DEBIAN = advisory("DSA-2896-1", "Debian:7", "pkg:deb/debian/openssl", "0", "1.0.1e-2+deb7u5")


def host(name: str, version: str, ecosystem: str = "", **more: Any) -> AssetRecord:
    kind = "deb/debian" if ecosystem else "generic"
    purl = f"pkg:{kind}/openssl@{version}{'?distro=wheezy' if ecosystem else ''}"
    component = Component(purl=purl, name="openssl", version=version, ecosystem=ecosystem)
    return AssetRecord(
        id=name,
        name=name,
        identifiers=(name,),
        owner="payments",
        environment="production",
        components=(component,),
        **more,
    )


FLEET = (
    host("upstream-f", "1.0.1f"),
    host("upstream-g", "1.0.1g"),
    host("upstream-old", "0.9.8y"),
    host("debian-u4", "1.0.1e-2+deb7u4", "Debian:7"),
    host("debian-u5", "1.0.1e-2+deb7u5", "Debian:7"),
)


async def learn(store: Store, clock: Clock, *advisories: Advisory) -> None:
    async with store.write() as connection:
        await load.write_inventory(connection, FLEET, clock())
        await load.write_advisories(connection, advisories, clock())
        for name in ("inventory", "advisories"):
            await load.remember_read(
                connection, name, location=f"{name}.csv", entries=1, digest="d", problem="", at=clock()
            )


async def asked(store: Store, clock: Clock, question: str) -> AffectedAnswer:
    async with store.read() as connection:
        return await affected(connection, question, clock())


def hits(answer: AffectedAnswer) -> dict[str, Hit]:
    return {row.name: row.hit for row in answer.systems}


@pytest.mark.parametrize("question", ["CVE-2014-0160", "cve-2014-0160", " OURS-2014-1 "])
async def test_each_version_is_read_by_its_own_rules(store: Store, clock: Clock, question: str) -> None:
    await learn(store, clock, UPSTREAM, DEBIAN)
    answer = await asked(store, clock, question)

    assert hits(answer) == {
        "upstream-f": Hit.AFFECTED,
        "debian-u4": Hit.AFFECTED,
        "upstream-g": Hit.NOT_AFFECTED,
        "upstream-old": Hit.NOT_AFFECTED,
        "debian-u5": Hit.NOT_AFFECTED,
    }
    assert (answer.affected, answer.unknown, answer.not_affected, answer.unreported) == (2, 0, 3, 2)
    assert [row.hit for row in answer.systems[:2]] == [Hit.AFFECTED, Hit.AFFECTED]
    first = next(row for row in answer.systems if row.name == "debian-u4")
    assert (first.owner, first.environment, first.fixed_in) == ("payments", "production", "1.0.1e-2+deb7u5")
    assert answer.summary == "Heartbleed"


async def test_without_a_distributions_own_advisory_its_packages_are_unknown(store: Store, clock: Clock) -> None:
    await learn(store, clock, UPSTREAM)
    answer = await asked(store, clock, "CVE-2014-0160")

    assert hits(answer)["debian-u5"] is Hit.UNKNOWN
    assert (answer.affected, answer.unknown, answer.not_affected) == (1, 2, 2)


async def test_what_tools_reported_stands_beside_it(bench: Workbench, clock: Clock) -> None:
    await learn(bench.store, clock, UPSTREAM, DEBIAN)
    async with bench.store.write() as connection:
        told = bench.received(
            finding("upstream-f"), finding("somewhere-else"), finding("upstream-g", status=Status.PASSED)
        )
        await accept(connection, [told], RULES, bench.engine)
    answer = await asked(bench.store, clock, "CVE-2014-0160")

    assert (answer.cases_total, answer.open_findings) == (len(answer.cases), 2)
    by_name = {row.name: row for row in answer.systems}
    assert (by_name["upstream-f"].reported, by_name["upstream-f"].case) == ("open", "S-1")
    assert by_name["debian-u4"].reported == ""
    assert answer.unreported == 1


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("openssl", {"upstream-f", "upstream-g", "upstream-old", "debian-u4", "debian-u5"}),
        ("OpenSSL", {"upstream-f", "upstream-g", "upstream-old", "debian-u4", "debian-u5"}),
        ("nginx", set()),
    ],
)
async def test_a_package_lists_who_has_it(store: Store, clock: Clock, question: str, expected: set[str]) -> None:
    await learn(store, clock)
    answer = await asked(store, clock, question)

    assert {row.name for row in answer.systems if row.hit is Hit.AFFECTED} == expected


@pytest.mark.parametrize(
    ("question", "hit"),
    [
        ("openssl<1.0.1g", {"upstream-f", "upstream-old"}),
        ("openssl <= 0.9.8y", {"upstream-old"}),
        ("openssl=1.0.1f", {"upstream-f"}),
        ("openssl==1.0.1f", {"upstream-f"}),
        ("openssl>=1.0.1g", {"upstream-g"}),
    ],
)
async def test_a_range_is_judged_by_upstreams_order(store: Store, clock: Clock, question: str, hit: set[str]) -> None:
    await learn(store, clock)
    answer = await asked(store, clock, question)

    assert {row.name for row in answer.systems if row.hit is Hit.AFFECTED and row.name.startswith("upstream")} == hit


_NO_QUESTIONS = ["", "???", "openssl < ", "'; drop table asset; --", "openssl>1.0.1", "OpenSSL 1.0.1f"]


@pytest.mark.parametrize("question", _NO_QUESTIONS)
async def test_what_is_no_question_is_answered_with_what_to_ask(store: Store, clock: Clock, question: str) -> None:
    answer = await asked(store, clock, question)

    assert answer.systems == ()
    assert "Ask for a vulnerability" in answer.notes[0]
    assert affected_answer(answer, "https://suture.example.com").text.endswith(
        "not understood, so nothing was looked up"
    )


async def test_a_name_that_is_no_package_of_ours_is_not_told_as_unaffected(store: Store, clock: Clock) -> None:
    answer = await asked(store, clock, "heartbleed")

    said = affected_answer(answer, "https://suture.example.com").text
    assert said == "heartbleed: no system that we know of has a package called heartbleed"
    assert answer.notes[0].startswith("No inventory is loaded")
    assert answer.notes[1] == "A vulnerability is asked by its id, such as CVE-2014-0160."


async def test_an_advisory_asked_by_its_own_name_counts_once(store: Store, clock: Clock) -> None:
    await learn(store, clock, UPSTREAM, DEBIAN)
    answer = await asked(store, clock, UPSTREAM.id)

    assert sorted(answer.advisories) == sorted({UPSTREAM.id, DEBIAN.id})


async def test_what_is_missing_is_said(store: Store, clock: Clock) -> None:
    answer = await asked(store, clock, "CVE-2014-0160")

    assert answer.nothing_known
    assert any("No inventory is loaded" in note for note in answer.notes)
    assert any("No loaded advisory" in note for note in answer.notes)
    assert answer.known_exploited is None
