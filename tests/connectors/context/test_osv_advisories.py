"""OSV advisories in each shape they come in; a broken entry is told and the others go on."""

from __future__ import annotations

import contextlib
import copy
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.context import osv_advisories
from connectors.contract.context import Advisory
from connectors.contract.failure import NotThisFormat
from connectors.contract.finding import Quarantined
from tests.connectors.context.payloads import PAYLOADS, stream_of

UPSTREAM = json.loads((PAYLOADS / "heartbleed-upstream.osv.json").read_text())
DEBIAN = json.loads((PAYLOADS / "heartbleed-debian.osv.json").read_text())
BROKEN = {"id": "EX-1"}


def read(body: bytes) -> tuple[list[str], list[tuple[str, str]]]:
    """(ids of the advisories, place and reason of the broken ones)."""
    found = list(osv_advisories.read(io.BytesIO(body), "test"))
    good = [item.id for item in found if isinstance(item, Advisory)]
    return good, [(item.pointer, item.reason) for item in found if isinstance(item, Quarantined)]


def test_a_distribution_s_advisory_as_osv_publishes_it() -> None:
    (advisory,) = osv_advisories.read(stream_of("heartbleed-debian.osv.json"), "debian")
    assert isinstance(advisory, Advisory)
    assert (advisory.id, advisory.aliases, advisory.source) == ("DSA-2896-1", ("CVE-2014-0160",), "debian")
    assert advisory.summary == "openssl - security update"
    assert (advisory.published, advisory.withdrawn) == (datetime(2014, 4, 7, tzinfo=UTC), False)
    (package,) = advisory.affected
    assert (package.name, package.ecosystem) == ("openssl", "Debian:7")
    assert package.ranges[0].events == (("introduced", "0"), ("fixed", "1.0.1e-2+deb7u5"))


def test_upstream_s_own_has_no_ecosystem() -> None:
    (advisory,) = osv_advisories.read(stream_of("heartbleed-upstream.osv.json"), "openssl")
    assert isinstance(advisory, Advisory)
    assert [(package.name, package.ecosystem) for package in advisory.affected] == [("openssl", "")]


def zipped(*bodies: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README", "not an advisory")
        for number, body in enumerate(bodies):
            archive.writestr(f"{number}.json", body)
    return packed.getvalue()


ONE, TWO, BAD = (json.dumps(entry).encode() for entry in (UPSTREAM, DEBIAN, BROKEN))
IDS = [UPSTREAM["id"], DEBIAN["id"]]
REASON = "modified is missing; the schema asks for it"


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b"[" + ONE + b",\n" + BAD + b"," + TWO + b"]", "/1"),
        (ONE + b"\n\n" + BAD + b"\n" + TWO, "line 3"),
        (BAD + b"\r\n" + ONE + b"\r\n" + TWO + b"\r\n", "line 1"),
        (zipped(ONE, BAD, TWO), "1.json"),
    ],
    ids=["list", "lines", "lines, broken first", "zip"],
)
def test_a_broken_entry_is_told_with_its_place_and_the_others_go_on(body: bytes, place: str) -> None:
    assert read(body) == (IDS, [(place, REASON)])


@pytest.mark.parametrize("first", [b'{"id": ', b'{"id": }'])
def test_a_first_line_that_is_no_json_does_not_take_the_rest_with_it(first: bytes) -> None:
    ids, ((place, reason),) = read(first + b"\n" + ONE + b"\n" + TWO + b"\n")
    assert (ids, place) == (IDS, "line 1")
    assert "not JSON" in reason


def test_one_object_over_many_lines() -> None:
    assert read(json.dumps(UPSTREAM, indent=2).encode()) == ([UPSTREAM["id"]], [])
    ids, ((place, reason),) = read(json.dumps(UPSTREAM, indent=2).encode()[:-5])
    assert (ids, place) == ([], "/")
    assert "not JSON" in reason


def test_a_folder_in_the_order_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "2.json").write_bytes(TWO)
    (tmp_path / "a.json").write_bytes(ONE)
    (tmp_path / "c.json").write_bytes(BAD)
    (tmp_path / "notes.txt").write_text("not an advisory")
    found = list(osv_advisories.read_folder(tmp_path, "folder"))
    assert [item.id for item in found if isinstance(item, Advisory)] == IDS
    assert [item.pointer for item in found if isinstance(item, Quarantined)] == ["c.json"]


