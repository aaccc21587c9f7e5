"""What could not be read is read again from its page, by who may, and the trail says so."""

from __future__ import annotations

import json
from pathlib import Path

from bot.store.tables import audit, finding, quarantine
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from connectors.contract.finding import Quarantined
from tests.bot.web.console_browser import Console, Forms, console_of, words_of, write_config
from tests.databases import Clock
from tests.whole_policy import whole

READABLE = {"title": "SSH is open", "rule": "ssh-open", "severity": "high", "resource": {"id": "pay-1", "type": "host"}}


async def set_aside(console: Console, body: object) -> None:
    """A delivery that an older parser could not read."""
    received = Received(
        id="delivery-1",
        source="generic",
        delivery_key="id:1",
        received_at=console.clock(),
        headers={},
        body=json.dumps(body).encode(),
        parser_version=0,
        records=[Quarantined("", "nobody knows this shape", json.dumps(body))],
    )
    async with console.wiring.store.write() as connection:
        await accept(
            connection, [received], rules_of(console.wiring.settings, console.wiring.fixes), console.wiring.engine
        )


async def test_it_is_read_again_and_released(database_url: str, tmp_path: Path, clock: Clock) -> None:
    console = await started(database_url, tmp_path, clock, "acts: [view, replay]")
    await set_aside(console, READABLE)
    await console.sign_in("ben")
    await console.press("/quarantine", "Read again")

    page = await console.page("/quarantine")
    assert "1 finding read, 1 of them new; 1 record released from quarantine, 0 still there." in words_of(page)
    assert not any("Read again" in words for _, _, words in Forms(page).found)
    (found,) = await console.rows(finding)
    assert found.title == "SSH is open"
    (held,) = await console.rows(quarantine)
    assert held.released_at == clock()
    record = (await console.rows(audit))[-1]
    assert (record.who, record.act, record.target, record.outcome) == ("ben", "replay", "delivery delivery-1", "done")
    await stopped(console)


async def test_what_is_still_unreadable_stays(database_url: str, tmp_path: Path, clock: Clock) -> None:
    console = await started(database_url, tmp_path, clock, "acts: [view, replay]")
    await set_aside(console, {"nothing": "known"})
    await console.sign_in("ben")
    await console.press("/quarantine", "Read again")

    assert "1 still there" in words_of(await console.page("/quarantine"))
    assert await console.rows(finding) == []
    await stopped(console)


async def test_who_may_not_is_told_who_could(database_url: str, tmp_path: Path, clock: Clock) -> None:
    console = await started(database_url, tmp_path, clock, "acts: [view]")
    await set_aside(console, READABLE)
    await console.sign_in("ben")
    await console.press("/quarantine", "Read again")

    assert "Nobody may" in words_of(await console.page("/quarantine"))
    assert await console.rows(finding) == []
    await stopped(console)


async def started(database_url: str, folder: Path, clock: Clock, acts: str) -> Console:
    config = write_config(folder)
    (config / "policy.yaml").write_text(
        whole(f"rules:\n  - {{who: {{people: [ben]}}, {acts}, environments: any}}"), encoding="utf-8"
    )
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    return console


async def stopped(console: Console) -> None:
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()
