"""An inventory as CSV: read whole, or refused with every mistake and its place."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from connectors.context import inventory_csv
from connectors.contract.context import Exposure, LinkKind
from connectors.formats.inventory import FIELDS, InventoryRefused
from tests.connectors.context.payloads import stream_of

READ_AT = datetime(2030, 1, 2, tzinfo=UTC)


def refused(text: str | bytes) -> list[tuple[int, str, str]]:
    body = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(InventoryRefused) as caught:
        inventory_csv.load(io.BytesIO(body), "assets.csv")
    assert all(problem.file == "assets.csv" and problem.remedy for problem in caught.value.problems)
    return [(problem.line, problem.field, problem.what) for problem in caught.value.problems]


def test_every_column_arrives() -> None:
    balancer, web, database = inventory_csv.load(stream_of("inventory.csv"), "inventory.csv", READ_AT)
    assert web.identifiers == ("web-1", "i-0aaaaaaaaaaaaaaa1", "web-1.example.com", "192.0.2.10")
    assert (web.name, web.environment, web.tier, web.owner) == ("Shop front end", "production", 1, "shop")
    assert (web.account, web.type, web.exposure) == ("111122223333", "AwsEc2Instance", Exposure.CONTROLLED)
    assert web.links == ((LinkKind.EXPOSED_BY, "lb-1"), (LinkKind.DEPENDS_ON, "db-1"))
    assert web.patch == "apt-get install --only-upgrade openssl, then restart nginx"
    assert (web.template, web.tags) == ("github.com/example/infra//shop", {"team": "shop", "pci": "yes"})
    assert [(c.name, c.version, c.ecosystem) for c in web.components] == [
        ("openssl", "1.0.1e-2+deb7u4", "Debian:7"),
        ("libssl1.0.0", "1.0.1e-2+deb7u4", "Debian:7"),
    ]
    assert (web.source, web.read_at) == ("inventory.csv", READ_AT)
    assert balancer.exposure is Exposure.OPEN
    assert (database.name, database.tier, database.identifiers) == ("db-1", 2, ("db-1",))


def test_a_table_of_ids_is_enough_and_what_is_not_said_is_unknown() -> None:
    (only,) = inventory_csv.load(io.BytesIO(b"\xef\xbb\xbfid\r\nweb-1\r\n\r\n"), "assets.csv")
    assert (only.tier, only.exposure, only.environment, only.owner) == (None, Exposure.UNKNOWN, "", "")


def test_all_mistakes_are_told_at_once_with_line_and_column() -> None:
    text = (
        "id,tier,exposure,identifiers,runs_on,tags,components,colour\n"
        'web-1,5,wide,"a\n;b",web-9,x,pkg:npm/left-pad,red\n'
        ",1,open,,,,,\n"
        "web-2,one,,A;web-1,web-2,,nonsense,\n"
    )
    places = [(line, field) for line, field, _ in refused(text)]
    assert sorted(places) == sorted(
        [
            (1, "colour"),
            (2, "colour"),
            (2, "tier"),
            (2, "exposure"),
            (2, "runs_on"),
            (2, "tags"),
            (2, "components"),
            (4, "id"),
            (5, "tier"),
            (5, "identifiers"),
            (5, "identifiers"),
            (5, "runs_on"),
            (5, "components"),
        ]
    )


def test_the_message_reads_as_a_compiler_s() -> None:
    with pytest.raises(InventoryRefused, match=r"assets.csv:2: tier: 7 is no tier; write 1") as caught:
        inventory_csv.load(io.BytesIO(b"id,tier\nweb-1,7\n"), "assets.csv")
    assert str(caught.value).startswith("1 mistake in the inventory; nothing was loaded\n")


@pytest.mark.parametrize("tier", ["0", "5", "-1", "1.0", "true", "99999", "²"])
def test_a_tier_is_one_to_four(tier: str) -> None:
    assert [(line, field) for line, field, _ in refused(f"id,tier\nweb-1,{tier}\n")] == [(2, "tier")]


def test_a_name_in_another_case_is_the_same_name() -> None:
    ((line, field, what),) = refused("id,identifiers\nweb-1,host.example.com\nweb-2,HOST.example.com\n")
    assert (line, field) == (3, "identifiers")
    assert "assets.csv:2" in what


def test_two_rows_with_one_id() -> None:
    assert [(line, field) for line, field, _ in refused("id\nweb-1\nweb-1\n")] == [(3, "id")]


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        (b"", 1, "no column id"),
        (b"name;id\nx;y\n", 1, "no column id"),
        (b"id,id\nx,y\n", 1, "comes twice"),
        (b"id,name\nx\n", 2, "1 cells where the header has 2"),
        (b"id,name\nx,a,b\n", 2, "3 cells"),
        (b"id,name\nx,caf\xe9\n", 2, "not UTF-8"),
        (b'id,name\nx,"a"b\n', 2, "not a CSV row"),
        (b"id,name\nx,a\x07b\n", 2, "one plain line"),
        (b"id,\nx,y\n", 1, "without a name"),
        (b"id\na b\n", 2, "has spaces"),
    ],
)
def test_what_is_no_table_is_refused_with_its_place(body: bytes, line: int, words: str) -> None:
    found = refused(body)
    assert any(at == line and words in what for at, _, what in found), found


def test_rows_after_a_quoted_cell_of_several_lines_keep_their_own_line() -> None:
    assert [(line, field) for line, field, _ in refused('id,tags\nweb-1,"a=1;\nb=2"\nweb-2,x\n')] == [(4, "tags")]


def test_the_columns_are_those_the_documentation_lists() -> None:
    head = stream_of("inventory.csv").readline().decode().strip()
    assert tuple(head.split(",")) == FIELDS
