"""Who is in the user groups that teams.yaml names: read in the background, every two minutes, kept for worse times.

It has calls of its own at the chat and no part in the deliveries: a slow or limited answer holds up nobody's alert.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.model.person import Team
from bot.response.identify import Identify
from bot.store import groups as rows
from bot.store.identities import StoredLinks
from bot.store.refusals import NOT_DONE
from bot.wiring import Wiring
from connectors.contract.directory import Directory
from connectors.contract.failure import Ambiguous, NeedsHuman, Retriable

log = structlog.get_logger()

REFRESH_GROUPS = "groups.refresh"
_CHAT = "slack"
_EVERY_TWO_MINUTES = "25 */2 * * * *"
_LOOK_EVERY = 60.0  # seconds; with the two minutes of the reading, nothing is older than five


class GroupWork:
    """Reads the groups (a worker), and lets this process know (every process)."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._people = wiring.settings.people
        self._identify = Identify(self._people, wiring.directories, StoredLinks(wiring.store))

    @property
    def teams(self) -> tuple[Team, ...]:
        """The teams that have a group."""
        return tuple(team for team in self._people.teams if team.slack_group)

    async def refresh(self) -> None:
        """Ask for every group; one that cannot be read stays as it was."""
        directory = self._wiring.directories.get(_CHAT)
        if directory is None:
            return
        for team in self.teams:
            try:
                found = await self._members(directory, team.slack_group)
            except (Retriable, Ambiguous, NeedsHuman) as failure:
                log.warning("a user group could not be read", team=team.id, problem=str(failure))
                async with self._wiring.store.write() as connection:
                    await rows.remember_problem(connection, team.slack_group, f"{team.slack_group}: {failure}")
            else:
                async with self._wiring.store.write() as connection:
                    await rows.remember_group(connection, team.slack_group, found, self._wiring.clock())
        await self.look()

    async def look(self) -> None:
        """Learn what was last read."""
        async with self._wiring.store.read() as connection:
            self._people.groups.learn(await rows.groups(connection))

    async def keep_looking(self) -> None:
        """Learn it again and again, until cancelled."""
        while self.teams:
            try:
                await self.look()
            except NOT_DONE as failure:
                log.warning("the members of groups could not be looked up", problem=type(failure).__name__)
            await asyncio.sleep(_LOOK_EVERY)

    async def _members(self, directory: Directory, group: str) -> set[str]:
        """The ids of our people in a group; accounts that belong to nobody we know are left out.

        What people linked themselves is left out too: a link makes them known and must not make them a member."""
        accounts = await directory.group(group)
        found = set()
        for person in self._people.people:
            theirs = {identity for chat, identity in person.identities if chat == _CHAT}
            theirs = theirs or {await self._identify.by_address(person, _CHAT)}
            if {identity.rpartition(":")[2] for identity in theirs} & accounts:
                found.add(person.id)
        return found


def register(wiring: Wiring) -> None:
    """The work of this file, by name."""
    wiring.engine.register(REFRESH_GROUPS, GroupWork(wiring).refresh, schedule=_EVERY_TWO_MINUTES)
