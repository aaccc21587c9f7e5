"""Every installed source and how it stands: what the configuration says of it, and what came."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.source_state import Arrivals, SourceState, Switch
from bot.store.arrivals import arrivals
from bot.wiring import Wiring


async def source_states(connection: AsyncConnection, wiring: Wiring) -> list[SourceState]:
    """All of them: those that are on first, then by name."""
    came = await arrivals(connection, wiring.sources, wiring.clock())
    found = [source_state(wiring, name, came[name]) for name in wiring.sources]
    return sorted(found, key=lambda state: (list(Switch).index(state.switch), state.id))


def source_state(wiring: Wiring, name: str, came: Arrivals) -> SourceState:
    """One of them, by the name under which it is installed."""
    title, settings = wiring.sources[name].title, wiring.settings
    on, off = settings.sources.get(name), settings.sources_off.get(name)
    if on is not None:
        return SourceState(
            id=name,
            title=title,
            switch=Switch.ON,
            secrets=tuple(secret.origin for secret in on.secrets),
            allow=on.allow,
            where=on.where,
            arrivals=came,
        )
    if off is not None:
        return SourceState(
            id=name,
            title=title,
            switch=Switch.LACKS_SECRET if off.lacks else Switch.OFF,
            secrets=off.secrets,
            missing=off.missing,
            where=off.where,
            lacks=off.lacks,
            arrivals=came,
        )
    return SourceState(id=name, title=title, switch=Switch.NOT_NAMED, arrivals=came)
