"""``suture sign-in`` and ``suture sign-out``: a one-time link for a person of config/teams.yaml, and the end of it."""

from __future__ import annotations

from datetime import timedelta

from bot.at_terminal import signer
from bot.store import audit
from bot.store.sessions import create_link, end_sessions_of
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


async def end_sessions(wiring: Wiring, person_id: str) -> str:
    """End every session of a person, in one sentence; also of one who left config/teams.yaml. The trail names us."""
    who, where_from = signer(wiring.settings.people)
    async with wiring.store.write() as connection:
        count = await end_sessions_of(connection, person_id)
        record = audit.Record(
            at=wiring.clock(),
            who=who,
            act="end-sessions",
            target=f"person {person_id}",
            where_from=where_from,
            outcome="done",
            detail={"sessions": count},
        )
        await audit.append(connection, [record])
    return f"{count} session{'' if count == 1 else 's'} of {person_id} ended; links not yet used no longer work."
