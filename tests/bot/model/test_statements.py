"""Which finding a statement speaks of: by package and version, by resource and build, never by a name alone."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bot.model.statements import Said, Subject, holding, speaks_of
from bot.model.vers import contains
from connectors.contract.finding import Finding, Kind, Package, Resource
from connectors.contract.statement import Stated, Statement

DIGEST, OTHER = ("sha256:" + n * 64 for n in "12")
IMAGE = Resource(id="registry.example.com/shop/web", type="container-image", image_digest=DIGEST)
LIBRARY = "pkg:maven/com.example/core@2.9.4"
OCI = "pkg:oci/web@{}?repository_url=registry.example.com%2Fshop%2Fweb"


def subject(purl: str = LIBRARY, installed: str = "2.9.4", **changes: object) -> Subject:
    found = Finding(
        source="trivy",
        kind=Kind.VULNERABILITY,
        rule_id="GHSA-aaaa-bbbb-cccc",
        title="a weakness",
        problem="CVE-2024-10001",
        vuln_ids=("CVE-2024-10001", "GHSA-aaaa-bbbb-cccc"),
        resource=IMAGE,
        package=Package(name="core", installed=installed, purl=purl),
    )
    return Subject(replace(found, **changes), frozenset({IMAGE.id, DIGEST}))  # type: ignore[arg-type]


def says(*products: str, component: str = "", versions: str = "", vuln: str = "CVE-2024-10001") -> Statement:
    return Statement(
        document="d",
        vuln_ids=(vuln,),
        status=Stated.NOT_AFFECTED,
        products=products,
        component=component,
        versions=versions,
    )


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (says(LIBRARY), True),
        (says(LIBRARY, vuln="GHSA-aaaa-bbbb-cccc"), True),
        (says(LIBRARY, vuln="CVE-2024-10009"), False),
        (says("pkg:maven/com.example/core"), True),
        (says("pkg:maven/com.example/core@2.9.5"), False),
        (says("pkg:maven/com.elsewhere/core@2.9.4"), False),
        (says("pkg:npm/core@2.9.4"), False),
        (says("core"), False),
        (says("pkg:maven/com.example/core", versions="vers:maven/>=2.9.0|<2.9.5"), True),
        (says("pkg:maven/com.example/core", versions="vers:maven/>=2.9.5"), False),
        (says("pkg:maven/com.example/core", versions="not a range"), False),
        (says("pkg:maven/com.example/core", versions="2.9.4"), True),
        (says(f"{LIBRARY}?classifier=tests"), False),
        (says(OCI.format(DIGEST)), True),
        (says(OCI.format(OTHER)), False),
        (says(OCI.format(DIGEST), component=LIBRARY), True),
        (says(OCI.format(OTHER), component=LIBRARY), False),
        (says(OCI.format(DIGEST), component="pkg:maven/com.example/other@1"), False),
        (says("pkg:oci/web?repository_url=registry.example.com%2Fshop%2Fweb", component=LIBRARY), True),
        (says("pkg:oci/web?repository_url=registry.example.com%2Felse%2Fweb", component=LIBRARY), False),
        (says(f"registry.example.com/shop/web@{DIGEST}"), True),
        (says(f"registry.example.com/shop/web@{OTHER}"), False),
        (says("https://example.com/web", "registry.example.com/SHOP/web"), True),
        (says("registry.example.com/shop/web", versions="vers:maven/<3"), False),
        (says("web", component=LIBRARY), False),
    ],
    ids=lambda value: None if isinstance(value, bool) else f"{value.products[-1]} {value.component}{value.versions}",
)
def test_a_statement_speaks_of_its_product_alone(statement: Statement, expected: bool) -> None:
    assert speaks_of(statement, subject()) is expected


def test_a_package_in_several_versions_needs_a_word_on_each() -> None:
    both = subject(package=Package(name="core", installed="2.9.4", purl=LIBRARY, besides=("2.9.9",)))
    assert not speaks_of(says(LIBRARY), both)
    assert not speaks_of(says("pkg:maven/com.example/core", versions="vers:maven/<2.9.5"), both)
    assert speaks_of(says("pkg:maven/com.example/core", versions="vers:maven/<3"), both)


def test_an_epoch_and_a_release_are_read_in_any_spelling() -> None:
    told = subject(
        "pkg:deb/debian/zlib1g@1.2.7.dfsg-13?arch=amd64&distro=wheezy&epoch=1&upstream=zlib", "1:1.2.7.dfsg-13"
    )
    assert speaks_of(says("pkg:deb/debian/zlib1g@1:1.2.7.dfsg-13?distro=debian-7.4"), told)
    assert not speaks_of(says("pkg:deb/debian/zlib1g@1.2.7.dfsg-13?distro=debian-7.4"), told)
    assert not speaks_of(says("pkg:deb/debian/zlib1g@1:1.2.7.dfsg-13?distro=debian-8"), told)
    assert not speaks_of(says("pkg:deb/debian/zlib1g@1:1.2.7.dfsg-13?arch=arm64"), told)


def test_a_detection_is_never_spoken_of() -> None:
    assert not speaks_of(says(IMAGE.id), subject(kind=Kind.DETECTION))


def test_of_one_time_the_most_cautious_holds() -> None:
    told = [Said(replace(says(LIBRARY), status=status), "openvex") for status in Stated]
    assert (found := holding(told, subject())) is not None
    assert found.statement.status is Stated.AFFECTED


@pytest.mark.parametrize(
    ("span", "version", "expected"),
    [
        ("vers:deb/<1.0.1e-2+deb7u5", "1.0.1e-2+deb7u4", True),
        ("vers:deb/<1.0.1e-2+deb7u5", "1.0.1e-2+deb7u5", False),
        ("vers:deb/1.0|1.2", "1.2", True),
        ("vers:deb/!=1.1|<2", "1.1", False),
        ("vers:deb/<1.0|>=2.0|<2.5", "2.4", True),
        ("vers:deb/<1.0|>=2.0|<2.5", "1.5", False),
        ("vers:deb/>=2.0", "2.4", True),
        ("vers:deb/*", "2.4", True),
        ("vers:deb/<=", "2.4", False),
    ],
)
def test_a_range_holds_by_the_rule_of_its_ecosystem(span: str, version: str, expected: bool) -> None:
    assert contains(span, version, "Debian:7", "openssl") is expected
    assert not contains("vers:deb/<2", "not a version", "Debian:7", "openssl")
    assert not contains("vers:deb/<2", "1.0", "Nowhere", "openssl")
