"""Which components a vulnerability hits: the rule that must not be wrong about a backport.

A distribution's package is judged only by its own distribution's advisory, because ``openssl 1.0.1e-2+deb7u5`` carries
a fix that its upstream number does not show. Where that advisory is not loaded the answer is unknown, and says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.model.version_ranges import EntryRule, Verdict
from connectors.contract.context import Advisory, AffectedPackage, Component
from connectors.formats.ecosystems import base_of, builds_again, is_distribution, release_of
from connectors.formats.purls import package_of, source_package

__all__ = ["Verdict", "affected_components", "is_affected", "is_affected_by_any"]

_FOLD = re.compile(r"[-_.]+")


class _Entry:
    """One package that an advisory names, ready to be asked."""

    __slots__ = ("base", "ecosystem", "name", "release", "rule")

    def __init__(self, package: AffectedPackage) -> None:
        self.ecosystem = package.ecosystem
        self.base = base_of(package.ecosystem)
        self.release = release_of(package.ecosystem)
        self.name = _spelled(self.base, package.name or _name_in(package.purl))
        self.rule = EntryRule(package)


class _Advisories:
    """All that is said about one vulnerability, read once for many components."""

    def __init__(self, advisories: Iterable[Advisory]) -> None:
        said = tuple(advisories)
        self.ids = ", ".join(advisory.id for advisory in said)
        self.withdrawn = bool(said) and all(advisory.withdrawn for advisory in said)
        self.entries = [_Entry(package) for advisory in said if not advisory.withdrawn for package in advisory.affected]
        self._folded = frozenset(folded(entry.name) for entry in self.entries)

    def verdict(self, component: Component) -> Verdict | None:
        """None: nothing here is about this component."""
        source, source_version = source_package(component.purl) if "upstream=" in component.purl else ("", "")
        if folded(component.name) not in self._folded and (not source or folded(source) not in self._folded):
            return None
        ecosystem = _true_ecosystem(component)
        named = self._named(ecosystem, component.name)
        if source and is_distribution(ecosystem) and not _own(named, ecosystem):
            built_from = self._named(ecosystem, source)
            return _judge(component, ecosystem, built_from or named, source_version or component.version)
        return _judge(component, ecosystem, named, component.version)

    def _named(self, ecosystem: str, name: str) -> list[_Entry]:
        spelled = _spelled(base_of(ecosystem), name)
        return [entry for entry in self.entries if entry.name == spelled] if spelled else []


def is_affected(component: Component, advisory: Advisory) -> Verdict:
    """Whether one advisory hits a component. ``affected`` is False, too, for a component it is not about."""
    return is_affected_by_any(component, (advisory,))


def is_affected_by_any(component: Component, advisories: Sequence[Advisory]) -> Verdict:
    """The same by all advisories about one vulnerability together: upstream's, and each distribution's own."""
    said = _Advisories(advisories)
    if said.withdrawn:
        return Verdict(False, f"{said.ids} was withdrawn")
    verdict = said.verdict(component)
    return verdict or Verdict(False, f"{said.ids or 'no advisory'} is not about {component.name}")


def affected_components(
    components: Iterable[Component], advisories: Sequence[Advisory]
) -> Iterator[tuple[Component, Verdict]]:
    """Each component that the advisories (of one vulnerability) are about, with its verdict, also those not affected.

    Lazy and in order; made for a whole fleet: names are compared first and each distinct version is judged once.
    """
    said = _Advisories(advisories)
    for component in components:
        verdict = said.verdict(component)
        if verdict is not None:
            yield component, verdict


def _judge(component: Component, ecosystem: str, named: list[_Entry], version: str) -> Verdict | None:
    if not named:
        return None
    own = _own(named, ecosystem)
    if is_distribution(ecosystem):
        return _by_distribution(component, ecosystem, own, version)
    if own:
        return _combined(own, version)
    if not ecosystem and any(is_distribution(entry.ecosystem) for entry in named):
        return Verdict(
            None, f"only distributions' advisories are loaded; upstream's own word on {component.name} is not"
        )
    if ecosystem and builds_again(ecosystem) and any(not entry.ecosystem for entry in named):
        why = f"upstream's advisory does not say what {ecosystem} made of {component.name} {version}"
        return Verdict(None, why)
    return None  # a package of another registry that happens to have this name


def _own(named: list[_Entry], ecosystem: str) -> list[_Entry]:
    return [entry for entry in named if entry.base == base_of(ecosystem)]


def _by_distribution(component: Component, ecosystem: str, own: list[_Entry], version: str) -> Verdict:
    what = f"{component.name} {version}"
    if not own:
        why = f"the distribution's own advisory is not loaded ({ecosystem}); upstream's says nothing about {what}"
        return Verdict(None, why)
    release = release_of(ecosystem)
    if not release:
        return _whichever_release(component, ecosystem, own, version)
    fitting = [entry for entry in own if entry.release == release] or [entry for entry in own if not entry.release]
    if not fitting:
        others = ", ".join(sorted({entry.ecosystem for entry in own}))
        return Verdict(None, f"the distribution's own advisory is not loaded for {ecosystem} (only for {others})")
    return _combined(fitting, version)


def _whichever_release(component: Component, ecosystem: str, own: list[_Entry], version: str) -> Verdict:
    """The release is not known: an answer only where every release that the advisory names would give the same."""
    verdicts = [entry.rule.verdict(version) for entry in own]
    if len({verdict.affected for verdict in verdicts}) == 1:
        return verdicts[0]
    return Verdict(None, f"the release of {ecosystem} is not known, and {component.name} {version} differs among them")


def _combined(entries: list[_Entry], version: str) -> Verdict:
    """One hit is a hit; short of that, one unknown is unknown. Entries of commits alone are heard last."""
    telling = [entry for entry in entries if not entry.rule.only_commits]
    verdicts = [entry.rule.verdict(version) for entry in entries]
    for verdict in verdicts:
        if verdict.affected:
            return verdict
    heard = [entry.rule.verdict(version) for entry in telling] or verdicts
    return next((verdict for verdict in heard if verdict.affected is None), heard[0])


def _true_ecosystem(component: Component) -> str:
    """The component's ecosystem, or what its purl adds where that has been lost: a release, a distribution."""
    if component.ecosystem and (release_of(component.ecosystem) or not is_distribution(component.ecosystem)):
        return component.ecosystem
    if not component.purl:
        return component.ecosystem
    try:
        _, told = package_of(component.purl)
    except ValueError:
        return component.ecosystem
    return told if not component.ecosystem or base_of(told) == component.ecosystem else component.ecosystem


def _name_in(purl: str) -> str:
    try:
        return package_of(purl)[0] if purl else ""
    except ValueError:
        return ""


def folded(name: str) -> str:
    return _FOLD.sub("-", name.lower())


def _spelled(base: str, name: str) -> str:
    """Spellings of one package made equal: PyPI takes ``Foo_Bar`` for ``foo-bar`` (PEP 503), others ignore case."""
    return folded(name) if base == "PyPI" else name.lower()
