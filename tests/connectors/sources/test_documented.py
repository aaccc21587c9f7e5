"""Every source is told of in docs/sources.md as it really is; the page is written from the sources by `make docs`."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from connectors.contract.source import Family
from connectors.formats.simple import FIELDS
from scripts.source_docs import BEGIN, END, page, written
from tests.connectors.sources.payloads import SOURCES, TESTS

DOCS = TESTS.parent / "docs"


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_its_line_in_the_table_and_its_section(source: str) -> None:
    told = written(SOURCES)
    assert f"\n| [`{source}`](#{source}) | " in told
    assert f"\n### {source}\n\n{SOURCES[source].title}, at `POST /v1/" in told


def test_no_page_tells_of_a_source_that_is_not_there() -> None:
    assert {path.stem for path in (DOCS / "sources").glob("*.md")} <= set(SOURCES)


def test_the_page_is_written_between_its_markers(tmp_path: Path) -> None:
    (tmp_path / "sources.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "mine.md").write_text("# Mine\n")
    mine = dataclasses.replace(SOURCES["github"], id="mine", family=Family.CLOUD, unconfirmed="the header's name")
    told = page({"mine": mine}, tmp_path)
    assert told.startswith("before\n")
    assert told.endswith("\nafter\n")
    assert "old" not in told
    assert "*Unconfirmed: the header's name.*" in told
    assert "(sources/mine.md)" in told
    (tmp_path / "sources.md").write_text("no markers")
    with pytest.raises(ValueError, match="lacks the line"):
        page({"mine": mine}, tmp_path)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_our_own_shape_is_told(field: str) -> None:
    section = (DOCS / "sources" / "generic.md").read_text()
    named = field.removeprefix("resource.")
    assert f"`{named}`" in section or f"`{field}`" in section or f'"{named}"' in section
