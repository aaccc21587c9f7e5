"""``suture sign-in``: a one-time link for a person of config/teams.yaml."""

from __future__ import annotations

from datetime import timedelta

from bot.store.sessions import create_link
from bot.wiring import Wiring

_GOOD_FOR = timedelta(minutes=15)


async def make_link(wiring: Wiring, person_id: str) -> str:
    """The link; it works once, for a quarter of an hour. Raises SystemExit for nobody we know."""
    if wiring.settings.people.person(person_id) is None:
        raise SystemExit(f"There is no person {person_id!r} in config/teams.yaml.")
    token = wiring.new_id() + wiring.new_id()
    async with wiring.store.write() as connection:
        await create_link(connection, person_id, token, wiring.clock() + _GOOD_FOR)
    return f"{wiring.settings.public_url.rstrip('/')}/sign-in?token={token}"
