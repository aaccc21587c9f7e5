"""A source's stored deliveries are read again by a newer parser: what is told once stays told once."""

from __future__ import annotations

import json
import zlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.model.replayed import Replayed
from bot.response.replay_source import SourceReplay
from bot.settings.values import SourceSettings
from bot.store import tables as t
from bot.triage.accept import Received, accept
from bot.triage.rules import rules_of
from bot.wiring import Wiring, settings_of, wire
from connectors.reading import read
from tests.bot.web.console_browser import write_config
from tests.databases import Clock

MAPPED = {
    "items": "alerts",
    "title": "name",
    "rule": "name",
    "severity": "level",
    "status": "state",
    "resource.id": "host",
}
BLIND = MAPPED | {"resource.id": "machine"}  # finds no resource: every record is set aside
MILD = MAPPED | {"severity": "usual"}


class Replays:
    """A generic source whose mapping, and so its parser, is another one each day."""

    def __init__(self, wiring: Wiring, clock: Clock) -> None:
        self.wiring = wiring
        self.clock = clock
        self.reads(MAPPED)

    def reads(self, mapping: Mapping[str, str], version: int = 1) -> None:
        """From now on, by this mapping."""
        generic = replace(self.wiring.sources["generic"], parser_version=version)
        settings = replace(self.wiring.settings, sources={"generic": SourceSettings(id="generic", mapping=mapping)})
        self.wiring = replace(self.wiring, settings=settings, sources={"generic": generic})

    async def comes(self, *alerts: dict[str, Any], after: float = 60) -> str:
        """A delivery, ``after`` seconds from the one before; its id."""
        now, source = self.clock.advance(seconds=after), self.wiring.sources["generic"]
        body = json.dumps({"alerts": alerts}).encode()
        received = Received(
            id=f"delivery-{int(now.timestamp())}",
            source="generic",
            delivery_key=f"id:{now.timestamp()}",
            received_at=now,
            headers={},
            body=body,
            parser_version=source.parser_version,
            records=read(source, body, {}, self.wiring.settings.sources["generic"].options()).records,
        )
        async with self.wiring.store.write() as connection:
            rules = rules_of(self.wiring.settings, self.wiring.fixes)
            await accept(connection, [received], rules, self.wiring.engine)
        return received.id

    async def again(self, *, changes: bool, since: timedelta = timedelta(days=7)) -> Replayed:
        run = SourceReplay(self.wiring, "generic", who="ana", where_from="terminal:ana")
        return await run.run(self.clock() - since, changes=changes, progress=lambda found: None)

    async def rows(self, table: sa.Table) -> list[Any]:
        async with self.wiring.store.read() as connection:
            return list((await connection.execute(sa.select(table).order_by(*table.primary_key.columns))).all())

    async def everything(self) -> dict[str, list[Any]]:
        """All that people could see or be told."""
        return {
            table.name: await self.rows(table) for table in (t.finding, t.cases, t.message, t.history, t.quarantine)
        }

    async def told(self) -> list[str]:
        """The lines that a thread says."""
        return [row.text for row in await self.rows(t.history) if not row.quiet]


@pytest.fixture
async def replays(database_url: str, tmp_path: Path, clock: Clock) -> AsyncIterator[Replays]:
    variables = {"DATABASE_URL": database_url, "SUTURE_WORKER": "replay-test"}
    config = write_config(tmp_path)
    teams = config / "teams.yaml"
    teams.write_text(teams.read_text(encoding="utf-8").replace("owns:", "chat: console, owns:"), encoding="utf-8")
    wiring = wire(settings_of(str(config), variables), variables, clock=clock)
    await wiring.engine.start(worker=False)
    yield Replays(wiring, clock)
    await wiring.engine.stop(grace=1)
    await wiring.close()


def alert(host: str = "pay-1", level: str = "high", state: str = "open", **more: Any) -> dict[str, Any]:
    return {"name": "Open door", "host": host, "level": level, "state": state, "usual": "low"} | more


