"""What config/teams.yaml says of a team besides its people: who is on call, and when its digest is told."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.settings.secrets import Secret
from connectors.context.on_call_pagerduty import API
from connectors.context.on_call_rotation import Rotation

UTC_ZONE = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallSettings:
    """A team's on-call schedule: a rotation, or a calendar, or a schedule of PagerDuty."""

    team: str
    where: str  # config/teams.yaml:12
    zone: ZoneInfo = UTC_ZONE
    rotation: Rotation | None = None
    calendar: Secret | None = None  # a path or an https address; a private address is itself the key to the calendar
    schedule: str = ""  # PagerDuty's id of it
    token: Secret | None = None
    api_url: str = API


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestTimes:
    """When a team's digest is due."""

    team: str
    cron: str  # five fields
    zone: ZoneInfo
    text: str  # as it was written
