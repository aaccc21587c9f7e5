"""Teams as people type them: by id, or by the name that stands on their cards, which may be several words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.model.person import People, Team


def team_called(people: People, text: str) -> Team | None:
    """The team of that id or name, whatever the case; None where it is nobody's, or the name of two."""
    named = text.strip().casefold()
    by_name = [team for team in people.teams if team.name.casefold() == named]
    by_id = next((team for team in people.teams if team.id.casefold() == named), None)
    return by_id or (by_name[0] if len(by_name) == 1 else None)


def team_first(people: People, words: Sequence[str]) -> tuple[Team | None, int]:
    """The team that the first words name, as many of them as one's name has, and how many those are."""
    for count in range(len(words), 0, -1):
        team = team_called(people, " ".join(words[:count]))
        if team is not None:
            return team, count
    return None, 0