@pytest.mark.parametrize(
    "body", [b"", b"   ", b"<html>", b"id,name\n", zipped(ONE)[:200], b"[" + ONE, b"[" + ONE + b"}"]
)
def test_what_is_no_advisories_at_all_is_not_this_format(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        read(body)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    entry = copy.deepcopy(UPSTREAM)
    change(entry)
    return json.dumps(entry).encode()


RANGE = ("affected", 0, "ranges", 0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda e: e.update(id=7), "id: 7 is no advisory id"),
        (lambda e: e.update(id="x y"), "no advisory id"),
        (lambda e: e.update(modified="yesterday"), "modified: "),
        (lambda e: e.update(aliases="CVE-2014-0160"), "aliases is not a list"),
        (lambda e: e.update(aliases=[None]), "aliases: null"),
        (lambda e: e.update(summary={}) or e.update(details=[1]), "summary is not text"),
        (lambda e: e.update(affected={}), "affected is not a list"),
        (lambda e: e.update(affected=["openssl"]), "affected/0 is not an object"),
        (lambda e: e["affected"][0].update(package="openssl"), "affected/0/package"),
        (lambda e: e["affected"][0].update(package={"ecosystem": "npm"}), "has no name"),
        (lambda e: e["affected"][0].update(package={"purl": "openssl"}), "affected/0/package/purl"),
        (lambda e: e["affected"][0].update(versions=[1]), "affected/0/versions: 1 is no version"),
        (lambda e: e["affected"][0]["ranges"][0].update(type="RPM"), "affected/0/ranges/0/type"),
        (lambda e: e["affected"][0]["ranges"][0].update(events=[{"fixed": "1"}]), 'no "introduced"'),
        (lambda e: e["affected"][0]["ranges"][0]["events"].append({"last_affected": "1.0.1f"}), "schema forbids"),
        (lambda e: e["affected"][0]["ranges"][0]["events"].append({"broken": "1"}), "events/2 is not one of"),
        (lambda e: e["affected"][0]["ranges"][0]["events"].append({"fixed": "1", "limit": "2"}), "events/2"),
        (lambda e: e["affected"][0]["ranges"][0]["events"].append({"fixed": None}), "events/2/fixed: null"),
    ],
)
def test_what_breaks_the_schema_is_named(change: Callable[[dict[str, Any]], object], words: str) -> None:
    ids, broken = read(changed(change))
    assert ids == []
    assert [words in reason for _, reason in broken] == [True], broken


def test_a_withdrawn_advisory_says_so() -> None:
    (advisory,) = osv_advisories.read(io.BytesIO(changed(lambda e: e.update(withdrawn="2014-05-01T00:00:00Z"))), "x")
    assert isinstance(advisory, Advisory)
    assert advisory.withdrawn


def test_without_a_package_the_repository_names_it() -> None:
    repo = {"type": "GIT", "repo": "https://github.com/openssl/openssl", "events": [{"introduced": "0"}]}
    entry = {"id": "CVE-2014-0160", "modified": "2024-01-01T00:00:00Z", "affected": [{"ranges": [repo]}]}
    (advisory,) = osv_advisories.read(io.BytesIO(json.dumps(entry).encode()), "x")
    assert isinstance(advisory, Advisory)
    assert [(package.name, package.ecosystem) for package in advisory.affected] == [("openssl", "")]


def test_nesting_without_end_is_told_too() -> None:
    deep = b'{"id":' + b"[" * 20_000 + b"]" * 20_000 + b"}"
    ids, broken = read(b"[" + ONE + b"," + deep + b"]")
    assert (ids, len(broken)) == ([UPSTREAM["id"]], 1)


@given(st.binary(max_size=300) | st.text().map(lambda text: b"[" + json.dumps([text]).encode()))
def test_whatever_the_bytes_are_nothing_else_is_raised(body: bytes) -> None:
    with contextlib.suppress(NotThisFormat):
        ids, broken = read(body)
        assert not ids
        assert all(reason for _, reason in broken)
