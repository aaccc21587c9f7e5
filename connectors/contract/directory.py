"""Who the people of a chat are, in the chat's own word: a member, or somebody who only comes by."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from connectors.contract.message import Identity


class Standing(StrEnum):
    MEMBER = "member"
    GUEST = "guest"  # invited to some channels only
    BOT = "bot"
    DEACTIVATED = "deactivated"
    STRANGER = "stranger"  # of another workspace, in a shared channel


@dataclass(frozen=True, slots=True)
class Member:
    """One account of a chat. ``email`` is lower case, and "" unless the chat itself has confirmed it."""

    identity: Identity
    standing: Standing
    email: str = ""


class Directory(Protocol):
    """What a chat knows of its accounts. All raise Retriable, Ambiguous or NeedsHuman when it cannot be asked."""

    async def member(self, identity: Identity, within: float) -> Member | None:
        """The account behind an identity; None when the chat knows none.

        Raises Retriable too when the answer is not there ``within`` seconds; it is then waited for behind the scenes.
        """

    async def group(self, group: str) -> frozenset[str]:
        """The account ids in a user group, without their workspace. Asked for anew each time."""

    async def find(self, email: str) -> Member | None:
        """The member with that address; None when there is none."""
