"""What *affected* understands of what people type, and as what it is judged."""

from __future__ import annotations

import pytest

from bot.model.affected import is_affected_by_any
from bot.model.affected_question import PackageAsked, package_asked, vulnerability_names
from connectors.contract.context import Advisory, Component


@pytest.mark.parametrize(
    ("asked", "likeliest"),
    [
        ("cve-2014-0160", "CVE-2014-0160"),
        ("GHSA-JFH8-C2JP-5V3Q", "GHSA-jfh8-c2jp-5v3q"),
        ("DSA-2896-1", "DSA-2896-1"),
        ("RHSA-2014:0376", "RHSA-2014:0376"),
        ("BIT-openssl-2014-0160", "BIT-openssl-2014-0160"),
    ],
)
def test_a_vulnerability_is_known_by_its_usual_spelling(asked: str, likeliest: str) -> None:
    assert vulnerability_names(asked)[0] == likeliest


@pytest.mark.parametrize("asked", ["openssl", "log4j-core", "openssl<1.0.1g", "", "a b"])
def test_what_is_no_vulnerability_has_no_names(asked: str) -> None:
    assert vulnerability_names(asked) == ()


@pytest.mark.parametrize(
    ("asked", "package"),
    [
        ("openssl", PackageAsked("openssl")),
        ("openssl < 1.0.1g", PackageAsked("openssl", "<", "1.0.1g")),
        ("lodash==4.17.20", PackageAsked("lodash", "=", "4.17.20")),
        ("@angular/core>=11", PackageAsked("@angular/core", ">=", "11")),
        ("org.example:library<=2", PackageAsked("org.example:library", "<=", "2")),
    ],
)
def test_a_package_may_have_versions(asked: str, package: PackageAsked) -> None:
    assert package_asked(asked) == package


@pytest.mark.parametrize("asked", ["openssl>1", "openssl 1", "openssl<", "openssl<<1", "a=b=c", "pkg:npm/a", "???", ""])
def test_what_is_no_question_is_none(asked: str) -> None:
    assert package_asked(asked) is None


def test_a_range_speaks_of_each_registry_it_was_found_in_and_of_no_distribution() -> None:
    found = [("openssl", "npm"), ("openssl", "Debian:7"), ("openssl", "")]
    told = PackageAsked("openssl", "<", "2").as_advisory(found)

    assert isinstance(told, Advisory)
    assert [(each.name, each.ecosystem) for each in told.affected] == [("openssl", ""), ("openssl", "npm")]
    assert PackageAsked("openssl").as_advisory(found) is None


@pytest.mark.parametrize(
    ("asked", "version", "ecosystem", "hit", "why"),
    [
        ("openssl<1.0.1g", "1.0.1f", "", True, "1.0.1f is < 1.0.1g"),
        ("openssl<1.0.1g", "1.0.1g", "", False, "1.0.1g is not < 1.0.1g"),
        ("openssl<=1.0.1g", "1.0.1g", "", True, "1.0.1g is <= 1.0.1g"),
        ("openssl>=1.0.1g", "1.0.1f", "", False, "1.0.1f is not >= 1.0.1g"),
        ("openssl==1.0.1g", "1.0.1g", "", True, "1.0.1g is = 1.0.1g"),
        ("openssl<1.0.1g", "1.0.1e-2+deb7u4", "Debian:7", None, "Debian:7 mends its own builds"),
    ],
)
def test_the_answer_claims_no_more_than_was_asked(
    asked: str, version: str, ecosystem: str, hit: bool | None, why: str
) -> None:
    package = package_asked(asked)
    assert package is not None
    component = Component(purl="", name="openssl", version=version, ecosystem=ecosystem)
    advisory = package.as_advisory([("openssl", ecosystem)])
    assert advisory is not None

    verdict = package.answered(component, is_affected_by_any(component, [advisory]))

    assert (verdict.affected, verdict.fixed_in) == (hit, "")
    assert verdict.why.startswith(why)
