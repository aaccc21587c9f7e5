"""What a stranger writes is text and no more: each output has the tokens that it has with harmless words."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings

from tests.databases import Databases
from tests.injection.grammars import Tokens, hidden
from tests.injection.hostile import ADDRESSES, FRAGMENTS, PLACES, Words, harmless, hostile_words
from tests.injection.story import told
from tests.injection.surfaces import SURFACES, text_of

NUMBERS = itertools.count(1)
EMOJI_STYLE = repr("\ufe0f")  # of our own warning sign


async def outputs(words: Words, folder: Path, url: str) -> tuple[Mapping[str, Tokens], Mapping[str, set[str]]]:
    """(tokens, hidden characters) of each surface."""
    async with told(words, folder, url) as story:
        made = {surface.name: await surface.made(story) for surface in SURFACES}
    tokens = {surface.name: surface.read(made[surface.name]) for surface in SURFACES}
    return tokens, {name: hidden(text_of(each)) for name, each in made.items()}


class Application:
    """Plays the story on a fresh database each time."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self._databases, self._folder = databases, folder

    def play(self, words: Words) -> tuple[Mapping[str, Tokens], Mapping[str, set[str]]]:
        folder = self._folder / str(next(NUMBERS))
        folder.mkdir()
        url = self._databases.fresh("sqlite")
        try:
            return asyncio.run(outputs(words, folder, url))
        finally:
            self._databases.discard(url)


@pytest.fixture(scope="module")
def application(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Application:
    return Application(databases, tmp_path_factory.mktemp("injection"))


@dataclass(frozen=True)
class Expected:
    """What each surface is made of when nobody means harm; too long to be shown with every example."""

    tokens: Mapping[str, Tokens] = field(repr=False)


@pytest.fixture(scope="module")
def expected(application: Application) -> Expected:
    return Expected(application.play(harmless())[0])


def everywhere(turn: int) -> Words:
    """Every fragment, one a place; the next turn gives each place the next one."""
    texts = itertools.islice(itertools.cycle(FRAGMENTS), turn * len(PLACES), None)
    return {place: f"{next(texts)}z{number}" for number, place in enumerate(PLACES)} | dict.fromkeys(
        ADDRESSES, "javascript:alert(1)"
    )


# Not drawn anew each time: a build that fails today fails tomorrow too.
@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(hostile_words)
@example(everywhere(0))
@example(everywhere(1))
@example(everywhere(2))
def test_no_token_comes_from_a_stranger(application: Application, expected: Expected, words: Words) -> None:
    tokens, unseen = application.play(words)

    changed = {name: (found - expected.tokens[name], expected.tokens[name] - found) for name, found in tokens.items()}
    assert {name: both for name, both in changed.items() if any(both)} == {}, words
    assert {name: found - {EMOJI_STYLE} for name, found in unseen.items() if found - {EMOJI_STYLE}} == {}, words
