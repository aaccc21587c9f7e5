"""What a team's entry says of who is on call and when its digest is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.settings import Settings, describe, load
from bot.settings.secrets_of import secrets_of
from tests.bot.settings_example import VARIABLES, write_example


@pytest.fixture
def example(tmp_path: Path) -> Settings:
    return load(write_example(tmp_path / "config"), VARIABLES)


def of_one_team(tmp_path: Path, entry: str) -> Settings:
    (tmp_path / "teams.yaml").write_text(f"people: [{{id: ana}}]\nteams: [{{id: a, {entry}}}]\n", encoding="utf-8")
    return load(tmp_path, {"CALENDAR": "https://calendar.example.com/private-5ecret/a.ics"})


def test_a_rotation_is_what_was_written(example: Settings) -> None:
    schedule = example.on_call["payments"]

    assert schedule.rotation is not None
    assert schedule.rotation.people == ("ben", "ana")
    assert schedule.rotation.every == timedelta(days=14)
    assert schedule.rotation.begins == datetime.fromisoformat("2026-03-02 09:00")
    assert schedule.rotation.zone.key == "Europe/Lisbon"
    assert schedule.where.endswith("config/teams.yaml:17")


def test_a_schedule_elsewhere_has_its_key_and_does_not_show_it(example: Settings) -> None:
    schedule = example.on_call["platform"]

    assert (schedule.schedule, schedule.api_url) == ("P123ABC", "https://api.pagerduty.com")
    assert schedule.token is not None
    assert schedule.token.reveal() == VARIABLES["JIRA"]
    assert repr(schedule.token) == "Secret(env JIRA)"


def test_the_private_address_of_a_calendar_is_a_secret(tmp_path: Path) -> None:
    settings = of_one_team(tmp_path, "on_call: {calendar: {env: CALENDAR}}")

    assert "5ecret" not in repr(settings.on_call["a"])
    assert "https://calendar.example.com/private-5ecret/a.ics" in secrets_of(settings)


def test_a_calendars_path_starts_at_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.ics").write_text("", encoding="utf-8")
    calendar = of_one_team(tmp_path, "on_call: {calendar: a.ics}").on_call["a"].calendar

    assert calendar is not None
    assert calendar.reveal() == str(tmp_path / "a.ics")


@pytest.mark.parametrize(
    ("written", "cron", "zone"),
    [
        ("mon-fri 09:00 Europe/Lisbon", "0 9 * * mon-fri", "Europe/Lisbon"),
        ("daily 8:30 UTC", "30 8 * * *", "UTC"),
        ("08:30", "30 8 * * *", "UTC"),
        ("'mon,wed,fri 17:05 America/New_York'", "5 17 * * mon,wed,fri", "America/New_York"),
        ("'0 9 * * 1-5 Europe/Lisbon'", "0 9 * * 1-5", "Europe/Lisbon"),
        ("'*/15 * * * *'", "*/15 * * * *", "UTC"),
    ],
)
def test_when_a_digest_is_told(tmp_path: Path, written: str, cron: str, zone: str) -> None:
    times = of_one_team(tmp_path, f"chat: console, digest: {written}").digests["a"]

    assert (times.cron, times.zone.key) == (cron, zone)


def test_both_are_said_by_check(example: Settings) -> None:
    said = {(line.topic, line.name): line.text for line in describe(example)}

    assert said[("on-call", "payments")] == "ben, ana in turn, 14 days each (config/teams.yaml:17)"
    assert said[("on-call", "platform")] == "by PagerDuty schedule P123ABC (config/teams.yaml:20)"
    assert said[("digest", "payments")] == "told mon-fri 09:00 Europe/Lisbon"
