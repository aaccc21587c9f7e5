"""config/policy.yaml: who may do what where. What is not written is not allowed."""

from __future__ import annotations

from bot.model.policy import CHANGES_SYSTEMS, UNKNOWN_ENVIRONMENT, Act, Rule, Who
from bot.settings.section import Section

ANY = "any"
_WORDS = ("owner", "lead", "anyone")


def read_policy(top: Section) -> tuple[Rule, ...]:
    return tuple(_rule(section) for section in top.sections("rules"))


def _rule(section: Section) -> Rule:
    acts = section.choices("acts", Act)
    if not section.count("acts"):
        section.missing("acts", f"write some of: {', '.join(Act)}")
    return Rule(
        who=_who(section),
        acts=acts,
        environments=_or_any(section, "environments", "environment", (UNKNOWN_ENVIRONMENT,)),
        fixes=_or_any(section, "fixes", "fix", ()) if acts & CHANGES_SYSTEMS or section.has("fixes") else frozenset(),
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


def _or_any(section: Section, key: str, kind: str, besides: tuple[str, ...]) -> frozenset[str] | None:
    """The names listed, or None for the word ``any``. Leaving the key out is no way to say any."""
    if not section.count(key):
        section.missing(key, f"list them, or write {key}: {ANY}")
        return frozenset()
    names = section.names(key, kind, besides=(*besides, ANY))
    if ANY in names and len(names) > 1:
        section.problem(key, f'"{ANY}" among others', f"write {key}: {ANY}, or only the others")
    return None if names == (ANY,) else frozenset(names)


def _check_word(text: str) -> None:
    if text not in _WORDS:
        raise ValueError("write owner, lead or anyone, or {people: [...]} or {teams: [...]}")
