"""Who is on call, from the schedule to the card: read, kept when it cannot be read, and always with the source."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.model.on_call import OnCall
from bot.store import tables as t
from bot.store.on_call import on_call_of
from bot.work.on_call import OnCallWork
from tests.bot.commands.test_commands import said
from tests.bot.web.console_browser import CONFIG, Console, console_of, finding, words_of, write_config
from tests.databases import Clock
from tests.fakes.schedules import Schedules, Turn

WEEK = timedelta(days=7)
CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example.com//on call//EN
BEGIN:VEVENT
UID:1@example.com
DTSTAMP:20260101T000000Z
SUMMARY:Platform: Ben Okafor
DTSTART:20260302T080000Z
DTEND:20260303T080000Z
END:VEVENT
END:VCALENDAR
"""


@dataclass(slots=True)
class Desk:
    """Two teams with schedules elsewhere, and one with a rotation."""

    console: Console
    fake: Schedules
    clock: Clock

    async def read(self) -> None:
        wiring = self.console.wiring
        await OnCallWork(wiring.store, wiring.settings, self.clock).refresh()

    async def on_call(self, team: str) -> OnCall:
        async with self.console.wiring.store.read() as connection:
            found = await on_call_of(connection, team, self.clock())
        assert found is not None
        return found


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Schedules]:
    (tmp_path / "tls").mkdir()
    with Schedules(tmp_path / "tls") as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(running.pem))
        running.calendars["/private/5ecret/platform.ics"] = CALENDAR
        yield running


@pytest.fixture
async def desk(database_url: str, tmp_path: Path, clock: Clock, fake: Schedules) -> AsyncIterator[Desk]:
    config = write_config(tmp_path)
    (tmp_path / "key").write_text(fake.token, encoding="utf-8")
    (tmp_path / "calendar").write_text(f"{fake.url}/private/5ecret/platform.ics\n", encoding="utf-8")
    pagerduty = f"on_call: {{pagerduty: P123ABC, token: {{file: {tmp_path}/key}}, api_url: {fake.url}}}"
    calendar = f"on_call: {{calendar: {{file: {tmp_path}/calendar}}}}"
    teams = CONFIG["teams.yaml"].replace("lead: ana,", f"lead: ana, {pagerduty},")
    teams = teams.replace("lead: ben,", f"lead: ben, {calendar},")
    teams = teams.replace("name: Ana Sousa,", "name: Ana Sousa, email: ana@example.com,")
    teams = teams.replace(
        "catch_all",
        '  - {id: night, name: Night, on_call: {rotation: [ben, ana], from: "2026-03-02 08:00"}}\ncatch_all',
    )
    (config / "teams.yaml").write_text(teams, encoding="utf-8")
    console = console_of(config, database_url, clock)
    await console.wiring.engine.start(worker=False)
    yield Desk(console, fake, clock)
    await console.http.aclose()
    await console.wiring.engine.stop(grace=1)
    await console.wiring.close()


def turn_of_ana(clock: Clock) -> Turn:
    return Turn("Ana Sousa", "ana@example.com", clock() - WEEK, clock() + WEEK)


async def test_each_schedule_is_read_and_named(desk: Desk) -> None:
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock), Turn("Ben Okafor", "ben@example.com", level=2)]
    await desk.read()

    payments, platform, night = [await desk.on_call(team) for team in ("payments", "platform", "night")]
    assert (payments.person, payments.name, payments.source) == ("ana", "Ana Sousa", "PagerDuty schedule P123ABC")
    assert (payments.until, payments.as_of, payments.stale) == (desk.clock() + WEEK, desk.clock(), False)
    assert (platform.person, platform.source) == ("ben", "the calendar localhost")
    assert platform.until == datetime.fromisoformat("2026-03-03T08:00:00+00:00")
    assert (night.person, night.source) == ("ben", "the rotation in config/teams.yaml:9")


async def test_the_card_the_words_and_the_page_say_who_and_why(desk: Desk) -> None:
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock)]
    await desk.read()
    await desk.console.report(finding("pay-1"))
    sentence = "n call until 2026-03-09 09:00 UTC: Ana Sousa (PagerDuty schedule P123ABC)"

    assert sentence in await said(desk.console, "ana", "show S-1")
    assert sentence in await said(desk.console, "ana", "oncall payments")
    assert sentence in await said(desk.console, "ana", "oncall")
    assert sentence in await said(desk.console, "ana", "who pay-1")
    await desk.console.sign_in("ana")
    assert sentence in words_of(await desk.console.page("/cases/S-1"))


async def test_a_schedule_that_cannot_be_read_leaves_the_last_known_and_says_so(desk: Desk) -> None:
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock)]
    await desk.read()
    desk.fake.status = 503
    desk.clock.advance(minutes=12)
    await desk.read()

    found = await desk.on_call("payments")
    assert (found.person, found.stale) == ("ana", True)
    answer = await said(desk.console, "ana", "oncall payments")
    assert "Ana Sousa (PagerDuty schedule P123ABC, as of 2026-03-02 09:00 UTC; the schedule could not be read" in answer
    assert (await desk.on_call("night")).stale is False


async def test_past_the_last_turn_that_was_read_it_is_still_the_last_known(desk: Desk) -> None:
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock)]
    await desk.read()
    desk.fake.status = 500
    desk.clock.advance(days=20)
    await desk.read()

    assert (await desk.on_call("payments")).person == "ana"


async def test_a_reading_that_stopped_is_stale_without_any_failure(desk: Desk) -> None:
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock)]
    await desk.read()
    desk.clock.advance(hours=1)

    assert (await desk.on_call("payments")).stale


async def test_it_is_well_again_after_the_next_good_reading(desk: Desk) -> None:
    desk.fake.status = 503
    await desk.read()
    assert "unknown (PagerDuty schedule P123ABC could not be read yet)" in await said(desk.console, "ana", "oncall")
    desk.fake.status = 0
    desk.fake.turns["P123ABC"] = [turn_of_ana(desk.clock)]
    await desk.read()

    found = await desk.on_call("payments")
    assert (found.person, found.stale) == ("ana", False)


async def test_nobody_on_call_and_somebody_we_do_not_know_are_said(desk: Desk) -> None:
    await desk.read()
    assert "on call: nobody (PagerDuty" in await said(desk.console, "ana", "oncall payments")

    desk.fake.turns["P123ABC"] = [Turn("Zoe Quist", "zoe@example.com")]
    await desk.read()
    found = await desk.on_call("payments")
    assert (found.person, found.name) == ("", "Zoe Quist")
    assert "Zoe Quist, whom config/teams.yaml does not know" in await said(desk.console, "ana", "oncall payments")


async def test_a_private_address_is_never_said(desk: Desk) -> None:
    desk.fake.calendars.clear()
    await desk.read()

    (problem,) = [row.problem for row in await desk.console.rows(t.on_call_read) if row.team == "platform"]
    assert problem == "localhost answered 404; check the address"
    assert "5ecret" not in await said(desk.console, "ben", "oncall platform")


async def test_a_team_without_a_schedule_has_nobody_on_call(desk: Desk) -> None:
    await desk.read()
    wiring = desk.console.wiring
    await OnCallWork(wiring.store, replace(wiring.settings, on_call={}), desk.clock).refresh()

    async with wiring.store.read() as connection:
        assert await on_call_of(connection, "night", desk.clock()) is None


async def test_a_wrong_team_gets_the_nearest(desk: Desk) -> None:
    assert "Did you mean `payments`?" in await said(desk.console, "ana", "oncall paymens")
