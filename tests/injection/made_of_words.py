"""What outputs are made of besides a finding: a plan, a run, a turn of duty, accounts of a chat; with given words."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.model.identities import Account
from bot.model.on_call import OnCall
from bot.views.change_record import RunRecord
from connectors.contract.fix import Change, Fact, Plan, Risk, RiskLevel, Target
from tests.injection.hostile import Words


def plan(words: Words, now: datetime) -> Plan:
    """What a platform answered of a target: its names, its values, what depends on it."""
    said = words["plan"]
    return Plan(
        fix="aws.close-open-port",
        target=Target("111122223333", "eu-west-1", said),
        title=f"Close {said}",
        changes=(Change(said, said, f"not {said}"),),
        blast_radius=(Fact(said, said, now),),
        operational_risk=Risk(RiskLevel.HIGH, (Fact(said, said, now),)),
        reversible=True,
        state={},
        read_at=now,
    )


def run(words: Words, now: datetime) -> RunRecord:
    """One run of that plan, asked for and approved by people with names, ended for a reason that a platform gave."""
    return RunRecord(
        id="run-1",
        case="S-1",
        case_title=words["title"],
        title="Close the port to the internet",
        kind="apply",
        requester=words["person"],
        allowed_by=words["reason"],
        approvers=(words["person"], words["account"]),
        opens=now,
        began=now,
        ended=now + timedelta(minutes=1),
        state="failed",
        reason=words["plan"],
        plans=(plan(words, now),),
        evidence=(f"{words['plan']}: {words['plan']}",),
    )


def on_call(words: Words, now: datetime) -> OnCall:
    """Somebody else's calendar says so."""
    return OnCall(person="", name=words["on_call"], source=words["on_call"], as_of=now, stale=True, until=now)


def account(words: Words, number: int) -> Account:
    """People of a chat choose their own names there."""
    return Account(chat="slack", id=f"T0:U{number}", name=words["account"])