def counts(found: Replayed, version: int) -> tuple[int, int, int, int]:
    """(new, changed, same, older) of one stored version."""
    seen = found.by_version[version]
    return seen.new, seen.changed, seen.same, seen.older


async def test_a_dry_run_says_what_would_change_and_changes_nothing(replays: Replays) -> None:
    replays.reads(BLIND)
    await replays.comes(alert("pay-1"), alert("pay-2"))
    replays.reads(MAPPED, version=2)
    await replays.comes(alert("pay-3"))
    replays.reads(MAPPED | {"severity": "'critical'"}, version=3)
    before = await replays.everything()

    found = await replays.again(changes=False)

    assert counts(found, 1) == (2, 0, 0, 0)
    assert (found.by_version[1].released, found.by_version[1].still) == (2, 0)
    assert counts(found, 2) == (0, 1, 0, 0)
    assert {one.what for one in found.examples} == {"new, critical", "changed, high to critical"}
    assert await replays.everything() == before
    assert await replays.rows(t.audit) == []


async def test_what_was_quarantined_is_told_once_and_released(replays: Replays) -> None:
    replays.reads(BLIND)
    await replays.comes(alert())
    replays.reads(MAPPED, version=2)
    received_at = replays.clock()
    replays.clock.advance(hours=1)

    found = await replays.again(changes=True)

    assert found.total("new") == 1
    (case,) = await replays.rows(t.cases)
    assert (case.title, case.state, case.seen_at) == ("Open door", "open", received_at)
    (message,) = await replays.rows(t.message)
    assert message.wanted == 1
    (held,) = await replays.rows(t.quarantine)
    assert held.released_at == replays.clock()
    (delivery,) = await replays.rows(t.delivery)
    assert delivery.parser_version == 2
    begun, done = await replays.rows(t.audit)
    assert (begun.act, begun.who, begun.outcome, done.outcome) == ("replay", "ana", "begun", "done")
    assert done.detail["new"] == 1


async def test_a_second_run_finds_nothing_left_to_do(replays: Replays) -> None:
    replays.reads(MILD)
    for host in ("pay-1", "pay-2"):
        await replays.comes(alert(host))
    replays.reads(BLIND)
    await replays.comes(alert("pay-3"), alert("pay-1"))
    replays.reads(MAPPED, version=2)
    await replays.again(changes=True)
    after = await replays.everything()

    found = await replays.again(changes=True)

    assert (found.total("new"), found.total("changed"), found.total("released")) == (0, 0, 0)
    assert await replays.everything() == after


async def test_facts_that_changed_edit_the_card_and_say_nothing(replays: Replays) -> None:
    replays.reads(MILD)
    await replays.comes(alert())
    (before,) = await replays.rows(t.message)
    replays.reads(MAPPED | {"severity": "'critical'"}, version=2)

    found = await replays.again(changes=True)

    assert counts(found, 1) == (0, 1, 0, 0)
    (case,) = await replays.rows(t.cases)
    assert case.severity == 5
    (message,) = await replays.rows(t.message)
    assert (message.wanted, message.channel) == (before.wanted + 1, before.channel)
    assert await replays.told() == []
    assert [row.text[:15] for row in await replays.rows(t.history)] == ["More urgent now"]
    (finding,) = await replays.rows(t.finding)
    assert (finding.count, finding.severity) == (1, 5)


async def test_an_older_delivery_never_overwrites_a_newer_one(replays: Replays) -> None:
    await replays.comes(alert(level="low"))
    await replays.comes(alert(level="critical"))
    await replays.comes(alert(level="critical", state="resolved"))
    (before,) = await replays.rows(t.finding)
    replays.reads(MAPPED | {"title": "join(' ', [name, level])"}, version=2)

    found = await replays.again(changes=True)

    assert counts(found, 1) == (0, 1, 0, 2)
    (finding,) = await replays.rows(t.finding)
    assert (finding.state, finding.severity, finding.title) == ("resolved", 5, "Open door critical")
    assert (finding.count, finding.last_seen, finding.delivery) == (before.count, before.last_seen, before.delivery)
    assert (await replays.rows(t.cases))[0].state == "fixed"


