"""*Mine* and *Not ours*: the case goes to the team that answers for it, and what was learned is kept."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from bot.model.ownership import NOBODY
from bot.model.person import Team
from bot.response.ask_back import invalid, view_of, with_form
from bot.response.asked import Asked, Desk, Outcome
from bot.store.outbox import Wanted, want
from bot.store.tables import cases, finding, learned_owner
from bot.store.upsert import replace_rows
from bot.triage.call import told_directly
from bot.views.forms import mine_form, not_ours_form


async def mine(asked: Asked, desk: Desk) -> Asked:
    """The person's team takes what nobody owned."""
    assert asked.person is not None
    if not asked.case["owner_why"].startswith(NOBODY):
        return invalid(asked, "somebody owns it already; its owner can hand it over with Not ours…")
    teams = [team.id for team in desk.settings.people.teams_of(asked.person)]
    chosen = asked.inputs.get("team") or (teams[0] if len(teams) == 1 else "")
    if not teams:
        return invalid(asked, "you are in no team of config/teams.yaml, so no team can take it")
    if not chosen:
        return with_form(
            asked, mine_form(await view_of(asked, desk), str(asked.arguments["offer"]), _named(desk, teams))
        )
    if chosen not in teams:
        return invalid(asked, f"you are not in the team {chosen!r}")
    return await _move(asked, desk, chosen, "took it for")


async def not_ours(asked: Asked, desk: Desk) -> Asked:
    """The owner says whose it is."""
    teams = [team.id for team in desk.settings.people.teams if team.id != asked.case["owner"]]
    chosen = asked.inputs.get("team", "")
    if not chosen:
        form = not_ours_form(await view_of(asked, desk), str(asked.arguments["offer"]), _named(desk, teams))
        return with_form(asked, form)
    if chosen not in teams:
        return invalid(asked, f"there is no other team {chosen!r}")
    return await _move(asked, desk, chosen, "says it belongs to")


def _named(desk: Desk, teams: list[str]) -> tuple[tuple[str, str], ...]:
    known = ((team_id, desk.settings.people.team(team_id)) for team_id in teams)
    return tuple((team_id, team.name if team else team_id) for team_id, team in known)


async def _move(asked: Asked, desk: Desk, team_id: str, verb: str) -> Asked:
    """Learn the owner of each resource of the case, and hand the case over."""
    assert asked.person is not None
    team = desk.settings.people.team(team_id)
    assert team is not None
    case = asked.case
    taken = sa.select(cases.c.id).where(
        cases.c.owner == team_id, cases.c.environment == case["environment"], cases.c.problem == case["problem"]
    )
    await _learn(asked, desk, team_id)
    there = (await desk.connection.execute(taken)).scalar()
    changes: dict[str, object] = {"owner": team_id, "owner_why": f"{asked.person.name} {verb} {team.name}"}
    if there is not None:
        changes = await _join(asked, desk, there)
    else:
        await _tell(asked, desk, team)
    joined = f", where it joins S-{there}" if there is not None else ""
    return replace(
        asked, outcome=Outcome.DONE, changes=changes, line=f"{verb} {team.name}{joined}.", detail={"team": team_id}
    )


async def _tell(asked: Asked, desk: Desk, team: Team) -> None:
    """Its new owner's channel gets the case; what cannot wait also goes to whoever is to be called there."""
    case_id, rank = asked.case["id"], asked.case["priority"]
    wanted = await told_directly(desk.connection, desk.settings, team.id, case_id, rank, asked.now)
    if team.channel is not None:
        wanted.append(Wanted(case_id=case_id, chat=team.channel.chat, channel=team.channel.id, rank=rank))
    await want(desk.connection, desk.engine, wanted, asked.now)


async def _learn(asked: Asked, desk: Desk, team_id: str) -> None:
    assert asked.person is not None
    query = sa.select(finding.c.resource).where(finding.c.case_id == asked.case["id"]).distinct()
    rows = [
        {"resource": resource, "team": team_id, "person": asked.person.id, "at": asked.now}
        for resource in (await desk.connection.execute(query)).scalars()
    ]
    await replace_rows(desk.connection, learned_owner, rows)


async def _join(asked: Asked, desk: Desk, there: int) -> dict[str, object]:
    """The team has this case already: the findings move into it, and this one is empty."""
    case = asked.case
    await desk.connection.execute(sa.update(finding).where(finding.c.case_id == case["id"]).values(case_id=there))
    await desk.connection.execute(
        sa.update(cases)
        .where(cases.c.id == there)
        .values(
            open_findings=cases.c.open_findings + case["open_findings"],
            mitigated_findings=cases.c.mitigated_findings + case["mitigated_findings"],
            total_findings=cases.c.total_findings + case["total_findings"],
            version=cases.c.version + 1,
        )
    )
    await desk.engine.enqueue(desk.connection, "retriage.case", there)
    return {"open_findings": 0, "mitigated_findings": 0, "total_findings": 0}
