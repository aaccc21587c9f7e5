"""What a person asked for, on its way through STEPS; and the desk at which the steps work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.engine import Engine
from bot.model.case_view import CaseView
from bot.model.person import Person
from bot.model.policy import Act
from bot.settings import Settings
from connectors.contract.fix import Fix
from connectors.contract.message import Form, Identity, Message, ReplyTo

NOWHERE = ReplyTo("")


class Outcome(StrEnum):
    """How an asking ended; kept with the click and in the trail."""

    PENDING = "pending"
    DONE = "done"
    ASKED_BACK = "asked back"  # a form was shown; nothing is decided yet
    SHOWN = "shown"  # that was all that was asked for
    REFUSED = "refused"  # this person may not
    STALE = "stale"  # the case has moved on
    INVALID = "invalid"  # what was typed cannot be taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One act asked for by one identity on one case. A step returns a changed copy, and passes once it is settled."""

    key: str  # the same for a redelivered click
    actor: Identity
    person: Person | None
    stranger: str = ""  # why the actor is nobody
    act: Act
    case: Mapping[str, Any]
    arguments: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    submitted: bool = False
    reply: ReplyTo = NOWHERE
    now: datetime
    offer_expires: datetime | None = None
    outcome: Outcome = Outcome.PENDING
    answer: Message | Form | None = None
    why: str = ""  # of a refusal; and the rule that allowed
    # What the act decided, written down by report().
    changes: Mapping[str, Any] = field(default_factory=dict)
    line: str = ""
    link: str = ""
    calls: str = ""  # a person whom the line is to reach
    detail: Mapping[str, Any] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        return self.outcome is not Outcome.PENDING

    @property
    def fix(self) -> str:
        """The fix in question, "" for acts without one."""
        return str(self.arguments.get("fix", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the steps work with: one transaction, and the configuration."""

    connection: AsyncConnection
    engine: Engine
    settings: Settings
    fixes: Mapping[str, Fix]
    view: Callable[[AsyncConnection, int], Awaitable[CaseView | None]]
    new_id: Callable[[], str]
    confirm_link: Callable[[AsyncConnection, str], Awaitable[str]]  # of an offer: the console's page that confirms it


Step = Callable[[Asked, Desk], Awaitable[Asked]]
