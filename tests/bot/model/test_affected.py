"""Which components a vulnerability hits: Heartbleed and its backport, and OSV's ranges against a plain reading."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model.affected import Verdict, affected_components, is_affected, is_affected_by_any
from connectors.context import osv_advisories
from connectors.contract.context import Advisory, AffectedPackage, Component, VersionRange
from connectors.formats.purls import component_of

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "context"


def loaded(name: str) -> Advisory:
    with (PAYLOADS / name).open("rb") as stream:
        (advisory,) = osv_advisories.read(stream, "test")
    assert isinstance(advisory, Advisory)
    return advisory


UPSTREAM = loaded("heartbleed-upstream.osv.json")
DEBIAN = loaded("heartbleed-debian.osv.json")
NOT_LOADED = "the distribution's own advisory is not loaded"


def debian(version: str, distro: str = "wheezy", name: str = "openssl", more: str = "") -> Component:
    return component_of(f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}?distro={distro}{more}")


def advisory(*packages: AffectedPackage, withdrawn: bool = False, advisory_id: str = "EX-1") -> Advisory:
    modified = datetime(2030, 1, 1, tzinfo=UTC)
    return Advisory(id=advisory_id, affected=packages, withdrawn=withdrawn, modified=modified)


def package(
    *events: tuple[str, str], ecosystem: str = "", name: str = "thing", scheme: str = "ECOSYSTEM", versions: str = ""
) -> AffectedPackage:
    ranges = (VersionRange(scheme=scheme, events=events),) if events else ()
    return AffectedPackage(name=name, ecosystem=ecosystem, ranges=ranges, versions=tuple(versions.split()))


def thing(version: str, ecosystem: str = "", name: str = "thing") -> Component:
    return Component(purl="", name=name, version=version, ecosystem=ecosystem)


# --- Heartbleed ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "version", ["1.0.1", "1.0.1a", "1.0.1b", "1.0.1c", "1.0.1d", "1.0.1e", "1.0.1f", "1.0.1e-fips"]
)
def test_upstream_openssl_is_hit_from_1_0_1_to_1_0_1f(version: str) -> None:
    verdict = is_affected(component_of(f"pkg:generic/openssl@{version}"), UPSTREAM)
    assert verdict == Verdict(True, f"{version} is before 1.0.1g, which has the fix", "1.0.1g")


def test_upstream_openssl_s_beta_is_hit_and_fixed_in_the_next() -> None:
    assert is_affected(component_of("pkg:generic/openssl@1.0.2-beta1"), UPSTREAM).fixed_in == "1.0.2-beta2"


@pytest.mark.parametrize("version", ["1.0.1g", "1.0.0l", "0.9.8", "0.9.8y", "1.0.2", "1.1.1w", "3.0.7"])
def test_the_other_upstream_versions_are_not(version: str) -> None:
    assert is_affected(component_of(f"pkg:generic/openssl@{version}"), UPSTREAM).affected is False


@pytest.mark.parametrize(
    ("version", "hit"),
    [("1.0.1e-2", True), ("1.0.1e-2+deb7u4", True), ("1.0.1e-2+deb7u5", False), ("1.0.1e-2+deb7u10", False)],
)
@pytest.mark.parametrize("distro", ["wheezy", "debian-7", "debian-7.4"])
def test_debian_s_backport_is_judged_by_debian_s_advisory(version: str, distro: str, hit: bool) -> None:
    verdict = is_affected(debian(version, distro), DEBIAN)
    assert (verdict.affected, verdict.fixed_in) == (hit, "1.0.1e-2+deb7u5")


def test_the_binary_package_is_judged_as_its_source() -> None:
    vulnerable = debian("1.0.1e-2+deb7u4", name="libssl1.0.0", more="&upstream=openssl")
    assert is_affected(vulnerable, DEBIAN).affected is True
    other_version = debian("9", name="libssl1.0.0", more="&upstream=openssl%401.0.1e-2%2Bdeb7u4")
    assert is_affected(other_version, DEBIAN).affected is True
    assert is_affected(debian("1.0.1e-2+deb7u4", name="libssl1.0.0"), DEBIAN).affected is False


@pytest.mark.parametrize("version", ["1.0.1e-2+deb7u4", "1.0.1e-2+deb7u5"])
def test_upstream_s_advisory_alone_says_nothing_about_debian_s_version(version: str) -> None:
    verdict = is_affected(debian(version), UPSTREAM)
    assert verdict.affected is None
    assert NOT_LOADED in verdict.why


def test_with_both_loaded_each_version_is_read_by_its_own() -> None:
    both = (UPSTREAM, DEBIAN)
    for order in (both, both[::-1]):
        assert is_affected_by_any(debian("1.0.1e-2+deb7u5"), order).affected is False
        assert is_affected_by_any(debian("1.0.1e-2+deb7u4"), order).affected is True
        assert is_affected_by_any(component_of("pkg:generic/openssl@1.0.1f"), order).affected is True
        assert is_affected_by_any(component_of("pkg:generic/openssl@1.0.1g"), order).affected is False


def test_another_release_of_the_same_distribution_is_not_judged_by_this_one_s_fix() -> None:
    verdict = is_affected(debian("1.0.1e-2+deb7u4", "jessie"), DEBIAN)
    assert verdict == Verdict(None, f"{NOT_LOADED} for Debian:8 (only for Debian:7)")


def test_upstream_s_version_is_not_judged_by_a_distribution() -> None:
    assert is_affected(component_of("pkg:generic/openssl@1.0.1f"), DEBIAN).affected is None


def test_a_distribution_is_recognised_by_its_purl_where_the_ecosystem_was_lost() -> None:
    purl = "pkg:deb/debian/openssl@1.0.1e-2%2Bdeb7u5?distro=wheezy"
    for ecosystem in ("", "Debian"):
        lost = Component(purl=purl, name="openssl", version="1.0.1e-2+deb7u5", ecosystem=ecosystem)
        assert is_affected_by_any(lost, (UPSTREAM, DEBIAN)).affected is False


# --- which entry speaks ----------------------------------------------------------------------------------------------

SEVEN = package(("introduced", "0"), ("fixed", "2"), ecosystem="Debian:7")
EIGHT = package(("introduced", "0"), ("fixed", "4"), ecosystem="Debian:8")


@pytest.mark.parametrize(("version", "hit"), [("1", True), ("3", None), ("5", False)])
def test_without_a_release_only_an_answer_that_all_releases_share(version: str, hit: bool | None) -> None:
    assert is_affected(thing(version, "Debian"), advisory(SEVEN, EIGHT)).affected is hit


def test_an_entry_without_a_release_speaks_where_no_entry_has_it() -> None:
    every = package(("introduced", "0"), ("fixed", "9"), ecosystem="Debian")
    assert is_affected(thing("3", "Debian:7"), advisory(SEVEN, every)).affected is False
    assert is_affected(thing("3", "Debian:8"), advisory(SEVEN, every)).affected is True


def test_one_hit_among_several_entries_is_a_hit_and_one_unknown_is_unknown() -> None:
    unreadable = package(("introduced", "0"), ("fixed", "?"), ecosystem="Debian:7")
    later = package(("introduced", "5"), ecosystem="Debian:7")
    assert is_affected(thing("6", "Debian:7"), advisory(SEVEN, later, unreadable)).affected is True
    assert is_affected(thing("3", "Debian:7"), advisory(SEVEN, later)).affected is False
    verdict = is_affected(thing("3", "Debian:7"), advisory(SEVEN, unreadable))
    assert verdict == Verdict(None, "the advisory's '?' is no Debian version")


def test_a_package_of_another_registry_with_the_same_name_is_another_package() -> None:
    npm = advisory(package(("introduced", "0"), ecosystem="npm"))
    for other in (thing("1.0.0", "PyPI"), thing("1.0.0", ""), thing("1.0.0", "crates.io")):
        assert is_affected(other, npm) == Verdict(False, "EX-1 is not about thing")
    assert is_affected(thing("1.0.0", "npm"), npm).affected is True


def test_pypi_s_names_are_normalised_and_npm_s_are_not() -> None:
    pypi = advisory(package(("introduced", "0"), ecosystem="PyPI", name="Foo.Bar"))
    assert is_affected(thing("1", "PyPI", "foo_bar"), pypi).affected is True
    npm = advisory(package(("introduced", "0"), ecosystem="npm", name="socket.io"))
    assert is_affected(thing("1.0.0", "npm", "socket-io"), npm).affected is False


def test_a_withdrawn_advisory_hits_nothing_and_does_not_silence_another() -> None:
    everything = package(("introduced", "0"))
    gone = advisory(everything, withdrawn=True)
    assert is_affected(thing("1"), gone) == Verdict(False, "EX-1 was withdrawn")
    assert is_affected_by_any(thing("1"), (gone, advisory(everything, advisory_id="EX-2"))).affected is True


@pytest.mark.parametrize("version", ["", "latest", "1.0 2", "x" * 300])
def test_a_version_that_cannot_be_read_is_unknown_and_says_so(version: str) -> None:
    verdict = is_affected(thing(version, "Debian:7"), advisory(SEVEN))
    assert verdict.affected is None
    assert "is no Debian version" in verdict.why


def test_an_ecosystem_without_a_known_order_is_unknown_unless_the_version_is_named() -> None:
    odd = advisory(package(("introduced", "0"), ecosystem="Hackage", versions="1.0-x"))
    assert is_affected(thing("1.0", "Hackage"), odd).affected is None
    assert is_affected(thing("1.0-x", "Hackage"), odd).affected is True


def test_commits_alone_say_nothing_and_do_not_outweigh_versions() -> None:
    commits = package(("introduced", "0"), ("fixed", "96db902"), scheme="GIT")
    assert is_affected(thing("1.0"), advisory(commits)).affected is None
    assert is_affected(thing("1.0"), advisory(package(versions="1.0"), commits)).affected is True
    ranged = package(("introduced", "1"), ("fixed", "2"))
    assert is_affected(thing("2"), advisory(ranged, commits)).affected is False


def test_an_entry_that_names_no_versions_at_all_is_unknown() -> None:
    assert is_affected(thing("1"), advisory(package())).affected is None


def test_a_named_version_is_hit_in_any_spelling_and_the_others_are_not() -> None:
    listed = advisory(package(ecosystem="PyPI", versions="1.0 1.2 1.1 junk"))
    assert [is_affected(thing(v, "PyPI"), listed).affected for v in ("1.0.0", "1.1", "1.2", "1.3", "junk")] == [
        True,
        True,
        True,
        False,
        True,
    ]


# --- ranges, against OSV's own pseudocode written over plain integers ------------------------------------------------

NUMBERS = st.integers(0, 9)
EVENTS = st.lists(st.tuples(st.sampled_from(["introduced", "fixed", "last_affected", "limit"]), NUMBERS), min_size=1)


def by_the_schema(version: int, events: list[tuple[str, int]]) -> bool:
    """https://ossf.github.io/osv-schema/#evaluation: sorted bounds switch *vulnerable* on and off, limits cut it."""
    limits = [at for kind, at in events if kind == "limit"]
    if limits and not any(version < at for at in limits):
        return False
    vulnerable = False
    for kind, at in sorted((event for event in events if event[0] != "limit"), key=lambda event: event[1]):
        if kind == "introduced" and version >= at:
            vulnerable = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            vulnerable = False
    return vulnerable


