"""Which of our systems does it hit? By components, by the advisories we hold, and by what tools reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from bot.model.affected_answer import AffectedAnswer, Hit
from bot.store import context_load as load
from bot.store.affected import affected
from bot.store.db import Store
from bot.triage.accept import accept
from bot.views.affected import affected_answer
from bot.views.plain_text import lines_of
from connectors.contract.context import Advisory, AffectedPackage, AssetRecord, Component, VersionRange
from connectors.contract.finding import Status
from connectors.formats.purls import component_of
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


async def learn(store: Store, clock: Clock, *advisories: Advisory, fleet: Sequence[AssetRecord] = FLEET) -> None:
    async with store.write() as connection:
        await load.write_inventory(connection, fleet, clock())
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


def having(name: str, purl: str) -> AssetRecord:
    return AssetRecord(id=name, name=name, identifiers=(name,), components=(component_of(purl),))


@pytest.mark.parametrize(
    ("purl", "question"),
    [
        ("pkg:npm/lodash@4.17.20", "lodash<4.17.21"),
        ("pkg:npm/lodash@4.17.20", "lodash == 4.17.20"),
        ("pkg:npm/%40angular/core@11.0.4", "@angular/core<11.0.5"),
        ("pkg:pypi/zope.interface@5.0.0rc1", "Zope_Interface<5.0.0"),
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "org.apache.logging.log4j:log4j-core<2.15.0"),
        ("pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1", "log4j-core<2.15.0"),
        ("pkg:golang/golang.org/x/net@v0.7.0", "net<0.17.0"),
        ("pkg:gem/rails@7.0.0.rc1", "rails<7.0.0"),
    ],
)
async def test_a_range_of_a_registrys_package_is_judged_by_its_registrys_order(
    store: Store, clock: Clock, purl: str, question: str
) -> None:
    await learn(store, clock, fleet=(having("app-1", purl),))

    assert hits(await asked(store, clock, question)) == {"app-1": Hit.AFFECTED}


async def test_a_version_whose_order_nobody_here_knows_is_unknown(store: Store, clock: Clock) -> None:
    await learn(store, clock, fleet=(having("lab-1", "pkg:cran/openssl@1.0.1f"),))

    assert hits(await asked(store, clock, "openssl<1.0.1g")) == {"lab-1": Hit.UNKNOWN}


async def test_pypi_packages_are_found_however_their_advisory_spells_them(store: Store, clock: Clock) -> None:
    versions = VersionRange(scheme="ECOSYSTEM", events=(("introduced", "0"), ("fixed", "8.15.1")))
    named = AffectedPackage(name="plone.restapi", ecosystem="PyPI", ranges=(versions,))
    told = Advisory(id="PYSEC-2024-7", affected=(named,))
    await learn(store, clock, told, fleet=(having("site-1", "pkg:pypi/plone.restapi@8.0.0"),))

    assert hits(await asked(store, clock, "PYSEC-2024-7")) == {"site-1": Hit.AFFECTED}


@pytest.mark.parametrize(
    "question", ["GHSA-jfh8-c2jp-5v3q", "ghsa-jfh8-c2jp-5v3q", "GHSA-JFH8-C2JP-5V3Q", "dsa-2896-1"]
)
async def test_an_advisorys_own_name_is_known_in_any_case(store: Store, clock: Clock, question: str) -> None:
    await learn(store, clock, DEBIAN, replace(DEBIAN, id="GHSA-jfh8-c2jp-5v3q"))
    answer = await asked(store, clock, question)

    assert answer.affected == 1
    assert answer.problem in ("GHSA-jfh8-c2jp-5v3q", "DSA-2896-1")


async def test_a_package_may_be_named_like_an_advisory(store: Store, clock: Clock) -> None:
    fleet = (having("app-1", "pkg:maven/org.apache.commons/commons-collections4@4.0"),)
    await learn(store, clock, fleet=fleet)

    assert hits(await asked(store, clock, "commons-collections4")) == {"app-1": Hit.AFFECTED}


async def test_every_system_is_listed_not_the_first_fifty(store: Store, clock: Clock) -> None:
    fleet = tuple(host(f"shop-{number}", "1.0.1f") for number in range(60))
    await learn(store, clock, UPSTREAM, fleet=fleet)
    answer = await asked(store, clock, "CVE-2014-0160")

    assert (len(answer.systems), answer.affected, answer.systems_more) == (60, 60, 0)
    whole = affected_answer(answer, "https://suture.example.com").attachment
    assert whole is not None
    assert {line.split()[1] for line in whole.text.splitlines() if "shop-" in line} == {each.id for each in fleet}


async def test_what_somebody_may_not_see_is_counted_and_not_shown(store: Store, clock: Clock) -> None:
    theirs = replace(host("plat-1", "1.0.1f"), owner="platform")
    await learn(store, clock, UPSTREAM, fleet=(host("shop-1", "1.0.1f"), theirs))
    answer = (await asked(store, clock, "CVE-2014-0160")).seen_by(lambda owner, environment: owner == "payments")

    assert list(hits(answer)) == ["shop-1"]
    assert (answer.affected, answer.hidden, answer.systems_more, answer.nothing_known) == (2, 1, 0, False)
    shown = "\n".join(lines_of(affected_answer(answer, "https://suture.example.com")))
    assert "2 affected" in shown
    assert "1 row of other teams is not shown to you; the numbers above count them." in shown
    assert "plat-1" not in shown


@pytest.mark.parametrize("question", ["CVE-2099-1111", "ghsa-aaaa-bbbb-cccc"])
async def test_no_all_clear_where_nobody_can_tell(store: Store, clock: Clock, question: str) -> None:
    await learn(store, clock, UPSTREAM)
    answer = await asked(store, clock, question)

    assert answer.cannot_be_told
    assert affected_answer(answer, "https://suture.example.com").text == f"{question}: cannot be told"


async def test_what_is_missing_is_said(store: Store, clock: Clock) -> None:
    answer = await asked(store, clock, "CVE-2014-0160")

    assert answer.nothing_known
    assert any("No inventory is loaded" in note for note in answer.notes)
    assert any("No loaded advisory" in note for note in answer.notes)
    assert answer.known_exploited is None
