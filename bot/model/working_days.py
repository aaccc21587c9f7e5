"""Working days as cron and a zone say them, and the next one. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cronsim import CronSim


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """When people are at work to look at something; Monday to Friday at nine, UTC, unless told otherwise."""

    cron: str = "0 9 * * mon-fri"
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Etc/UTC"))
    text: str = "mon-fri 09:00"  # as it was written

    def after(self, moment: datetime) -> datetime:
        """The first such time on a later day than ``moment``'s in that zone, in UTC."""
        last = datetime.combine(moment.astimezone(self.zone).date(), time(23, 59, 59), self.zone)
        # An expression that never comes is refused where it is read; a day is what is left without one.
        return next(CronSim(self.cron, last), last + timedelta(days=1)).astimezone(UTC)
