"""One weakness on many hosts of one team is one message with a list, whoever tells of it and however often."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.store import tables as t
from tests.stories.world import World

HEARTBLEED = {"title": "OpenSSL leaks memory", "rule": "CVE-2014-0160", "cve": "CVE-2014-0160", "severity": "high"}
HOSTS = [f"shop-{number}" for number in range(1, 41)]


def on(host: str, **changes: Any) -> dict[str, Any]:
    return HEARTBLEED | {"resource": {"id": host, "type": "host"}} | changes


async def of_heartbleed(world: World) -> list[Any]:
    """The messages in the team's channel that are about it."""
    messages = await asyncio.to_thread(world.channel("payments").messages)
    return [message for message in messages if "OpenSSL leaks memory" in message.text]


async def test_forty_hosts_are_one_message_from_the_first_to_the_last(world: World) -> None:
    await world.alert(**on("shop-1"))
    await world.card("payments", "OpenSSL leaks memory")
    for host in HOSTS[1:]:
        await world.alert(**on(host))

    await world.card("payments", "+ 35 more")
    assert len(await of_heartbleed(world)) == len(await world.rows(t.cases)) == 1

    await world.scan(report_of("shop-2", ("CVE-2014-0160",)))
    await world.card("payments", "generic, trivy")
    assert len(await of_heartbleed(world)) == len(await world.rows(t.cases)) == 1


async def test_when_the_last_host_is_clean_the_case_is_fixed_and_has_no_buttons(world: World) -> None:
    for host in ("shop-2", "shop-3"):
        await world.alert(**on(host))
    await world.card("payments", "OpenSSL leaks memory")
    await world.alert(**on("shop-2", status="resolved"))
    assert [row.state for row in await world.rows(t.cases)] == ["open"]

    await world.alert(**on("shop-3", status="resolved"))
    card = await world.card("payments", "FIXED")
    assert card.again().buttons == []
    await world.said_in_thread("payments", "FIXED", "No tool reports it as open any more.")

    await world.alert(**on("shop-3"))
    await world.said_in_thread("payments", "OpenSSL leaks memory", "It came back")
    assert len(await of_heartbleed(world)) == 1


async def test_what_a_scan_no_longer_sees_is_resolved(world: World) -> None:
    first = await world.scan(report_of("shop-2", ("CVE-2014-0160", "CVE-2021-44228")))
    assert (first["state"], first["findings"], first["new"]) == ("done", 2, 2)
    await world.card("payments", "CVE-2021-44228")

    world.clock.pass_by(hours=1)
    second = await world.scan(report_of("shop-2", ("CVE-2014-0160",)))
    assert (second["state"], second["repeated"], second["resolved"]) == ("done", 1, 1)
    await world.said_in_thread("payments", "CVE-2021-44228", "No tool reports it as open any more.")
    assert {row.problem: row.state for row in await world.rows(t.cases)} == {
        "CVE-2014-0160": "open",
        "CVE-2021-44228": "fixed",
    }


def report_of(host: str, cves: tuple[str, ...]) -> dict[str, Any]:
    """A Trivy report of one host's packages."""
    found = [
        {
            "VulnerabilityID": cve,
            "PkgName": "openssl",
            "InstalledVersion": "1.0.1f",
            "FixedVersion": "1.0.1g",
            "Severity": "HIGH",
            "Title": f"openssl: {cve}",
        }
        for cve in cves
    ]
    result = {"Target": host, "Class": "os-pkgs", "Type": "debian", "Vulnerabilities": found}
    return {"SchemaVersion": 2, "ArtifactName": host, "ArtifactType": "vm", "Results": [result]}
