"""Package URLs and distribution qualifiers, as scanners write them, in OSV's words."""

from __future__ import annotations

import pytest

from connectors.formats.ecosystems import base_of, is_distribution, release_of
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.purls import component_of, package_of, source_package


@pytest.mark.parametrize(
    ("purl", "name", "version", "ecosystem"),
    [
        ("pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=wheezy", "openssl", "1.0.1e-2+deb7u5", "Debian:7"),
        ("pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=debian-7", "openssl", "1.0.1e-2+deb7u5", "Debian:7"),
        ("pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=debian-7.4", "openssl", "1.0.1e-2+deb7u5", "Debian:7"),
        ("pkg:deb/debian/openssl@1?distro=debian-wheezy", "openssl", "1", "Debian:7"),
        ("pkg:deb/debian/openssl@1?distro=sid", "openssl", "1", "Debian:sid"),
        ("pkg:deb/debian/openssl@1?distro=debian", "openssl", "1", "Debian"),
        ("pkg:deb/debian/openssl@1?distro=sarge", "openssl", "1", "Debian:3.1"),
        ("pkg:deb/debian/openssl@1", "openssl", "1", "Debian"),
        ("pkg:deb/debian/bind9@9.9?epoch=1&distro=jessie", "bind9", "1:9.9", "Debian:8"),
        ("pkg:deb/debian/bind9@1%3A9.9?epoch=1&distro=jessie", "bind9", "1:9.9", "Debian:8"),
        ("pkg:deb/ubuntu/openssl@1?distro=jammy", "openssl", "1", "Ubuntu:22.04:LTS"),
        ("pkg:deb/ubuntu/openssl@1?distro=ubuntu-22.10", "openssl", "1", "Ubuntu:22.10"),
        ("pkg:deb/raspbian/openssl@1", "openssl", "1", "deb:raspbian"),
        ("pkg:deb/openssl@1", "openssl", "1", "deb"),
        ("pkg:apk/alpine/musl@1.2.4-r1?distro=alpine-3.18.4", "musl", "1.2.4-r1", "Alpine:v3.18"),
        ("pkg:apk/wolfi/musl@1.2.4-r1?distro=wolfi-20230201", "musl", "1.2.4-r1", "Wolfi"),
        ("pkg:rpm/redhat/openssl@1.0.1e-16.el6?epoch=1&distro=rhel-6.5", "openssl", "1:1.0.1e-16.el6", "Red Hat:6"),
        ("pkg:rpm/rocky/openssl@3-1.el9?distro=rocky-9.2", "openssl", "3-1.el9", "Rocky Linux:9"),
        ("pkg:rpm/opensuse/openssl@3-1?distro=opensuse-leap-15.5", "openssl", "3-1", "openSUSE:15.5"),
        ("pkg:rpm/amzn/openssl@1-1?distro=amzn-2", "openssl", "1-1", "Amazon Linux:2"),
        ("pkg:npm/%40angular/core@1.2.3", "@angular/core", "1.2.3", "npm"),
        ("pkg:maven/org.example/library@1.0", "org.example:library", "1.0", "Maven"),
        ("pkg:golang/golang.org/x/net@v0.1.0", "golang.org/x/net", "v0.1.0", "Go"),
        ("pkg:pypi/Foo_Bar@1", "foo-bar", "1", "PyPI"),
        ("pkg:generic/openssl@1.0.1f", "openssl", "1.0.1f", ""),
        ("pkg:github/openssl/openssl@1.0.1f", "openssl", "1.0.1f", ""),
        ("pkg:docker/library/nginx@1.25", "library/nginx", "1.25", "docker"),
    ],
)
def test_a_purl_as_a_component(purl: str, name: str, version: str, ecosystem: str) -> None:
    found = component_of(purl)
    assert (found.name, found.version, found.ecosystem, found.purl) == (name, version, ecosystem, purl)


@pytest.mark.parametrize(
    ("purl", "words"),
    [
        ("openssl@1", "pkg"),
        ("pkg:npm/left-pad", "no version"),
        ("", "purl"),
        ("pkg:npm/" + "x" * 2_000 + "@1", "longer"),
        ("pkg:npm/left%19pad@1.0", "characters that nobody sees"),
    ],
)
def test_what_is_no_component_says_why(purl: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        component_of(purl)


def test_an_advisory_s_purl_needs_no_version() -> None:
    assert package_of("pkg:generic/openssl") == ("openssl", "")


@pytest.mark.parametrize(
    ("qualifiers", "expected"),
    [
        ("?arch=amd64&upstream=openssl&distro=debian-7", ("openssl", "")),
        ("?upstream=openssl%401.0.1e-2", ("openssl", "1.0.1e-2")),
        ("?upstream=openssl-1.0.1e-16.el6.src.rpm", ("openssl", "")),
        ("?distro=debian-7", ("", "")),
    ],
)
def test_the_source_package_of_a_binary_one(qualifiers: str, expected: tuple[str, str]) -> None:
    assert source_package("pkg:deb/debian/libssl1.0.0@1.0.1e-2" + qualifiers) == expected


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ubuntu:22.04:LTS", "Ubuntu:22.04", True),
        ("Ubuntu:Pro:14.04:LTS", "Ubuntu:14.04:LTS", False),
        ("Red Hat:8", "Red Hat:enterprise_linux:8::baseos", True),
        ("Red Hat:8", "Red Hat:rhel_eus:8.4::baseos", False),
        ("SUSE:15.5", "SUSE:Linux Enterprise Module for Basesystem 15 SP5", True),
        ("SUSE:15.5", "SUSE:Linux Enterprise Server 15 SP4", False),
        ("SUSE:15.5", "SUSE:Linux Enterprise Server 15 SP5-LTSS", True),
        ("openSUSE:15.5", "openSUSE:Leap 15.5", True),
        ("Debian:7", "Debian:8", False),
    ],
)
def test_releases_are_compared_however_they_are_written(one: str, other: str, same: bool) -> None:
    assert base_of(one) == base_of(other)
    assert (release_of(one) == release_of(other)) is same


def test_who_builds_packages_and_who_only_hosts_them() -> None:
    assert all(is_distribution(name) for name in ("Debian:7", "Debian", "deb:raspbian", "Alpine:v3.18", "Red Hat:8"))
    assert not any(is_distribution(name) for name in ("", "npm", "PyPI", "Maven", "docker"))


def test_a_name_that_makes_an_endless_purl_makes_none() -> None:
    package = registry_package("npm", "ﷺ" * 500, "1.0.0")
    assert (package.purl, len(package.name)) == ("", 500)
    assert registry_package("npm", "left-pad", "1.0.0").purl == "pkg:npm/left-pad@1.0.0"


@pytest.mark.parametrize("name", ["", " ", "/"], ids=["empty", "space", "slash"])
def test_what_is_no_name_is_told_without_a_purl(name: str) -> None:
    assert registry_package("npm", f"acme/{name}", "1.0.0").purl == ""
    assert distribution_package("deb", "debian-12", name, "1.0.0").purl == ""
