"""Each ecosystem's order of versions: known facts, agreement with independent readings, and that it is an order."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from univers.versions import DebianVersion

from bot.model.versions import Scheme, UnreadableVersion, read_version, scheme_of
from tests.bot.model import debian_oracle


def order(scheme: Scheme, left: str, right: str) -> int:
    one, other = read_version(scheme, left), read_version(scheme, right)
    return bool(other < one) - bool(one < other)


RISING = {  # from each ecosystem's own documentation
    Scheme.DEBIAN: "0~~ 0~~a 0~ 0 0a 0+ 1.0~rc1 1.0 1.0-1 1.0-1+deb7u4 1.0-1+deb7u5 1.0-1+deb7u10 1.0-1.1 1.0.1 1:0.1",
    Scheme.ALPINE: "1.0_alpha1 1.0_beta1 1.0_pre1 1.0_rc1 1.0 1.0-r1 1.0-r10 1.0_git2023-r0 1.0_p1 1.0a 1.0.05 1.0.1",
    Scheme.RPM: "1.0~rc1-1 1.0-1 1.0-1.el6 1.0-1.el6_5.4 1.0-1.el6_5.7 1.0^git1-1 1.0.1-1 1.0.10-1 1:0.1-1",
    Scheme.SEMVER: "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0 v1.1",
    Scheme.PYPI: "1.0.dev1 1.0a1.dev1 1.0a1 1.0b2 1.0rc1 1.0 1.0+local 1.0.post1 1.1 1!0.1",
    Scheme.MAVEN: "1-alpha 1-beta 1-milestone 1-rc 1-SNAPSHOT 1 1-sp 1.0.1 1.1 1.10",
    Scheme.GEM: "0.9 1.0.a.2 1.0.b1 1.0 1.0.1 1.10",
    Scheme.NUGET: "1.0.0-alpha 1.0.0-beta 1.0.0 1.0.0.1 1.0.1 1.10",
    Scheme.OPENSSL: "0.9.8 0.9.8zh 1.0.0l 1.0.1-beta1 1.0.1 1.0.1f 1.0.1g 1.0.2-beta1 1.0.2z 1.0.2za 1.1.1w 3.0.0",
    Scheme.DOTTED: "0.9 1 1.0.1 1.2.9 1.2.10 1.10",
}


@pytest.mark.parametrize("scheme", Scheme)
def test_versions_rise_as_their_ecosystem_says(scheme: Scheme) -> None:
    rising = RISING[scheme].split()
    for place, lower in enumerate(rising):
        assert order(scheme, lower, lower) == 0
        for higher in rising[place + 1 :]:
            assert (order(scheme, lower, higher), order(scheme, higher, lower)) == (-1, 1), (lower, higher)


@pytest.mark.parametrize(
    ("scheme", "one", "other"),
    [
        (Scheme.DEBIAN, "1.0", "1.0-0"),
        (Scheme.DEBIAN, "0:1.00", "1.0"),
        (Scheme.SEMVER, "1.0.0+build.1", "v1.0.0+build.2"),
        (Scheme.SEMVER, "1.2", "1.2.0"),
        (Scheme.PYPI, "1.0", "1.0.0"),
        (Scheme.MAVEN, "1", "1.0.0"),
        (Scheme.OPENSSL, "1.0.1e-fips", "1.0.1e"),
        (Scheme.DOTTED, "1.2", "v1.2.0"),
    ],
)
def test_two_spellings_of_one_version(scheme: Scheme, one: str, other: str) -> None:
    assert order(scheme, one, other) == 0


UNREADABLE = [
    (Scheme.DEBIAN, "latest"),
    (Scheme.DEBIAN, "1:2:3-"),
    (Scheme.DEBIAN, "x:1.0"),
    (Scheme.DEBIAN, "1.0 2"),
    (Scheme.DEBIAN, "1.0_1"),
    (Scheme.ALPINE, "1.0-1"),
    (Scheme.ALPINE, "1.0_foo1"),
    (Scheme.RPM, "(none)"),
    (Scheme.RPM, "x:1-1"),
    (Scheme.SEMVER, "1.2.3.4"),
    (Scheme.SEMVER, "1.0.1f"),
    (Scheme.PYPI, "1.0-foo!"),
    (Scheme.OPENSSL, "1.2.4"),
    (Scheme.OPENSSL, "OpenSSL_1_0_1f"),
    (Scheme.DOTTED, "1.0.1f"),
    *((scheme, text) for scheme in Scheme for text in ("", "²", "1.0\n", "1" * 201)),
]


@pytest.mark.parametrize(("scheme", "text"), UNREADABLE)
def test_what_a_scheme_cannot_read_is_refused_and_named(scheme: Scheme, text: str) -> None:
    with pytest.raises(UnreadableVersion, match=f"is no {scheme} version"):
        read_version(scheme, text)


@given(st.sampled_from(Scheme), st.text(max_size=30))
def test_no_text_raises_anything_else(scheme: Scheme, text: str) -> None:
    try:
        value = read_version(scheme, text)
    except UnreadableVersion:
        return
    assert not value < value


PARTS = st.text("0129az.+~", max_size=6)
DEBIAN = st.builds(
    lambda epoch, digit, upstream, revision: epoch + digit + upstream + revision,
    st.sampled_from(["", "", "0:", "1:"]),
    st.sampled_from("0129"),
    PARTS,
    st.one_of(st.just(""), st.text("0129az.+~", min_size=1, max_size=5).map(lambda text: "-" + text)),
)


@given(DEBIAN, DEBIAN)
@example("1.0.1e-2+deb7u4", "1.0.1e-2+deb7u5")
@example("1.0", "1.0~")
@example("1.0a", "1.0a0")
@example("1.0-1", "1.0-1~bpo1")
def test_debian_s_order_is_policy_s_and_univers_agrees(left: str, right: str) -> None:
    expected = debian_oracle.compare(left, right)
    assert order(Scheme.DEBIAN, left, right) == expected
    assert (DebianVersion(left).value < DebianVersion(right).value) == (expected < 0)


def test_the_oracle_itself_is_dpkg_where_there_is_one() -> None:
    """dpkg's own answers; where there is no dpkg, those it gave when this was written."""
    recorded = {("1.0~", "1.0"): -1, ("1.0a", "1.0+"): -1, ("1.00", "1.0"): 0, ("1:1", "2"): 1, ("1.0-0", "1.0"): 0}
    dpkg = shutil.which("dpkg")
    for (left, right), answer in recorded.items():
        if dpkg:
            asked = {-1: "lt", 0: "eq", 1: "gt"}[answer]
            assert subprocess.run([dpkg, "--compare-versions", left, asked, right], check=False).returncode == 0
        assert debian_oracle.compare(left, right) == answer


