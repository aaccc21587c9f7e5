"""``digest`` of a team in config/teams.yaml: days and a time, or cron, with the zone they are meant in."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from bot.settings.section import Section
from bot.settings.units import check_zone
from bot.settings.values_teams import UTC_ZONE, DigestTimes

_DAY = "(?:mon|tue|wed|thu|fri|sat|sun)"
_DAYS = re.compile(rf"(?:daily|{_DAY}(?:-{_DAY})?(?:,{_DAY}(?:-{_DAY})?)*)\Z")
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])\Z")
_HOW = 'write days, a time and a zone, such as "mon-fri 09:00 Europe/Lisbon", or five fields of cron and a zone'


def read_digest(section: Section, team: str) -> DigestTimes | None:
    """When one team's digest is due; None when it has none, or what is wrong was told."""
    text = section.text("digest", check=times_of)
    if not text:
        return None
    if not section.has("chat"):
        section.problem("digest", "has nowhere to be told", "give the team a chat")
    cron, zone = times_of(text)
    return DigestTimes(team=team, cron=cron, zone=zone, text=text)


def times_of(text: str) -> tuple[str, ZoneInfo]:
    """(cron with five fields, zone). Raises ValueError with what to write instead."""
    words = text.split()
    zone = UTC_ZONE
    if words and (words[-1] == "UTC" or ("/" in words[-1] and words[-1][0].isalpha())):
        check_zone(words[-1])
        zone = ZoneInfo(words.pop())
    if 1 <= len(words) <= 2 and (found := _TIME.match(words[-1])):
        days = words[0].lower() if len(words) == 2 else "daily"
        if not _DAYS.match(days):
            raise ValueError(_HOW)
        cron = f"{int(found[2])} {int(found[1])} * * {'*' if days == 'daily' else days}"
    else:
        cron = " ".join(words)
    try:
        CronSim(cron, datetime(2026, 1, 1, tzinfo=zone))
    except CronSimError:
        raise ValueError(_HOW) from None
    return cron, zone
