"""Every night the kept report files go whose time is over, as raw alerts do."""

from __future__ import annotations

from bot.engine import Clock
from bot.settings import Settings
from bot.store.db import Store
from bot.store.kept_reports import KeptReports
from bot.store.spool import Spool

FORGET = "reports.forget"


class ReportsWork:
    """Lets old report files go."""

    def __init__(self, store: Store, spool: Spool, settings: Settings, clock: Clock) -> None:
        self._kept = KeptReports(store, spool, settings.kept_scan_bytes)
        self._settings = settings
        self._clock = clock

    async def forget(self) -> None:
        """All that are older than raw alerts are kept, or beyond the limit."""
        await self._kept.forget_older(self._clock(), self._settings.retention.deliveries)