@pytest.mark.parametrize(
    ("ecosystem", "spelling"),
    [
        ("Debian:7", "1.0-{}"),
        ("npm", "1.{}.0"),
        ("PyPI", "1.{}"),
        ("Alpine:v3.18", "1.{}-r0"),
        ("Red Hat:8", "1-{}.el8"),
    ],
)
@given(version=NUMBERS, events=EVENTS)
def test_ranges_are_evaluated_as_the_schema_says_in_every_scheme(
    ecosystem: str, spelling: str, version: int, events: list[tuple[str, int]]
) -> None:
    events = [("introduced", 0), *events]
    written = package(*((kind, spelling.format(at)) for kind, at in events), ecosystem=ecosystem)
    verdict = is_affected(thing(spelling.format(version), ecosystem), advisory(written))
    assert verdict.affected is by_the_schema(version, events)
    if verdict.affected and verdict.fixed_in:
        later = [at for kind, at in events if kind == "fixed" and at > version]
        assert verdict.fixed_in == spelling.format(min(later))


@given(version=NUMBERS, ranges=st.lists(EVENTS, min_size=1, max_size=3), listed=st.lists(NUMBERS, max_size=3))
def test_any_range_or_a_place_in_the_list_is_a_hit(
    version: int, ranges: list[list[tuple[str, int]]], listed: list[int]
) -> None:
    ranges = [[("introduced", 0), *events] for events in ranges]
    entry = AffectedPackage(
        name="thing",
        ecosystem="npm",
        ranges=tuple(
            VersionRange(scheme="SEMVER", events=tuple((kind, f"1.{at}.0") for kind, at in events)) for events in ranges
        ),
        versions=tuple(f"1.{at}.0" for at in listed),
    )
    expected = version in listed or any(by_the_schema(version, events) for events in ranges)
    assert is_affected(thing(f"1.{version}.0", "npm"), advisory(entry)).affected is expected


