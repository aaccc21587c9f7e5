"""config/policy.yaml: who may do what where. What is not written is not allowed."""

from __future__ import annotations

from bot.model.person import People
from bot.model.policy import CHANGES_SYSTEMS, UNKNOWN_ENVIRONMENT, Act, Policy, Rule, Who
from bot.settings.read_guardrails import (
    read_acceptance_approvers,
    read_approval_lasts,
    read_caps,
    read_glass_reviewed,
    read_levels,
    read_protected,
    read_windows,
)
from bot.settings.read_names import or_any
from bot.settings.section import Section

_WORDS = ("owner", "lead", "anyone")


def read_policy(top: Section, people: People) -> Policy:
    """The whole file: who may ask, how many must agree, when, how much, and what never."""
    return Policy(
        rules=tuple(_rule(section) for section in top.sections("rules")),
        people=people,
        levels=read_levels(top),
        security=top.name("security_team", "team"),
        acceptance_approvers=read_acceptance_approvers(top),
        approval_lasts=read_approval_lasts(top),
        windows=read_windows(top),
        caps=read_caps(top),
        protected=read_protected(top),
        fresh_sign_in=top.duration("fresh_sign_in", Policy().fresh_sign_in),
        glass_reviewed=read_glass_reviewed(top),
    )


def _rule(section: Section) -> Rule:
    acts = section.choices("acts", Act)
    if not section.count("acts"):
        section.missing("acts", f"write some of: {', '.join(Act)}")
    return Rule(
        who=_who(section),
        acts=acts,
        environments=or_any(section, "environments", "environment", (UNKNOWN_ENVIRONMENT,)),
        fixes=or_any(section, "fixes", "fix", ()) if acts & CHANGES_SYSTEMS or section.has("fixes") else frozenset(),
        where=section.place.short,
    )


def _who(section: Section) -> Who:
    if not section.has("who"):
        section.missing("who", "write owner, lead, anyone, {people: [...]} or {teams: [...]}")
    if not section.is_table("who"):
        words = section.texts("who", check=_check_word)
        return Who(owner="owner" in words, lead="lead" in words, anyone="anyone" in words)
    who = section.section("who")
    found = Who(
        people=frozenset(who.names("people", "person")),
        teams=frozenset(who.names("teams", "team")),
        owner=who.flag("owner", False),
        lead=who.flag("lead", False),
        anyone=who.flag("anyone", False),
    )
    if found == Who():
        section.problem("who", "speaks of nobody", "write people, teams, owner: true, lead: true or anyone: true")
    return found


def _check_word(text: str) -> None:
    if text not in _WORDS:
        raise ValueError("write owner, lead or anyone, or {people: [...]} or {teams: [...]}")
