"""An inventory as JSON: the same rules as CSV, with the line on which each asset starts."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.context import inventory_csv, inventory_json
from connectors.contract.context import LinkKind
from connectors.formats.inventory import InventoryRefused, build
from tests.connectors.context.payloads import stream_of


def refused(text: str | bytes) -> list[tuple[int, str, str]]:
    body = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InventoryRefused) as caught:
        inventory_json.load(io.BytesIO(body), "assets.json")
    return [(problem.line, problem.field, problem.what) for problem in caught.value.problems]


def test_every_key_arrives() -> None:
    web, database = inventory_json.load(stream_of("inventory.json"), "inventory.json")
    assert web.identifiers == ("web-2", "i-0aaaaaaaaaaaaaaa2", "192.0.2.11")
    assert (web.tier, web.tags, web.links) == (1, {"team": "shop"}, ((LinkKind.DEPENDS_ON, "db-2"),))
    assert [(c.version, c.ecosystem) for c in web.components] == [("1.0.1e-2+deb7u5", "Debian:7")]
    assert (database.id, database.source) == ("db-2", "inventory.json")


def test_a_bare_list_and_an_empty_one() -> None:
    assert [asset.id for asset in inventory_json.load(io.BytesIO(b' [ {"id": "a"} , {"id":"b"} ] '), "f")] == ["a", "b"]
    assert inventory_json.load(io.BytesIO(b"[]"), "f") == ()
    assert inventory_json.load(io.BytesIO(b'{"assets": []}\n'), "f") == ()


def test_all_mistakes_are_told_at_once_with_the_line_of_their_asset() -> None:
    text = (
        '[{"id": "a", "tier": "1"},\n {"id": "b",\n  "exposure": "wide", "colour": "red", "tags": {"x": 1}},\n'
        ' 7,\n {"id": "c", "owner": ["shop"], "identifiers": "a", "tier": true, "id": "c"},\n'
        ' {"id": "d", "runs_on": ["z", "d"], "identifiers": ["", "A"], "components": [1]}]'
    )
    assert sorted((line, field) for line, field, _ in refused(text)) == sorted(
        [
            (1, "tier"),
            (2, "exposure"),
            (2, "colour"),
            (2, "tags"),
            (4, ""),
            (5, "owner"),
            (5, "identifiers"),
            (5, "tier"),
            (5, "id"),
            (6, "runs_on"),
            (6, "runs_on"),
            (6, "identifiers"),
            (6, "identifiers"),
            (6, "components"),
        ]
    )


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not a list"),
        (b'{"id": "a"}', "not a list"),
        (b'[{"id": "a"}', "neither , nor ]"),
        (b'[{"id": "a"},]', "not JSON"),
        (b'[{"id": "a"}]]', "does not end"),
        (b'[{"id": "a"}]}', "does not end"),
        (b'{"assets": [{"id": "a"}]', "does not end"),
        (b'{"assets": [{"id": "a"}], "more": 1}', "does not end"),
        (b'[{"id": "\xff"}]', "not UTF-8"),
        (b"[" * 5000, "nests deeper"),
        (b'[{"id": "a", "tier": ' + b"1" * 5000 + b"}]", "not JSON"),
    ],
)
def test_what_is_no_list_of_assets_is_refused(body: bytes, words: str) -> None:
    assert any(words in what for _, _, what in refused(body)), refused(body)


def test_two_files_are_one_inventory_in_which_names_are_unique_and_links_meet() -> None:
    first, first_problems = inventory_csv.read_rows(io.BytesIO(b"id,runs_on\nweb-1,host-1\n"), "a.csv")
    second, second_problems = inventory_json.read_rows(io.BytesIO(b'[{"id": "host-1"}]'), "b.json")
    records = build([*first, *second], [*first_problems, *second_problems])
    assert [(record.id, record.source) for record in records] == [("web-1", "a.csv"), ("host-1", "b.json")]
    again, _ = inventory_json.read_rows(io.BytesIO(b'[{"id": "WEB-1"}]'), "c.json")
    with pytest.raises(InventoryRefused, match=r"c\.json:1: id: 'WEB-1' is also a name of the asset at a\.csv:2"):
        build([*first, *second, *again])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda c: st.lists(c) | st.dictionaries(st.text(), c),
        max_leaves=12,
    )
)
def test_no_json_value_gets_past_the_rules_in_another_way(value: object) -> None:
    body = json.dumps([{"id": "a", "identifiers": value, "tags": value, "tier": value, "name": value}]).encode()
    with pytest.raises(InventoryRefused) as caught:
        inventory_json.load(io.BytesIO(body), "f")
    assert caught.value.problems
