"""Every key that is read is documented and stands in the shipped files; nothing else is documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings.environment import Environment
from bot.settings.known import Known
from bot.settings.load import FILES, read
from tests.bot.settings_example import VARIABLES, write_example

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def keys_read(directory: Path) -> set[str]:
    """Each key the readers looked for, but how a secret is referred to and what ``generic`` maps."""
    settings, notebook = read(write_example(directory), VARIABLES, Known())
    assert notebook.problems == []
    assert settings.accounts
    varying = re.compile(r"\.(env|file)$|\.mapping\..*|\.write\..*")
    return {key for key in notebook.asked if not varying.search(key)}


def leaves(keys: set[str]) -> set[str]:
    return {key for key in keys if not any(other.startswith((f"{key}.", f"{key}[].")) for other in keys)}


def test_every_key_is_documented(tmp_path: Path) -> None:
    missing = [key for key in sorted(leaves(keys_read(tmp_path))) if f"| `{key}` |" not in DOCS]

    assert missing == []


def test_nothing_else_is_documented(tmp_path: Path) -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", DOCS, re.MULTILINE))
    variables = {name.upper() for name in Environment.model_fields}

    assert named - keys_read(tmp_path) == variables


def test_every_key_stands_in_a_shipped_file(tmp_path: Path) -> None:
    shipped = "\n".join((ROOT / "config" / name).read_text(encoding="utf-8") for name in FILES)
    names = {key.rpartition(".")[2] for key in leaves(keys_read(tmp_path))}

    assert [name for name in sorted(names) if not re.search(rf"\b{re.escape(name)}:", shipped)] == []


@pytest.mark.parametrize("variable", sorted(Environment.model_fields))
def test_every_variable_is_documented(variable: str) -> None:
    assert f"`{variable.upper()}`" in DOCS
