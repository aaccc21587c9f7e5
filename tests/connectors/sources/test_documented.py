"""Every source is told of in docs/sources.md, as it really is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from connectors.formats.simple import FIELDS
from tests.connectors.sources.payloads import SOURCES, TESTS

PAGE = (TESTS.parent / "docs" / "sources.md").read_text()


@pytest.mark.parametrize("source", SOURCES)
def test_every_source_has_its_section_and_its_line_in_the_table(source: str) -> None:
    assert f"\n## {source}\n" in PAGE
    assert f"\n| [`{source}`](#{source}) |" in PAGE


def test_no_section_tells_of_a_source_that_is_not_there() -> None:
    told = set(re.findall(r"^## ([a-z0-9-]+)$", PAGE, re.MULTILINE))
    assert told == set(SOURCES)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_our_own_shape_is_told(field: str) -> None:
    section = PAGE.partition("\n## generic\n")[2].partition("\n## github\n")[0]
    named = field.removeprefix("resource.")
    assert f"`{named}`" in section or f"`{field}`" in section or f'"{named}"' in section


def test_the_page_lies_where_the_code_says() -> None:
    assert (Path(__file__).resolve().parents[3] / "docs" / "sources.md").exists()
