"""sslyze, nmap and testssl.sh find Heartbleed on one server: one case, until none of them sees it any more."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.store import tables as t
from tests.e2e.producers.seen import says_fixed, told_to_payments_alone
from tests.e2e.producers.tools import Pipeline, of_python, of_the_system
from tests.fakes.tls_server import TlsServer
from tests.stories.world import World

HEARTBLEED = "CVE-2014-0160"


async def by_sslyze(pipeline: Pipeline, port: int) -> bytes:
    to = str(pipeline.home / "sslyze.json")
    return await pipeline.report(of_python("sslyze"), "--heartbleed", f"--json_out={to}", f"localhost:{port}", to=to)


async def by_nmap(pipeline: Pipeline, port: int) -> bytes:
    to = str(pipeline.home / "nmap.xml")
    words = ("-Pn", "-n", "-p", str(port), "--script", "ssl-heartbleed", "-oX", to, "localhost")
    return await pipeline.report(of_the_system("nmap"), *words, to=to)


async def by_testssl(pipeline: Pipeline, port: int) -> bytes:
    to = str(pipeline.home / "testssl.json")
    words = ("--quiet", "--warnings", "off", "--heartbleed", "--jsonfile", to, f"localhost:{port}")
    return await pipeline.report(of_the_system("testssl"), *words, to=to)


SCANS = {"sslyze": by_sslyze, "nmap": by_nmap, "testssl": by_testssl}


async def reports(pipeline: Pipeline, port: int) -> dict[str, bytes]:
    """What each of them says of the server, by the name of its source."""
    written = await asyncio.gather(*(scan(pipeline, port) for scan in SCANS.values()))
    return dict(zip(SCANS, written, strict=True))


async def test_three_scanners_one_case(world: World, tmp_path: Path, pipeline: Pipeline) -> None:
    with TlsServer(tmp_path) as server:
        for source, report in (await reports(pipeline, server.port)).items():
            said = await world.report(source, report)
            assert (said["state"], said["new"] > 0, said["quarantined"]) == ("done", True, 0), (source, said)
        card = await told_to_payments_alone(world, HEARTBLEED)
        assert len(await world.rows(t.cases)) == 1  # what passed, or only says who answers, is no case

        server.repair()
        for source, report in (await reports(pipeline, server.port)).items():
            said = await world.report(source, report)
            assert (said["state"], said["quarantined"]) == ("done", 0), (source, said)
        await says_fixed(world, card)
