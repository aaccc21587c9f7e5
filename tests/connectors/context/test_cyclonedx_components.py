"""Components from a bill of materials, and what asset it is about."""

from __future__ import annotations

import io
import json
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.context import cyclonedx_components
from connectors.contract.context import Component
from connectors.contract.failure import NotThisFormat, UnknownShape
from connectors.contract.finding import Quarantined
from connectors.formats.purls import source_package
from tests.connectors.context.payloads import stream_of
from tests.samples import sample_files

DIGEST = "sha256:0000000000000000000000000000000000000000000000000000000000000001"
IMAGE = "registry.example.com/shop/web"


def test_the_subject_and_the_components_nested_ones_too() -> None:
    subject, found = cyclonedx_components.read(stream_of("web-1.cdx.json"))
    assert (subject.name, subject.type, subject.version) == (IMAGE, "container", DIGEST)
    assert subject.identifiers == (IMAGE, f"{IMAGE}:{DIGEST}", f"{IMAGE}@{DIGEST}", "image-1", DIGEST)
    assert subject.seen_at == datetime(2030, 1, 2, 2, 4, 5, tzinfo=UTC)
    ssl, core, in_house, broken = found
    assert isinstance(ssl, Component)
    assert (ssl.name, ssl.version, ssl.ecosystem) == ("libssl1.0.0", "1.0.1e-2+deb7u4", "Debian:7")
    assert ssl.last_seen == subject.seen_at
    assert isinstance(core, Component)
    assert (core.name, core.ecosystem) == ("@example/core", "npm")
    assert isinstance(in_house, Quarantined)
    assert (in_house.pointer, "no purl" in in_house.reason) == ("/components/2", True)
    assert isinstance(broken, Quarantined)
    assert (broken.pointer, broken.reason.startswith("purl: ")) == ("/components/3", True)


@pytest.mark.parametrize("body", [b"{}", b"[]", b'{"bomFormat": "SPDX"}', b'{"bomFormat": "CycloneDX"}'])
def test_another_document_is_an_unknown_shape(body: bytes) -> None:
    with pytest.raises(UnknownShape):
        cyclonedx_components.read(io.BytesIO(body))


def test_a_version_that_is_not_read_is_named() -> None:
    with pytest.raises(UnknownShape, match=r'CycloneDX "1.2" is not read; export the bill as one of 1.4, 1.5, 1.6'):
        cyclonedx_components.read(io.BytesIO(b'{"bomFormat": "CycloneDX", "specVersion": "1.2"}'))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<bom/>",
        b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "components": [{}',
        b'{"bomFormat": "CycloneDX", "specVersion": "1.5", "version": ' + b"9" * 5_000 + b', "components": []}',
    ],
    ids=["empty", "xml", "half", "endless number"],
)
def test_no_json_or_half_of_it_is_not_this_format(body: bytes) -> None:
    with pytest.raises(NotThisFormat):
        cyclonedx_components.read(io.BytesIO(body))


def bill(components: bytes) -> io.BytesIO:
    return io.BytesIO(b'{"bomFormat":"CycloneDX","specVersion":"1.6","components":[' + components + b"]}")


def test_the_source_package_that_trivy_tells_beside_the_purl_goes_into_it() -> None:
    purl = "pkg:deb/debian/libssl1.0.0@1.0.1e-2%2Bdeb7u4?distro=debian-7.4"
    told = {"Name": "openssl", "Version": "1.0.1e", "Release": "2+deb7u4", "Epoch": "1"}
    properties = [{"name": f"aquasecurity:trivy:Src{field}", "value": value} for field, value in told.items()]
    entry = {"type": "library", "name": "libssl1.0.0", "purl": purl, "properties": [*properties, 7, {"value": "x"}]}
    _, found = cyclonedx_components.read(bill(json.dumps(entry).encode()))
    (component,) = found
    assert isinstance(component, Component)
    assert component.purl == purl + "&upstream=openssl%401%3A1.0.1e-2%2Bdeb7u4"
    assert source_package(component.purl) == ("openssl", "1:1.0.1e-2+deb7u4")


def test_nesting_without_end_is_walked_without_recursion() -> None:
    inner = b'{"components":[' * 5_000 + b'{"purl":"pkg:npm/deep@1.0.0"}' + b"]}" * 5_000
    _, found = cyclonedx_components.read(bill(inner))
    assert [item.name for item in found if isinstance(item, Component)] == ["deep"]


def test_a_large_bill_is_never_held_whole() -> None:
    one = b'{"type":"library","name":"x","purl":"pkg:npm/x@1.0.0","description":"%s"}' % (b"-" * 500)
    large = bill(b",".join([one] * 20_000))
    tracemalloc.start()
    _, found = cyclonedx_components.read(large)
    assert sum(1 for _ in found) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3_000_000  # the bill has 11 MB


@given(st.recursive(st.none() | st.booleans() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)))
def test_whatever_a_component_is_the_others_go_on(value: object) -> None:
    odd = json.dumps([value, {"purl": value}, {"components": value, "name": value, "type": "library"}])[1:-1].encode()
    _, found = cyclonedx_components.read(bill(odd + b',{"purl":"pkg:npm/last@1.0.0"}'))
    assert [item.name for item in found if isinstance(item, Component)][-1] == "last"


def purls_of(value: object) -> list[str]:
    """Every purl with a version of the document's components, found the plain way."""
    found = []
    for entry in value if isinstance(value, list) else []:
        if "@" in entry.get("purl", ""):
            found.append(entry["purl"])
        found += purls_of(entry.get("components"))
    return found


READABLE = [path for path in sample_files("cyclonedx") if b'"CycloneDX"' in path.read_bytes()]


@pytest.mark.parametrize("path", READABLE, ids=lambda path: path.name)
def test_every_purl_of_a_real_bill_is_a_component(path: Path) -> None:
    document = json.loads(path.read_bytes())
    if document["specVersion"] not in cyclonedx_components.SPEC_VERSIONS:
        with pytest.raises(UnknownShape):
            cyclonedx_components.read(io.BytesIO(path.read_bytes()))
        return
    _, found = cyclonedx_components.read(io.BytesIO(path.read_bytes()))
    assert [item.purl for item in found if isinstance(item, Component)] == purls_of(document.get("components"))
