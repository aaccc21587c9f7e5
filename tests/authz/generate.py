"""Random organisations with random policies, and random questions to them: most near the edge of what is allowed."""

from __future__ import annotations

from random import Random
from typing import Any

PLATFORMS = ("slack", "console", "terminal")
TEAMS = ("red", "green", "blue")
GROUPS = ("red-ops", "green-ops", "both-ops", "other")  # of the company's sign-in; no team has the last
OWNERS = (*TEAMS, "gone")  # the last: a team that is no longer in the file
ENVIRONMENTS = ("production", "staging", "")
FIXES = ("aws.close-open-port", "aws.block-public-s3")
PRIORITIES = ("immediate", "out-of-cycle", "scheduled", "defer")
PLAIN_ACTS = ("ticket", "acknowledge", "snooze", "accept-risk", "not-ours", "mine", "template-done", "undo", "stop")
ACTS = (*PLAIN_ACTS, "break-glass", "fix", "approve")


def organisation(random: Random) -> dict[str, Any]:
    """People with several identities, teams that overlap, and a policy over them; as YAML would say it."""
    people = [_person(random, f"p{number}") for number in range(7)]
    ids = [person["id"] for person in people]
    teams = [{"id": team, "lead": random.choice(ids), "members": random.sample(ids, 2)} for team in TEAMS]
    for team, groups in zip(teams, (["red-ops"], ["green-ops", "both-ops"], ["both-ops"]), strict=True):
        team["oidc_groups"] = groups if random.random() < 0.5 else []
    return {
        "people": people,
        "teams": teams,
        "rules": [_rule(random, ids) for _ in range(random.choice((0, 4, 8, 12)))],
        "levels": [_level(random) for _ in range(random.choice((0, 1, 2, 4)))],
        "security_team": random.choice((*TEAMS, "")),
    }


def _person(random: Random, name: str) -> dict[str, Any]:
    slack = [f"T1:U{name.upper()}", f"T2:U{name.upper()}"][: random.choice((0, 1, 2))]
    console = [name] if random.random() < 0.7 else []
    return {"id": name, "slack": slack, "console": console, "terminal": [f"{name}-shell"] * random.choice((0, 1))}


def _some(random: Random, words: tuple[str, ...]) -> Any:
    return "any" if random.random() < 0.4 else random.sample(words, random.randint(1, len(words)))


def _rule(random: Random, ids: list[str]) -> dict[str, Any]:
    who: dict[str, Any] = random.choice(
        (
            {"anyone": True},
            {"owner": True},
            {"lead": True},
            {"people": random.sample(ids, 2)},
            {"teams": [random.choice(TEAMS)]},
            {"teams": [random.choice(TEAMS)], "lead": True},
        )
    )
    return {
        "who": who,
        "acts": random.sample(ACTS, random.randint(2, 10)),
        "environments": _some(random, ("production", "staging", "unknown")),
        "fixes": _some(random, FIXES),
    }


def _level(random: Random) -> dict[str, Any]:
    level: dict[str, Any] = {
        "level": random.choice(("L1", "L2", "L3")),
        "environments": _some(random, ("production", "staging", "unknown")),
        "targets": random.choice((1, 2, 5)),
    }
    if random.random() < 0.4:
        level["priorities"] = random.sample(PRIORITIES, 2)
    if random.random() < 0.4:
        level["reversible"] = random.random() < 0.5
    return level


def question(random: Random, made: dict[str, Any]) -> dict[str, Any]:
    """Who asks for what, where, on which surface; for an approval also who asked first and who said yes already."""
    act = random.choice((*ACTS, "fix", "fix", "approve", "approve", "approve"))
    platform, identity = _identity(random, made)
    ids = [person["id"] for person in made["people"]]
    requester = random.choice(ids)
    others = [each for each in ids if each != requester]
    voices = random.sample(others, random.choice((0, 0, 1, 2))) if act == "approve" else []
    return {
        "platform": platform,
        "identity": identity,
        "act": act,
        "owner": random.choice(OWNERS),
        "environment": random.choice(ENVIRONMENTS),
        "fix": random.choice(FIXES),
        "priority": random.choice(PRIORITIES),
        "reversible": random.random() < 0.7,
        "targets": random.choice((1, 2, 3, 6)),
        "signed_in": random.choice((None, 0, 5, 10, 11, 600)),  # minutes ago, at the console
        "requester": requester,
        "groups": _groups(random),
        "voices": {voice: _groups(random) for voice in voices},  # with the groups of their sessions
        "level": random.choice((2, 3)) if act == "approve" else 0,
    }


def _groups(random: Random) -> list[str]:
    return random.sample(GROUPS, random.choice((0, 0, 1, 2)))


def _identity(random: Random, made: dict[str, Any]) -> tuple[str, str]:
    """Mostly somebody's own; sometimes one platform's name on another, or nobody's."""
    own = [(platform, one) for person in made["people"] for platform in PLATFORMS for one in person[platform]]
    platform, identity = random.choice([*own, ("slack", "T9:UP1")])
    chance = random.random()
    return (
        (random.choice(PLATFORMS), identity) if chance < 0.05 else (platform, identity if chance < 0.97 else "nobody")
    )
