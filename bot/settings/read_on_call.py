"""``on_call`` of a team in config/teams.yaml: a rotation, a calendar, or a schedule of PagerDuty."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.settings.read_secret import HOW, read_secret
from bot.settings.secrets import Secret
from bot.settings.section import Section
from bot.settings.units import check_zone
from bot.settings.values_teams import OnCallSettings
from bot.settings.yaml_lines import Scalar
from connectors.context.on_call_pagerduty import API
from connectors.context.on_call_rotation import Rotation, whole_days

_WEEK = timedelta(days=7)
_KINDS = ("rotation", "calendar", "pagerduty")


def read_on_call(section: Section, team: str) -> OnCallSettings | None:
    """The schedule of one team; None when it has none, or what is wrong was told."""
    if not section.has("on_call"):
        return None
    on_call = section.section("on_call")
    zone = ZoneInfo(on_call.text("time_zone", "UTC", check=check_zone) or "UTC")
    found = OnCallSettings(
        team=team,
        where=section.at("on_call").short,
        zone=zone,
        rotation=_rotation(on_call, zone),
        calendar=_calendar(on_call),
        schedule=on_call.text("pagerduty", check=_check_schedule),
        token=read_secret(on_call, "token"),
        api_url=on_call.text("api_url", API, check=_check_api).rstrip("/"),
    )
    written = [kind for kind in _KINDS if on_call.has(kind)]
    if len(written) != 1:
        what = " and ".join(written) if written else "no schedule"
        section.problem("on_call", f"{what}: a team has one", f"write one of: {', '.join(_KINDS)}")
        return None
    if written == ["pagerduty"] and not on_call.has("token"):
        on_call.problem("pagerduty", 'a schedule of PagerDuty needs a "token"', HOW)
    whole = found.rotation or found.calendar or (found.schedule and found.token)
    return found if whole else None


def _rotation(on_call: Section, zone: ZoneInfo) -> Rotation | None:
    people = on_call.names("rotation", "person")
    every = on_call.duration("every", _WEEK)
    begins = on_call.text("from", check=_check_begin)
    if not on_call.has("rotation"):
        return None
    if not people:
        on_call.problem("rotation", "names nobody", "write the people's ids in their order, such as [ben, chris]")
    if not whole_days(every):
        on_call.problem("every", "turns are whole days long", "write 1d, 7d or 2w")
        return None
    if not begins:
        on_call.missing("from", 'write when the first turn began, such as "2026-03-02 09:00"')
    if not (people and begins):
        return None
    return Rotation(people=people, begins=datetime.fromisoformat(begins), every=every, zone=zone)


def _calendar(on_call: Section) -> Secret | None:
    """A path or an address, or a reference to one: who knows a calendar's private address can read it."""
    node = on_call.node("calendar")
    if node is None or not isinstance(node, Scalar):
        return read_secret(on_call, "calendar")

    def check(location: str) -> None:
        if "://" in location:
            if not location.startswith("https://"):
                raise ValueError("write a path, or an https:// address")
        elif not Path(on_call.notebook.directory, location).is_file():
            raise ValueError("there is no such file; paths start at the configuration directory")

    location = on_call.text("calendar", check=check)
    if location and "://" not in location:
        location = str(Path(on_call.notebook.directory).absolute() / location)
    return Secret(location, "on_call.calendar") if location else None


def _check_schedule(text: str) -> None:
    if not re.fullmatch(r"[A-Z0-9]{4,32}", text):
        raise ValueError("write the schedule's id, such as P123ABC: the end of its address in PagerDuty")


def _check_api(text: str) -> None:
    if not text.startswith("https://"):
        raise ValueError("write an https:// address: the key travels to it")


def _check_begin(text: str) -> None:
    try:
        begins = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("write a day and a time, such as 2026-03-02 09:00") from None
    if begins.tzinfo is not None:
        raise ValueError("write it without a zone; the zone is time_zone")
