"""config/teams.yaml: who the people are, which teams they make, and what each team owns."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.model.groups import GroupRegister
from bot.model.ownership import SPECIFICITY, OwnerRule
from bot.model.person import Channel, People, Person, Team
from bot.settings.notebook import Place
from bot.settings.read_digest import read_digest
from bot.settings.read_jira import check_project, read_mapping
from bot.settings.read_on_call import read_on_call
from bot.settings.read_webhooks import WEBHOOK
from bot.settings.section import Section
from bot.settings.units import check_glob

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}\Z")
_SLACK_PERSON = re.compile(r"[TE][A-Z0-9]+:[UW][A-Z0-9]+\Z")
_SLACK_CHANNEL = re.compile(r"[CGD][A-Z0-9]+\Z")
_SLACK_GROUP = re.compile(r"S[A-Z0-9]+\Z")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\Z")


def read_teams(top: Section) -> dict[str, Any]:
    """The fields of :class:`Settings` that this file gives: people with their teams, owner rules in file order …"""
    people = tuple(_person(section) for section in top.sections("people"))
    groups = GroupRegister()
    teams, rules, on_call, digests = [], [], [], []
    for section in top.sections("teams"):
        team = _team(section, groups)
        teams.append(team)
        rules += [_owner_rule(owned, team.id) for owned in section.sections("owns")]
        on_call.append(read_on_call(section, team.id))
        digests.append(read_digest(section, team.id))
    return {
        "people": People(people, tuple(teams), groups),
        "owner_rules": tuple(rule for rule in rules if rule.matches),
        "catch_all": top.name("catch_all", "team"),
        "on_call": {each.team: each for each in on_call if each is not None},
        "digests": {each.team: each for each in digests if each is not None},
    }


def _person(section: Section) -> Person:
    person_id = section.required("id", check=check_id)
    if person_id:
        section.notebook.declare("person", person_id, section.at("id"))
    name = section.text("name", person_id)
    email = section.text("email", check=_check_email)
    if email:
        taken = f"the address {email} belongs to two people"
        section.notebook.declare("address", email.lower(), section.at("email"), taken)
    identities = tuple(_identities(section, person_id))
    for identity, place in identities:
        taken = f"{identity[0]} {identity[1]} belongs to two people"
        section.notebook.declare("identity", " ".join(identity), place, taken)
    return Person(
        id=person_id,
        name=name,
        email=email,
        identities=tuple(identity for identity, _ in identities),
    )


def _identities(section: Section, person_id: str) -> Iterator[tuple[tuple[str, str], Place]]:
    for text, place in section.placed_texts("slack", check=_check_slack_person):
        yield ("slack", text), place
    if section.flag("console", False) and person_id:
        yield ("console", person_id), section.at("console")
    for text, place in section.placed_texts("oidc"):
        yield ("oidc", text), place
    for text, place in section.placed_texts("terminal"):
        yield ("terminal", text), place
    for text, place in section.placed_texts("jira"):
        yield ("jira", text), place


def _team(section: Section, groups: GroupRegister) -> Team:
    team_id = section.required("id", check=check_id)
    if team_id:
        section.notebook.declare("team", team_id, section.at("id"))
    return Team(
        id=team_id,
        name=section.text("name", team_id),
        lead=section.name("lead", "person"),
        members=section.names("members", "person"),
        channel=read_channel(section, "chat", team_id),
        jira=read_mapping(section.section("jira"), section.text("jira_project", check=check_project)),
        groups=groups,
        slack_group=section.text("slack_group", check=_check_slack_group),
        oidc_groups=frozenset(section.texts("oidc_groups")),
    )


def read_channel(section: Section, key: str, console_id: str) -> Channel | None:
    """``{slack: C0PAYMENTS}``, ``{teams: payments}`` or the word ``console``; None when absent or wrong."""
    if not section.has(key):
        return None
    if section.is_table(key):
        return _chat_channel(section.section(key))
    chat = section.text(key, check=_check_console)
    return Channel("console", console_id) if chat else None


def _chat_channel(section: Section) -> Channel | None:
    """A Slack channel by its id, or one of Teams by the name of its webhook in config/suture.yaml."""
    if not section.has("teams"):
        channel = section.required("slack", check=_check_slack_channel)
        return Channel("slack", channel) if channel else None
    if section.has("slack"):
        section.problem("slack", "a case is told in one channel", "write slack or teams")
    webhook = section.name("teams", WEBHOOK)
    return Channel("teams-webhook", webhook) if webhook else None


def _owner_rule(section: Section, team_id: str) -> OwnerRule:
    checks = dict.fromkeys(SPECIFICITY, check_glob) | {"tag": _check_tag}
    found = [(key, section.text(key, check=checks[key])) for key in reversed(SPECIFICITY)]
    matches = tuple((key, pattern) for key, pattern in found if pattern)
    if not matches and not section.written():
        section.notebook.problem(section.place, "owns nothing", f"write one of: {', '.join(reversed(SPECIFICITY))}")
    if matches:
        told = ", ".join(f"{key} {pattern}" for key, pattern in matches)
        section.notebook.declare("owned thing", told.lower(), section.place, f"{told} is owned twice")
    return OwnerRule(team=team_id, matches=matches, where=section.place.short)


def check_id(text: str) -> None:
    """Ids are typed in commands and stand in addresses."""
    if not _ID.match(text):
        raise ValueError("write lower-case letters, digits, dots, dashes and underscores")


def _check_tag(text: str) -> None:
    if "=" not in text:
        raise ValueError("write key=value, such as team=payments")
    check_glob(text)


def _check_slack_person(text: str) -> None:
    if not _SLACK_PERSON.match(text):
        raise ValueError("write the workspace and the member id, such as T012AB3CD:U045EF6GH")


def _check_slack_channel(text: str) -> None:
    if not _SLACK_CHANNEL.match(text):
        raise ValueError("write the channel's id, such as C0123ABCD, not its name")


def _check_slack_group(text: str) -> None:
    if not _SLACK_GROUP.match(text):
        raise ValueError("write the user group's id, such as S0123ABCD, not its handle")


def _check_console(text: str) -> None:
    if text != "console":
        raise ValueError("write {slack: C0123ABCD}, {teams: NAME} or console")


def _check_email(text: str) -> None:
    if not _EMAIL.match(text):
        raise ValueError("write an e-mail address")