@given(st.permutations([("introduced", "1"), ("fixed", "3"), ("introduced", "5"), ("last_affected", "7")]))
def test_bounds_may_come_in_any_order(events: list[tuple[str, str]]) -> None:
    entry = advisory(package(*events))
    hit = [n for n in range(10) if is_affected(thing(str(n)), entry).affected]
    assert hit == [1, 2, 5, 6, 7]


def test_fixed_at_the_very_start_means_never_affected() -> None:
    never = advisory(package(("introduced", "0"), ("fixed", "0"), ecosystem="Debian:7"))
    assert is_affected(thing("0~", "Debian:7"), never).affected is False
    assert is_affected(thing("0~", "Debian:7"), advisory(SEVEN)).affected is True


def test_a_limit_of_a_star_is_no_limit() -> None:
    assert is_affected(thing("9"), advisory(package(("introduced", "0"), ("limit", "*")))).affected is True
    assert is_affected(thing("9"), advisory(package(("introduced", "0"), ("limit", "9")))).affected is False


# --- a whole fleet ---------------------------------------------------------------------------------------------------


def fleet(count: int) -> Iterator[Component]:
    """A fifth are builds of openssl, all different; the others are packages nobody asked about."""
    for number in range(count):
        name = "openssl" if number % 5 == 0 else f"lib{number % 3_000}"
        version = f"1.0.1e-2+deb7u{number}"
        yield Component(purl=f"pkg:deb/debian/{name}@{number}", name=name, version=version, ecosystem="Debian:7")


