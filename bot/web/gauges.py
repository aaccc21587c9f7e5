"""When each source that is on was last heard, and what of it waits in quarantine, for Prometheus."""

from __future__ import annotations

from collections.abc import Collection

from bot import metrics
from bot.store.arrivals import last_arrival, waiting_by_source
from bot.store.db import Store


class SourceGauges:
    """Measures the sources of this configuration. One that was never heard has no time: absent, not 1970."""

    def __init__(self, store: Store, sources: Collection[str]) -> None:
        self._store = store
        self._sources = sorted(sources)

    async def measure(self) -> None:
        """Bring the gauges up to date."""
        async with self._store.read() as connection:
            waiting = await waiting_by_source(connection)
            last = {name: await last_arrival(connection, name) for name in self._sources}
        for name, latest in last.items():
            metrics.SOURCE_QUARANTINE.labels(name).set(waiting.get(name, 0))
            if latest is not None:
                metrics.SOURCE_LAST_RECEIVED.labels(name).set(latest.at.timestamp())
