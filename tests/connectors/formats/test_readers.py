"""Reports of any size and format pass by: what is wanted is met, what is broken is named, what hurts is refused."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Finding, Kind, Quarantined, Record, Resource
from connectors.contract.source import SourceOptions
from connectors.formats.csv_report import CsvReport
from connectors.formats.json_paths import held, streamed, wanted
from connectors.formats.json_records import JsonRecords
from connectors.formats.text_lines import LONGEST, Line, lines
from connectors.formats.xml_report import XmlFile, XmlReport
from connectors.packed import unpacked, unpacked_file
from connectors.quarantine import patiently
from connectors.recognition import beginning
from connectors.wild import Wild

OPTIONS = SourceOptions()
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=12,
)
_PATHS = st.lists(st.sampled_from(["a", "b", "c", "[]", "{}"]), max_size=3)


def told(told: Wild) -> Iterator[Finding]:
    name = told.need("name")
    yield Finding(
        source="x",
        kind=Kind.CODE,
        rule_id=name,
        title=name,
        resource=Resource(id="r"),
        problem=name,
        pointer=told.pointer(),
    )


def names(records: Any) -> list[str]:
    return [record.rule_id if isinstance(record, Finding) else f"! {record.pointer}" for record in records]


@given(_JSON, _PATHS)
def test_a_file_that_passes_by_meets_what_a_held_value_does(value: Any, parts: list[str]) -> None:
    node = wanted((".".join(parts).replace(".[]", "[]").replace(".{}", "{}"),), ("a[]",) if parts[:1] == ["b"] else ())
    file = io.BytesIO(json.dumps(value).encode())
    assert list(streamed(file, node)) == list(held(value, node))


RECORDS = JsonRecords(told, "no records", inside=("items",), keys=("name",))
BODIES = {
    "list": b'[{"name": "a"}, {"name": "b"}]',
    "lines": b'{"name": "a"}\n\n{"name": "b"}\n',
    "concatenated": b'{\n"name": "a"}{"name":\n"b"}',
    "inside": b'{\n"items": [{"name": "a"}, {"name": "b"}]}',
    "inside, in one line": b'{"items": [{"name": "a"}, {"name": "b"}]}',
    "byte-order mark": b'\xef\xbb\xbf{"name": "a"}\n{"name": "b"}',
}


@pytest.mark.parametrize("form", BODIES)
def test_records_one_after_another_are_read_in_every_form(form: str) -> None:
    assert names(RECORDS.read_report(io.BytesIO(BODIES[form]), OPTIONS)) == ["a", "b"]


def test_a_broken_line_is_set_aside_by_its_number() -> None:
    body = b'{"name": "a"}\n{"name": \n[]\n\xff\n{"other": 1}\n{"name": "b"}\n'
    assert names(RECORDS.read_report(io.BytesIO(body), OPTIONS)) == ["a", "! /1", "! /3", "! /4", "b"]


@pytest.mark.parametrize("body", [b"", b"{", b"x", b"[1,", b"\xff", b"[" * 100_000], ids=range(6))
def test_what_is_no_json_is_refused_or_set_aside(body: bytes) -> None:
    try:
        found = list(RECORDS.read_report(io.BytesIO(body), OPTIONS))
    except (NotThisFormat, UnknownShape):
        return
    assert all(isinstance(record, Quarantined) for record in found)


XML = b"""<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://127.0.0.1:9/none.dtd">
<n:r xmlns:n="urn:x"><n:h at="one"><n:p>1</n:p><n:i name="a"/><n:i><name>b</name></n:i></n:h>
<n:h at="two"><n:i/></n:h></n:r>"""


def xml(body: bytes) -> XmlFile:
    return XmlFile(io.BytesIO(body), {}, OPTIONS)


def test_xml_is_read_by_paths_with_the_heads_of_its_groups() -> None:
    report = xml(XML)
    report.expect("r", says="no r")
    heads = report.heads("r/h", "p")
    assert [head.text("@at") + head.text("p") for head in heads.values()] == ["one1", "two"]

    def read(head: Wild, item: Wild) -> Iterator[Finding]:
        yield from told(Wild({"name": head.text("@at") + (item.first("@name", "name") or "")}, item.pointer()))

    assert names(report.within(heads, {"r/h/i": read})) == ["onea", "oneb", "two"]
    with pytest.raises(UnknownShape, match="the root element is r"):
        report.expect("other", says="no other")


def test_a_tag_reads_one_child_and_several_alike() -> None:
    found: list[Any] = []

    def read(tag: Wild) -> Iterator[Record]:
        found.append([(one.text(), one.text("@k")) for one in tag.items("c")])
        found.append(
            (tag.text("c"), tag.at("c").text("@k"), tag.text("d", "e"), tag.text("missing", "too"), tag.get("m"))
        )
        return iter(())

    list(xml(b'<r><i><c k="1">x</c><c>y</c><d><e>z</e></d><m/></i><i><c>only</c></i></r>').each("r/i", read))
    assert found[0] == [("x", "1"), ("y", "")]
    assert found[1] == ("x", "1", "z", "", None)
    assert found[2] == [("only", "")]


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>',
        b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
        b"<r>" * 100_000,
        b"<r><i></r>",
        b"",
        b"{}",
        b'<?xml version="1.0" encoding="nothing"?><r/>',
    ],
    ids=["entity", "external", "deep", "crossed", "empty", "json", "encoding"],
)
def test_hostile_or_broken_xml_is_refused(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        list(xml(body).each("r/i", told))


class Read(io.BytesIO):
    """A file that knows how often it was read."""

    times = 0

    def read(self, size: int | None = -1) -> bytes:
        self.times += 1
        return super().read(size)


def test_a_tag_of_megabytes_is_not_parsed_anew_with_each_piece_of_it() -> None:
    file = Read(b'<r><i k="' + b"A" * 8_000_000 + b'"><name>n</name></i></r>')
    assert names(XmlFile(file, {}, OPTIONS).each("r/i", told)) == ["n"]
    assert file.times < 15, "in equal pieces it takes the square of its length: an hour for a report"


def test_xml_without_an_end_of_its_tags_is_refused_in_good_time() -> None:
    file = Read(b'<r><i k="' + b"A" * 100_000_000)
    with pytest.raises(NotThisFormat, match="no tag within"):
        list(XmlFile(file, {}, OPTIONS).each("r/i", told))
    assert file.tell() < 70_000_000


SHEET = CsvReport(told, "no sheet", ("name",))


@pytest.mark.parametrize("mark", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
def test_csv_is_read_with_long_cells_and_its_bad_rows_set_aside(mark: str) -> None:
    long = "x" * 300_000
    text = mark.join(("name", "more")) + f'\r\na{mark}"{long}"\r\n\r\nb{mark}"two\nlines"\r\nc\r\n{mark}x\r\n'
    found = list(SHEET.read_report(io.BytesIO(b"\xef\xbb\xbf" + text.encode()), OPTIONS))
    assert names(found) == ["a", "b", "! /4", "! /5/name"]


@pytest.mark.parametrize("body", [b"\xff\xfe", b'name,b\n"a', b""], ids=["coding", "quote", "empty"])
def test_what_is_no_csv_is_refused(body: bytes) -> None:
    with pytest.raises((NotThisFormat, UnknownShape)):
        list(SHEET.read_report(io.BytesIO(body), OPTIONS))


def test_a_line_too_long_is_set_aside_and_the_next_ones_read() -> None:
    found = list(lines(io.BytesIO(b"a\n" + b"x" * (2 * LONGEST + 5) + b"\n\nb")))
    assert found[0] == Line(0, "a")
    assert isinstance(found[1], Quarantined)
    assert found[2] == Line(3, "b")


def zipped(*members: bytes) -> bytes:
    held_ = io.BytesIO()
    with zipfile.ZipFile(held_, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, member in enumerate(members):
            archive.writestr(zipfile.ZipInfo(f"{number}.json"), member, zipfile.ZIP_DEFLATED)
    return held_.getvalue()


def test_packed_bodies_are_opened() -> None:
    assert unpacked(gzip.compress(b"{}", mtime=0)) == unpacked(zipped(b"{}")) == unpacked(b"{}") == b"{}"
    with unpacked_file(io.BytesIO(zipped(b"[1, 2]"))) as file:
        assert (file.read(3), file.seek(0), file.read()) == (b"[1,", 0, b"[1, 2]")


def test_a_zip_with_a_list_of_members_without_end_is_refused_unread() -> None:
    """The list is what grows: a member that takes 47 bytes there takes ten times as many in memory."""
    packed = zipped(b"{}")
    start = packed.index(b"PK\x01\x02")
    end = packed.index(b"PK\x05\x06")
    members = packed[start:end] * 100_000
    size = (len(members)).to_bytes(4, "little")
    bomb = packed[:start] + members + packed[end : end + 12] + size + packed[end + 16 :]
    tracemalloc.start()
    with pytest.raises(NotThisFormat, match="one report at a time"), unpacked_file(io.BytesIO(bomb)):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10 * 1024 * 1024 + len(bomb)


@pytest.mark.parametrize("pack", [lambda zeros: gzip.compress(zeros, mtime=0), zipped], ids=["gzip", "zip"])
def test_a_bomb_is_refused_before_it_grows(pack: Any) -> None:
    bomb = pack(b"0" * 40_000_000)
    tracemalloc.start()
    with pytest.raises(NotThisFormat, match="unpacked it is more than"):
        unpacked(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 30_000_000


@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"{}" * 99, mtime=0)[:-9], b"\x1f\x8b\x08rest", zipped(b"1", b"2"), b"PK\x03\x04rest"],
    ids=["cut", "no gzip", "two files", "no zip"],
)
def test_what_cannot_be_unpacked_is_refused(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        unpacked(body)


def test_a_report_in_xml_or_csv_is_read_in_a_few_megabytes() -> None:
    row = b"<i><name>a</name><pad>" + b"x" * 2_000 + b"</pad></i>"
    big = io.BytesIO(b"<r>" + row * 8_000 + b"</r>")
    sheet = io.BytesIO(b"name,pad\n" + (b"a," + b"x" * 2_000 + b"\n") * 8_000)
    for read in (XmlReport(lambda report: report.each("r/i", told)).read_report, SHEET.read_report):
        tracemalloc.start()
        count = sum(1 for _ in patiently(read(big if read != SHEET.read_report else sheet, OPTIONS)))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert count == 8_000
        assert peak < 4_000_000


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"runs": [{"tool": {"name": "x"}}', ("runs[].tool.name", "", ())),
        (b'{"a": 1}\n{"b": 2}\n', ("b", "", ())),
        (b'<?xml version="1.0"?><!-- <no> --><!DOCTYPE n:r [ ]><n:r a="b">', ("", "r", ())),
        (b"Plugin ID;Risk\n1;2", ("", "", ("Plugin ID", "Risk"))),
        (b"only words", ("", "", ())),
        (b"", ("", "", ())),
    ],
    ids=["cut json", "lines", "xml", "csv", "text", "empty"],
)
def test_a_beginning_shows_what_is_there(body: bytes, shown: tuple[str, str, tuple[str, ...]]) -> None:
    start = beginning(io.BytesIO(body), "x")
    assert (shown[0] in start.paths or not shown[0], start.root, start.columns) == (True, *shown[1:])
