"""Who is in the user groups of a chat, as it was last read. One register, replaced whole; whoever asks sees the latest.

The configuration is frozen and these are not: people join and leave a group without telling us.
"""

from __future__ import annotations

from collections.abc import Mapping


class GroupRegister:
    """People's ids by the group's id. Before anything was learned every group is empty: nobody is a member by it."""

    def __init__(self) -> None:
        self._members: Mapping[str, frozenset[str]] = {}

    def learn(self, members: Mapping[str, frozenset[str]]) -> None:
        """Forget what was known and know this."""
        self._members = dict(members)

    def members(self, group: str) -> frozenset[str]:
        """The people of a group; none for "" and for a group that could never be read."""
        return self._members.get(group, frozenset())
