"""*Approve…* and *Deny…*: another person's answer to one plan. The last yes that is wanted starts the run.

The yes is bound to the plan's digest: a plan that changed is another plan, and its question is void.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.model.approval import ApprovalState, Voice, counts
from bot.model.known_facts import KnownFacts, news_since
from bot.model.levels import Level
from bot.model.policy import Act, may_act
from bot.response.acceptance import KIND, Terms, sign
from bot.response.approval import as_needed_now, missing_of
from bot.response.ask_back import invalid, once_more, reason_of, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.response.clearance import Ask, No, clearance
from bot.response.fresh_sign_in import signs_in_first
from bot.response.proposal import proposal_of
from bot.response.starting import start
from bot.store.approvals import add_voice, approval_by_id, end_approval, plans_of, voices_of
from bot.store.known_then import known_now
from bot.store.tables import plan as plans
from bot.triage.rules import priority_of
from bot.views.answers import refusal
from bot.views.approvals import approve_acceptance_form, approve_form, deny_form
from bot.views.buttons import DENY

_SHORTEST_REASON = 5  # characters


async def approve(asked: Asked, desk: Desk) -> Asked:
    """Show what is asked for; then take the yes or the no."""
    assert asked.person is not None
    row = await approval_by_id(desk.connection, str(asked.arguments.get("approval", "")))
    if row is None or row.case_id != asked.case["id"]:
        return invalid(asked, "there is no such question")
    if row.state != ApprovalState.WAITING.value or asked.now >= row.expires_at:
        ended = row.state if row.state != ApprovalState.WAITING.value else ApprovalState.EXPIRED.value
        return invalid(asked, f"that question is {ended} already")
    if asked.arguments.get("verdict") == DENY:
        return await _deny(asked, desk, row)
    people = desk.settings.people
    if people.person(row.requester) is None:
        return invalid(asked, f"{row.requester}, who asked, is in config/teams.yaml no more. Deny it; ask for it anew")
    row = await as_needed_now(asked, desk, row)
    owner, security = people.team(asked.case["owner"]), people.team(desk.settings.policy.security)
    why = counts(Level(row.level), asked.person, row.requester, owner, security)
    why = why or _not_of_team(asked, desk, row)
    if why:
        answer = refusal(f"Not approved: {why}.", _others(asked, desk, row))
        return replace(asked, outcome=Outcome.REFUSED, why=why, answer=answer)
    return await (_accept(asked, desk, row) if row.kind == KIND else _approve(asked, desk, row))


def _not_of_team(asked: Asked, desk: Desk, row: Any) -> str:
    """An accepted risk names the team whose yes it needs; one that is gone gives no yes."""
    team = desk.settings.people.team(row.team)
    if not row.team or (team is not None and asked.person is not None and team.has(asked.person)):
        return ""
    return f"this needs someone of {team.name if team else row.team + ', a team that config/teams.yaml lost'}"


def _others(asked: Asked, desk: Desk, row: Any) -> Sequence[str]:
    team = desk.settings.people.team(row.team)
    if team is not None:
        named = desk.settings.people.names(person for person in team.people if person != row.requester)
        return named + team.by_sign_in
    able = may_act(desk.settings.policy, Act.APPROVE, asked.case["environment"], asked.case["owner"], row.fix)
    return desk.settings.people.names(each.id for each in able if each.id != row.requester)


async def _accept(asked: Asked, desk: Desk, row: Any) -> Asked:
    """The yes to an accepted risk: it holds from now on, under both names."""
    assert asked.person is not None
    terms, asker = Terms.read(row.asked), desk.settings.people.person(row.requester)
    if not asked.submitted:
        view = await view_of(asked, desk)
        words = terms.reason, terms.control, terms.until
        return with_form(asked, approve_acceptance_form(view, str(asked.arguments["offer"]), asker, *words))
    if terms.until <= asked.now:
        return invalid(asked, "the day until which it was to be accepted is over")
    priority = priority_of(asked.case["priority"])
    latest = (asked.now + desk.settings.longest_risk_acceptance.of(priority)).date()
    if terms.until.date() > latest or desk.settings.policy.acceptance_approvers.get(priority, row.team) != row.team:
        return invalid(asked, f"it is {priority.value} by now, whose terms are others. Deny it; ask for it anew")
    news = news_since(KnownFacts.read(row.asked["known"]), await known_now(desk.connection, asked.case["id"]))
    if news:
        what = ", ".join(f"{each.subject} is {each.kind.value} now" for each in news)
        return invalid(asked, f"the facts changed since it was asked for: {what}. Deny it; it may be asked for anew")
    why = f"approved by {asked.person.name}"
    await end_approval(desk.connection, row.id, ApprovalState.GIVEN, why, asked.now)
    await add_voice(desk.connection, row.id, _voice(asked), reason_of(asked), asked.now)
    signed = await sign(asked, desk, terms, signer=row.requester, approved_by=asked.person.id)
    name = asker.name if asker else row.requester
    line = f"approved: {name} accepts the risk until {terms.until.date()}: {terms.reason}"
    detail = (
        dict(signed.detail)
        | {"answer": "yes", "approval": row.id, "requester": row.requester}
        | _through(asked, desk, row)
    )
    return replace(signed, line=line, detail=detail, calls=row.requester)


async def _approve(asked: Asked, desk: Desk, row: Any) -> Asked:
    assert asked.person is not None
    of_plan = (await desk.connection.execute(sa.select(plans).where(plans.c.id == row.subject))).one()
    wanted = await proposal_of(desk.connection, asked.case, of_plan, desk.fixes)
    first = await signs_in_first(asked, desk, Level(row.level), wanted.proposal)
    if first is not None:
        return first
    if not asked.submitted:
        view = await view_of(asked, desk)
        asker = desk.settings.people.person(row.requester)
        plan = await plans_of(desk.connection, row.subject)
        shown = approve_form(view, plan, str(asked.arguments["offer"]), asker, row, asked.now)
        return with_form(asked, shown)
    before = await voices_of(desk.connection, row.id)
    if asked.person.id in {voice.person for voice in before}:
        return invalid(asked, "you have said yes to this already")
    voices = (*before, _voice(asked))
    missing = missing_of(asked, desk, Level(row.level), row.requester, voices)
    if missing:
        await add_voice(desk.connection, row.id, _voice(asked), reason_of(asked), asked.now)
        line = f"approved; still wanted: {' and '.join(missing)}."
        return replace(asked, outcome=Outcome.DONE, line=line, detail=_detail(row, "yes") | _through(asked, desk, row))
    return await _complete(asked, desk, row, voices)


async def _complete(asked: Asked, desk: Desk, row: Any, voices: Sequence[Voice]) -> Asked:
    """Every yes is there. The run is the requester's; its id is the plan's, so a double click is one run."""
    assert asked.person is not None
    plan = (await desk.connection.execute(sa.select(plans).where(plans.c.id == row.subject))).one()
    wanted = await proposal_of(desk.connection, asked.case, plan, desk.fixes)
    policy = desk.settings.policy
    agreed = Level(row.level)
    cleared = await clearance(desk.connection, policy, wanted.proposal, wanted.names, asked.now, agreed=agreed)
    assert not isinstance(cleared, Ask)
    if isinstance(cleared, No):
        return invalid(asked, f"{cleared.why}; your yes was not taken")
    names = desk.settings.people.names(voice.person for voice in voices)
    by = replace(cleared, why=f"{cleared.why}; approved by {', '.join(names)}")
    title = desk.fixes[row.fix].title
    begun = await start(desk.connection, desk.engine, plan, title, by, person=row.requester, now=asked.now)
    if begun is None:
        return invalid(asked, "that plan is already being carried out")
    await add_voice(desk.connection, row.id, _voice(asked), reason_of(asked), asked.now)
    await end_approval(desk.connection, row.id, ApprovalState.GIVEN, f"approved by {', '.join(names)}", asked.now)
    detail = _detail(row, "yes") | {"run": begun.run_id, "approved by": [voice.person for voice in voices]}
    detail |= _through(asked, desk, row)
    line = f"approved, and so {begun.said}"
    return replace(asked, outcome=Outcome.DONE, changes=begun.changes, line=line, detail=detail, calls=row.requester)


async def _deny(asked: Asked, desk: Desk, row: Any) -> Asked:
    assert asked.person is not None
    asker = desk.settings.people.person(row.requester)
    form = deny_form(await view_of(asked, desk), str(asked.arguments["offer"]), asker)
    if not asked.submitted:
        return with_form(asked, form)
    reason = reason_of(asked)
    if len(reason) < _SHORTEST_REASON:
        return once_more(asked, form, "a no needs a reason that helps whoever asked")
    await end_approval(desk.connection, row.id, ApprovalState.DENIED, f"{asked.person.name}: {reason}", asked.now)
    line = f"denied what {asker.name if asker else row.requester} asked for: {reason}"
    detail = _detail(row, "no") | {"reason": reason}
    return replace(asked, outcome=Outcome.DONE, line=line, detail=detail, calls=row.requester)


def _voice(asked: Asked) -> Voice:
    assert asked.person is not None
    return Voice(asked.person.id, asked.person.groups)


def _through(asked: Asked, desk: Desk, row: Any) -> dict[str, Any]:
    """For the trail: of which teams that were asked they spoke, and what makes them one of each."""
    assert asked.person is not None
    people = desk.settings.people
    asks: tuple[str, ...] = (row.team,) if row.team else ()
    if row.kind != KIND and Level(row.level) is Level.L3:
        asks = (asked.case["owner"], desk.settings.policy.security)
    teams = [team for name in asks if (team := people.team(name)) is not None and team.has(asked.person)]
    return {"spoke for": {team.id: team.through(asked.person) for team in teams}} if teams else {}


def _detail(row: Any, answer: str) -> dict[str, Any]:
    """Yes and no are one act of policy; the trail tells them apart."""
    return {"answer": answer, "approval": row.id, "plan": row.subject, "digest": row.digest, "requester": row.requester}
