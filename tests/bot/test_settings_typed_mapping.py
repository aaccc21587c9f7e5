"""A typed mapping is read as the file would be, and nothing can be built of it but fields and expressions."""

from __future__ import annotations

import time

import pytest

from bot.settings.typed_mapping import NotAMapping, typed_mapping

FIELDS = {"title": "name", "resource.id": "hosts[0].id"}


@pytest.mark.parametrize(
    "around", ["{}", "mapping:{}", "generic:\n  mapping:{}", "sources:\n  generic:\n    mapping:{}"], ids=str
)
def test_a_piece_of_the_file_is_enough(around: str) -> None:
    indent = " " * 8 if "mapping" in around else ""
    fields = "".join(f"\n{indent}{name}: {told}  # why" for name, told in FIELDS.items())
    assert typed_mapping(around.format(fields)) == FIELDS


BOMB = "a: &a x\nb: &b {p: *a}\nc: {p: *b, q: *b}\n"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no field is there"),
        ("title", "expected keys and values"),
        ("title: [a, b]", "the mapping:1: expected a field"),
        (BOMB, "the mapping:2: expected a field"),
        ("title: a\ntitle: b", "the same key twice"),
        ("title: 7", "the mapping:1: title: expected a JMESPath"),
        ("title:", "expected a JMESPath"),
        ("title: {a: b}", "the mapping:1: title: expected"),
        ("generic: {mapping: {x: {y: {z: w}}}}", "expected a field"),
        ("title: 'open", "not valid YAML"),
        ("!!python/object/apply:os.system [x]", "expected a field"),
        ("title: \x00", "not valid YAML"),
        ("a: b\n" * 2_000, "longer than 8000"),
    ],
    ids=["nothing", "word", "list", "bomb", "twice", "number", "empty", "table", "deep", "open", "tag", "nul", "long"],
)
def test_what_is_wrong_is_said(text: str, why: str) -> None:
    with pytest.raises(NotAMapping, match=why):
        typed_mapping(text)


@pytest.mark.parametrize("text", ["[" * 8_000, "{a: " * 2_000, "- " * 4_000, "? " * 4_000], ids=["[", "{", "-", "?"])
def test_nesting_is_refused_before_anything_is_built(text: str) -> None:
    started = time.monotonic()
    with pytest.raises(NotAMapping):
        typed_mapping(text)
    assert time.monotonic() - started < 2
