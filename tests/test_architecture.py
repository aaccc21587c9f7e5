"""The house's import rules hold, and would not hold if a connector imported the bot; a source is a short file."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def lint(tree: Path) -> subprocess.CompletedProcess[str]:
    """What import-linter says of a tree, run as its users run it."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    return subprocess.run(
        [*command, "--no-cache"], cwd=tree, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tree)}
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The two packages and their contracts, to be spoilt."""
    for package in ("bot", "connectors"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_as_it_stands_keeps_its_rules(copy: Path) -> None:
    said = lint(copy)

    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 broken" in said.stdout


@pytest.mark.parametrize(
    ("room", "wrong", "rule"),
    [
        ("connectors/sources/spoilt.py", "from bot.model.case import CaseState", "never import the bot"),
        ("connectors/formats/spoilt.py", "from connectors.sources import generic", "connectors' rooms"),
        ("bot/store/spoilt.py", "from bot.triage import stages", "bot's rooms"),
        ("connectors/sources/spoilt.py", "from connectors.sources import generic", "Sources are strangers"),
    ],
)
def test_a_wrong_import_breaks_the_rule_that_forbids_it(copy: Path, room: str, wrong: str, rule: str) -> None:
    (copy / room).write_text(f'"""A room that imports what it must not."""\n\n{wrong}\n', encoding="utf-8")

    said = lint(copy)

    assert said.returncode != 0
    broken = [line for line in said.stdout.splitlines() if line.endswith("BROKEN")]
    assert any(rule in line for line in broken), said.stdout


def test_a_source_is_one_file_of_ten_to_sixty_lines() -> None:
    files = [path for path in (ROOT / "connectors" / "sources").glob("*.py") if path.name != "__init__.py"]
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in files}

    assert len(lengths) >= 45
    assert {name: length for name, length in lengths.items() if not 10 <= length <= 60} == {}
