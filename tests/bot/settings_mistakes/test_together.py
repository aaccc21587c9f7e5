"""All mistakes are told at once; and those that are in no line of a file: its name, its directory, the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.settings import ConfigurationError, load
from tests.bot.settings_mistakes.telling import messages


def test_all_mistakes_are_told_at_once_in_order(tmp_path: Path) -> None:
    said = messages(
        tmp_path,
        {"teams.yaml": "teams: [{id: a, leed: x}]\ncatch_all: b", "suture.yaml": "listen: {prot: 1}\nslak: 1"},
    )

    assert [line.partition(": ")[0] for line in said] == [
        "config/suture.yaml:1",
        "config/suture.yaml:2",
        "config/teams.yaml:1",
        "config/teams.yaml:2",
    ]


def test_a_file_nobody_reads_is_a_mistake(tmp_path: Path) -> None:
    assert messages(tmp_path, {"polcy.yaml": "rules: []"}) == [
        'config/polcy.yaml: nobody reads this file; did you mean "policy.yaml"?'
    ]


def test_a_directory_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ConfigurationError, match="there is no such configuration directory; set SUTURE_CONFIG"):
        load("no-such-directory", {})


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"PORT": "many"}, "environment: PORT: Input should be a valid integer"),
        ({"PORT": "0"}, "environment: PORT: Input should be greater than or equal to 1"),
        ({"LOG_LEVEL": "loud"}, "environment: LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_a_mistake_in_the_environment(tmp_path: Path, variables: dict[str, str], told: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path, variables)

    assert str(caught.value).startswith(told)