def test_the_fleet_s_answer_is_each_component_s_answer_in_order() -> None:
    components = list(fleet(200))
    found = list(affected_components(components, (UPSTREAM, DEBIAN)))
    asked = [(component, is_affected_by_any(component, (UPSTREAM, DEBIAN))) for component in components]
    assert found == [(component, verdict) for component, verdict in asked if component.name == "openssl"]
    assert [component.version for component, verdict in found if verdict.affected] == ["1.0.1e-2+deb7u0"]


def test_100_000_components_take_less_than_three_seconds_of_work() -> None:
    components = list(fleet(100_000))
    start = time.process_time()
    assert sum(1 for _ in affected_components(components, (UPSTREAM, DEBIAN))) == 20_000
    assert time.process_time() - start < 3.0


@pytest.mark.parametrize("purl", ["pkg:conan/openssl@1.0.1f", "pkg:conda/openssl@1.0.1f", "pkg:brew/openssl@1.0.1f"])
def test_what_others_build_of_upstream_s_software_is_unknown_and_not_safe(purl: str) -> None:
    verdict = is_affected(component_of(purl), UPSTREAM)
    assert verdict.affected is None
    assert "upstream's advisory does not say" in verdict.why


def test_another_thing_of_that_name_is_not_what_it_is_about() -> None:
    assert is_affected(component_of("pkg:npm/openssl@1.0.1"), UPSTREAM).affected is False


@pytest.mark.parametrize(
    ("version", "hit"), [("2.0.0+cu117", True), ("2.0.0", True), ("2.0.1+cpu", False), ("1.9.9.dev1+git", True)]
)
def test_a_local_build_is_the_release_that_it_was_built_from(version: str, hit: bool) -> None:
    told = package(("introduced", "0"), ("last_affected", "2.0.0"), ecosystem="PyPI")
    assert is_affected(thing(version, "PyPI"), advisory(told)).affected is hit