async def test_a_repeated_finding_is_not_closed_by_what_was_quarantined_in_between(replays: Replays) -> None:
    await replays.comes(alert())
    replays.reads(BLIND)
    await replays.comes(alert(state="resolved"))
    replays.reads(MAPPED)
    await replays.comes(alert())  # the same again: only counted

    found = await replays.again(changes=True)

    assert (found.total("new"), found.total("changed"), found.total("older"), found.total("released")) == (0, 0, 2, 1)
    assert (await replays.rows(t.cases))[0].state == "open"
    assert await replays.told() == []


async def test_what_nobody_could_read_and_is_over_by_now_tells_nobody(replays: Replays) -> None:
    replays.reads(BLIND)
    first = replays.clock() + timedelta(seconds=60)
    await replays.comes(alert())
    await replays.comes(alert(state="resolved"))
    replays.reads(MAPPED, version=2)

    await replays.again(changes=True)

    (finding,) = await replays.rows(t.finding)
    assert (finding.state, finding.first_seen) == ("resolved", first)
    assert await replays.rows(t.cases) == []
    assert await replays.rows(t.message) == []


@pytest.mark.parametrize("state", ["mitigated", "resolved"])
async def test_what_was_fixed_since_stays_fixed(replays: Replays, state: str) -> None:
    await replays.comes(alert())
    async with replays.wiring.store.write() as connection:  # as a run of ours, or somebody's word, leaves it
        await connection.execute(sa.update(t.finding).values(state=state))
    replays.reads(MAPPED | {"severity": "'critical'"}, version=2)

    found = await replays.again(changes=True)

    assert counts(found, 1) == (0, 0, 0, 1)
    (finding,) = await replays.rows(t.finding)
    assert (finding.state, finding.severity) == (state, 4)


async def test_a_run_that_was_killed_is_simply_run_again(replays: Replays) -> None:
    replays.reads(BLIND)
    for number in range(6):
        await replays.comes(alert(f"pay-{number}"))
    replays.reads(MAPPED, version=2)

    class Killed(BaseException):
        pass

    def die(found: Replayed) -> None:
        if found.deliveries == 3:
            raise Killed

    run = SourceReplay(replays.wiring, "generic", who="ana", where_from="terminal:ana")
    with pytest.raises(Killed):
        await run.run(replays.clock() - timedelta(days=7), changes=True, progress=die)
    assert len(await replays.rows(t.finding)) == 3

    found = await replays.again(changes=True)

    assert (found.by_version[1].new, found.by_version[2].same) == (3, 3)
    (case,) = await replays.rows(t.cases)
    assert (case.open_findings, case.total_findings) == (6, 6)
    assert len(await replays.rows(t.message)) == 1


async def test_only_that_source_and_only_since_then(replays: Replays) -> None:
    replays.reads(BLIND)
    await replays.comes(alert("pay-1"))
    await replays.comes(alert("pay-2"), after=timedelta(days=3).total_seconds())
    replays.reads(MAPPED, version=2)
    async with replays.wiring.store.write() as connection:
        old: datetime = replays.clock()
        row = {"id": "other", "source": "other", "transport_id": "o", "received_at": old, "headers": {}, "body": b"x"}
        await connection.execute(t.delivery.insert().values(**row, parser_version=1))

    found = await replays.again(changes=False, since=timedelta(days=1))

    assert (found.deliveries, found.total("new"), found.examples[0].resource) == (1, 1, "pay-2")


async def test_what_todays_parser_cannot_read_at_all_is_counted_and_left_alone(replays: Replays) -> None:
    delivery = await replays.comes(alert())
    async with replays.wiring.store.write() as connection:
        await connection.execute(
            sa.update(t.delivery).where(t.delivery.c.id == delivery).values(body=zlib.compress(b"no json"))
        )
    before = await replays.everything()

    found = await replays.again(changes=True)

    assert (found.by_version[1].unreadable, found.total("changed")) == (1, 0)
    assert await replays.everything() == before
