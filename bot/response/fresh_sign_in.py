"""What cannot be undone, at L3: whoever asks or says yes must have signed in to the console a moment ago.

Elsewhere (a chat, a terminal, an old session) the press is refused with a private link to the page that can do it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.levels import Level, Proposal
from bot.model.policy import Policy
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import Ask, clearance
from bot.response.proposal import Wanted, proposal_of
from bot.store.cases import case_by_id
from bot.store.sessions import create_link
from bot.store.tables import plan as plans
from bot.views.answers import refusal, sign_in_first
from bot.views.times import span_words
from connectors.contract.fix import Fix

_GOOD_FOR = timedelta(minutes=15)  # a one-time link, as of the word ``link``
_CONSOLE = "console"


def is_fresh(signed_in_at: datetime | None, policy: Policy, now: datetime) -> bool:
    """Whether that sign-in is young enough; one that nobody knows the time of never is."""
    return signed_in_at is not None and now - signed_in_at <= policy.fresh_sign_in


async def level_before(connection: AsyncConnection, policy: Policy, wanted: Wanted, now: datetime) -> Level:
    """How many would have to agree now; L1 where nobody else has to."""
    return (await asks_before(connection, policy, wanted, now)).level


async def asks_before(connection: AsyncConnection, policy: Policy, wanted: Wanted, now: datetime) -> Ask:
    """The same with its reason."""
    cleared = await clearance(connection, policy, wanted.proposal, wanted.names, now)
    return cleared if isinstance(cleared, Ask) else Ask(Level.L1, "")


async def plan_asks_for_sign_in(
    connection: AsyncConnection,
    policy: Policy,
    fixes: Mapping[str, Fix],
    plan_id: str,
    level: Level | None,
    now: datetime,
) -> bool:
    """The same question for a page. ``level``: at which its question was asked already."""
    plan = (await connection.execute(sa.select(plans).where(plans.c.id == plan_id))).one_or_none()
    case = await case_by_id(connection, plan.case_id) if plan is not None else None
    if plan is None or case is None:
        return False
    wanted = await proposal_of(connection, case, plan, fixes)
    level = level if level is not None else await level_before(connection, policy, wanted, now)
    return level.asks_for_sign_in(reversible=wanted.proposal.reversible)


async def signs_in_first(asked: Asked, desk: Desk, level: Level, proposal: Proposal) -> Asked | None:
    """The refusal that leads to the console; None where nothing stands in the way."""
    policy = desk.settings.policy
    if not level.asks_for_sign_in(reversible=proposal.reversible):
        return None
    if is_fresh(asked.actor.signed_in_at, policy, asked.now):
        return None
    assert asked.person is not None
    why = (
        "this cannot be undone, so it needs a sign-in to the console within the last "
        f"{span_words(policy.fresh_sign_in)}"
    )
    if not desk.settings.console.enabled or not asked.person.on(_CONSOLE):
        lacks = "the console is off" if not desk.settings.console.enabled else "you may not sign in there"
        return replace(asked, outcome=Outcome.REFUSED, why=why, answer=refusal(f"Not done: {why}, and {lacks}.", ()))
    answer = sign_in_first(f"Not done yet: {why}.", await _way(asked, desk))
    return replace(asked, outcome=Outcome.REFUSED, why=why, answer=answer)


async def _way(asked: Asked, desk: Desk) -> str:
    """The page that confirms; without a company's sign-in, for who comes from a chat, by way of a one-time link."""
    page = await desk.confirm_link(desk.connection, str(asked.arguments["offer"]))
    console = desk.settings.console
    if console.oidc.issuer or asked.actor.platform in (_CONSOLE, "terminal"):
        return page
    assert asked.person is not None
    token = desk.new_id() + desk.new_id()
    await create_link(desk.connection, asked.person.id, token, asked.now + _GOOD_FOR)
    to = quote(urlsplit(page).path, safe="")
    return f"{desk.settings.public_url.rstrip('/')}/sign-in?token={token}&to={to}"
