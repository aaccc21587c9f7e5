"""Freezing an environment, and ending it: no fix starts there, and runs under way halt before their next wave."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model.freeze import EVERYWHERE, Freeze, covers
from bot.model.person import Person
from bot.model.policy import Act, Denied, Policy, may
from bot.store import audit
from bot.store.freezes import begin_freeze, end_freezes, live_freezes
from bot.views.answers import notice, refusal
from bot.views.freezes import frozen_words, place_words
from connectors.contract.message import Identity, Level, Message

LONGEST = timedelta(days=30)
_SHORTEST_REASON = 5  # characters
_PRESSED_TWICE = timedelta(minutes=1)


async def freeze(
    connection: AsyncConnection,
    policy: Policy,
    person: Person,
    actor: Identity,
    environment: str,
    span: timedelta | None,
    reason: str,
    now: datetime,
) -> Message:
    """From now on nothing is changed there; ``span`` None: until somebody ends it. Returns the private answer."""
    refused = await _refused(connection, policy, person, actor, environment, "freeze", now)
    if refused is not None:
        return refused
    if len(reason) < _SHORTEST_REASON:
        return notice(Level.WARNING, "Not done: say why, so that whoever is held up knows.")
    if span is not None and span > LONGEST:
        return notice(Level.WARNING, f"Not done: a freeze lasts {LONGEST.days} days at most.")
    begun = Freeze(environment=environment, person=person.id, reason=reason, at=now, until=now + span if span else None)
    if any(_is_the_same_press(each, begun) for each in await live_freezes(connection, now)):
        why = "it was asked for twice, and counts once"
        # What was acknowledged stands in the trail, also where it changed nothing.
        await audit.append(connection, [_record(person.id, actor, "freeze", environment, "stale", why, now)])
        return notice(Level.SUCCESS, f"Done: {frozen_words(begun, policy.people)}; {why}.")
    await begin_freeze(connection, begun)
    said = frozen_words(begun, policy.people)
    await audit.append(connection, [_record(person.id, actor, "freeze", environment, "done", said, now)])
    return notice(Level.SUCCESS, f"Done: {said}. Runs under way halt before their next wave.")


def _is_the_same_press(held: Freeze, begun: Freeze) -> bool:
    """Whether the same form was sent again: the same words for the same time, within a minute."""
    asked = [
        (each.environment, each.person, each.reason, each.until and each.until - each.at) for each in (held, begun)
    ]
    return asked[0] == asked[1] and begun.at - held.at < _PRESSED_TWICE


async def unfreeze(
    connection: AsyncConnection, policy: Policy, person: Person, actor: Identity, environment: str, now: datetime
) -> Message:
    """Changes may be made there again, by the rules that hold."""
    refused = await _refused(connection, policy, person, actor, environment, "unfreeze", now)
    if refused is not None:
        return refused
    place = place_words(environment)
    if not await end_freezes(connection, environment, person.id, now):
        return notice(Level.INFO, f"Nothing to do: {place} is not frozen by that name. `windows` tells what is.")
    left = [each for each in await live_freezes(connection, now) if covers(each, environment)]
    others = "; ".join(frozen_words(each, policy.people) for each in left)
    said = f"that freeze of {place} is over, but {others}" if left else f"{place} is not frozen any more"
    await audit.append(connection, [_record(person.id, actor, "unfreeze", environment, "done", said, now)])
    return notice(Level.WARNING if left else Level.SUCCESS, f"Done: {said}.")


async def _refused(
    connection: AsyncConnection,
    policy: Policy,
    person: Person,
    actor: Identity,
    environment: str,
    act: str,
    now: datetime,
) -> Message | None:
    """Why this person may not, and who could. Everywhere needs a rule for any environment."""
    asked = environment if environment != EVERYWHERE else "every environment"
    teams = [team.id for team in policy.people.teams_of(person)] or [""]
    verdicts = [may(policy, person, Act.FREEZE, environment=asked, owner=team) for team in teams]
    denied = next((each for each in verdicts if isinstance(each, Denied)), None)
    if any(verdicts) or denied is None:
        return None
    await audit.append(connection, [_record(person.id, actor, act, environment, "refused", denied.why, now)])
    return refusal(denied.why, denied.who_could)


def _record(
    who: str, actor: Identity, act: str, environment: str, outcome: str, why: str, now: datetime
) -> audit.Record:
    return audit.Record(
        at=now,
        who=who,
        act=act,
        target=f"environment {place_words(environment)}",
        where_from=f"{actor.platform}:{actor.id}",
        outcome=outcome,
        detail={"why": why},
    )
