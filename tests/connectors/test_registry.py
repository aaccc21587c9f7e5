"""Members are found, and whatever is wrong with one is said with its name."""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from connectors import fixes as fix_family
from connectors import sources as source_family
from connectors.registry import ENTRY_POINTS, RegistryError, fixes, sources

GOOD = """
from connectors.contract.source import Source
SOURCE = Source(id={id!r}, title="Mine", verifiers=(), parse=lambda opened, options: ())
"""


@pytest.fixture
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which another distribution's modules can be imported."""
    monkeypatch.syspath_prepend(tmp_path)
    return tmp_path


def entry(module: str) -> list[EntryPoint]:
    sys.modules.pop(module, None)
    return [EntryPoint(module, f"{module}:SOURCE", ENTRY_POINTS)]


def test_every_file_of_the_family_is_a_source() -> None:
    folder = Path(source_family.__path__[0])
    assert len(sources(())) == len([path for path in folder.glob("*.py") if path.name != "__init__.py"])
    assert all(
        source.id == name and source.title and source.docs and source.verifiers for name, source in sources(()).items()
    )


def test_every_fix_is_found_by_its_id() -> None:
    folder = Path(fix_family.__path__[0])
    written = [path for path in folder.rglob("*.py") if "\nFIX" in path.read_text()]
    assert len(fixes()) == len(written)


def test_another_distribution_adds_a_source(plugged: Path) -> None:
    (plugged / "their_source.py").write_text(GOOD.format(id="theirs"))
    assert "theirs" in sources(entry("their_source"))


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("SOURCE = 7", "SOURCE is missing"),
        ("x = 1", "cannot be loaded: AttributeError"),
        ("import not_installed_anywhere", "cannot be loaded: ModuleNotFoundError"),
        ("def broken(:", "cannot be loaded: SyntaxError"),
        (GOOD.format(id="github"), "the id 'github' is taken by connectors.sources.github"),
    ],
)
def test_a_broken_source_stops_the_start_by_name(plugged: Path, code: str, why: str) -> None:
    (plugged / "broken_source.py").write_text(code)
    with pytest.raises(RegistryError, match=why) as failure:
        sources(entry("broken_source"))
    assert "broken_source" in str(failure.value)


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("FIX = object()", "FIX has no id, title"),
        ("import not_installed_anywhere", "ModuleNotFoundError"),
        ("1 +", "SyntaxError"),
    ],
)
def test_a_broken_fix_stops_the_start_by_name(plugged: Path, code: str, why: str) -> None:
    name = f"their_fixes_{sum(code.encode())}"
    (plugged / name).mkdir()
    (plugged / name / "__init__.py").touch()
    (plugged / name / "broken.py").write_text(code)
    with pytest.raises(RegistryError, match=why) as failure:
        fixes(importlib.import_module(name))
    assert f"{name}.broken" in str(failure.value)