GENERATED = {
    Scheme.DEBIAN: DEBIAN,
    Scheme.ALPINE: st.from_regex(r"[0-2](\.[0-2]{1,2}){0,2}[ab]?(_(rc|git|p)[0-2]?){0,2}(-r[0-2])?", fullmatch=True),
    Scheme.RPM: st.from_regex(r"([01]:)?[0-2]([.~^]?[0-2a]){0,3}-[0-2](\.el[67])?", fullmatch=True),
    Scheme.SEMVER: st.from_regex(r"[0-2]\.[0-2]\.[0-2](-[ab0-2](\.[ab0-2]){0,2})?", fullmatch=True),
    Scheme.PYPI: st.from_regex(r"[0-2](\.[0-2]){0,2}(a[0-2]|rc[0-2])?(\.post[0-2])?(\.dev[0-2])?", fullmatch=True),
    Scheme.MAVEN: st.from_regex(r"[0-2](\.[0-2]){0,2}(-(alpha|rc|SNAPSHOT|sp))?", fullmatch=True),
    Scheme.GEM: st.from_regex(r"[0-2](\.[0-2]){0,2}(\.(a|rc)[0-2]?)?", fullmatch=True),
    Scheme.NUGET: st.from_regex(r"[0-2](\.[0-2]){1,3}(-(alpha|beta)[0-2]?)?", fullmatch=True),
    Scheme.OPENSSL: st.from_regex(r"(0\.9\.8|1\.0\.[0-2]|1\.1\.1)(z?[a-h]|-beta[12])?|3\.[0-2]\.[0-2]", fullmatch=True),
    Scheme.DOTTED: st.from_regex(r"[0-2](\.[0-2]){0,3}", fullmatch=True),
}
SOME = st.sampled_from(Scheme).flatmap(lambda scheme: st.tuples(st.just(scheme), *[GENERATED[scheme]] * 3))


@given(SOME)
def test_every_scheme_is_a_total_order(drawn: tuple[Scheme, str, str, str]) -> None:
    scheme, one, two, three = drawn
    assert order(scheme, one, two) == -order(scheme, two, one)
    assume(order(scheme, one, two) <= 0 and order(scheme, two, three) <= 0)
    assert order(scheme, one, three) <= 0
    if order(scheme, one, two) == 0:
        assert order(scheme, one, three) == order(scheme, two, three)


def test_which_scheme_an_ecosystem_has() -> None:
    assert scheme_of("Debian:7", "openssl") is Scheme.DEBIAN
    assert scheme_of("", "OpenSSL") is Scheme.OPENSSL
    assert scheme_of("", "nginx") is Scheme.DOTTED
    assert scheme_of("", "nginx", "SEMVER") is Scheme.SEMVER
    assert scheme_of("Hackage", "x") is None
    assert scheme_of("Hackage", "x", "SEMVER") is Scheme.SEMVER
