"""Which team answers for a resource, and why we say so: the most specific rule of config/teams.yaml wins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """One entry of a team's ``owns``. ``matches`` is (key, pattern) pairs that must all hold; patterns are globs.

    Keys: asset, tag (``key=value``), namespace, repository, host, cluster, account.
    """

    team: str
    matches: tuple[tuple[str, str], ...]
    where: str = ""  # config/teams.yaml:12


@dataclass(frozen=True, slots=True)
class Owner:
    """The team ("" when nobody owns it and there is no catch-all) and the sentence that says why."""

    team: str
    why: str
    catch_all: bool = False  # True: nobody owns it; the card carries *Mine*
