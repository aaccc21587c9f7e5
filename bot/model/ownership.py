"""Which team answers for a resource, and why we say so: the most specific rule of config/teams.yaml wins.

From the most specific: the asset named one by one, what a person taught with *Mine*, the inventory's word, then rules
by tag, namespace, repository, host, cluster and account.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cached_property
from itertools import groupby

import msgspec

from connectors.contract.context import AssetRecord
from connectors.contract.finding import Resource

# A rule is as specific as its most specific key; "learned" and "inventory" stand between the asset and the rest.
SPECIFICITY = ("account", "cluster", "host", "repository", "namespace", "tag", "asset")
_NONE = sys.maxsize  # comes after every rule
_REMEMBERED = 16_384  # answers kept; a look-up is asked again for each finding of the same resource
_HOST_TYPES = frozenset({"host", "server", "awsec2instance", "virtual-machine", "instance"})


NOBODY = "nobody owns it"  # how the sentence begins for what nobody owns


@dataclass(frozen=True, kw_only=True)
class OwnerRule:
    """One entry of a team's ``owns``. ``matches`` is (key, pattern) pairs that must all hold; patterns are globs.

    Keys: asset, tag (``key=value``), namespace, repository, host, cluster, account.
    """

    team: str
    matches: tuple[tuple[str, str], ...]
    where: str = ""  # config/teams.yaml:12

    @cached_property
    def told(self) -> str:
        """The rule in words: ``host pay-*``."""
        return ", ".join(f"{key} {pattern}" for key, pattern in self.matches)

    @property
    def specificity(self) -> tuple[int, int, int]:
        """The rank of its most specific key, then how many keys, then how much of the patterns is literal."""
        rank = max(SPECIFICITY.index(key) for key, _ in self.matches)
        literal = sum(len(re.sub(r"\[[^\]]*\]|[*?]", "", pattern)) for _, pattern in self.matches)
        return rank, len(self.matches), literal


class Owner(msgspec.Struct, frozen=True, gc=False):
    """The team ("" when nobody owns it and there is no catch-all) and the sentence that says why."""

    team: str
    why: str
    catch_all: bool = False  # True: nobody owns it; the card carries *Mine*


class Ownership:
    """The rules, compiled once. It remembers what it answered, so one resource is matched once."""

    def __init__(self, rules: Iterable[OwnerRule], catch_all: str = "") -> None:
        # Python's sort is stable: of two rules equally specific, the one higher in the file wins.
        ordered = sorted(rules, key=lambda rule: rule.specificity, reverse=True)
        self._asset_rules = _compiled(rule for rule in ordered if rule.matches and _names_asset(rule))
        self._other_rules = _compiled(rule for rule in ordered if rule.matches and not _names_asset(rule))
        self._catch_all = catch_all
        self._answers: dict[tuple[object, ...], Owner] = {}

    def owner_of(self, resource: Resource, *, asset: AssetRecord | None = None, learned: str = "") -> Owner:
        """The owner of a resource; ``asset`` is what the inventory knows of it, ``learned`` the team that took it.

        Pure, whatever it remembers: the same question has the same answer.
        """
        key = _question(resource, asset, learned)
        answer = self._answers.get(key)
        if answer is None:
            if len(self._answers) >= _REMEMBERED:
                self._answers.clear()
            answer = self._answers[key] = self._decide(resource, asset, learned)
        return answer

    def _decide(self, resource: Resource, asset: AssetRecord | None, learned: str) -> Owner:
        found = _first(self._asset_rules, resource, asset)
        if found:
            return found
        if learned:
            return Owner(learned, f"{learned} took {resource.name or resource.id} as theirs")
        if asset and asset.owner:
            return Owner(asset.owner, f"the inventory says {asset.owner} owns {asset.name}")
        found = _first(self._other_rules, resource, asset)
        if found:
            return found
        if self._catch_all:
            return Owner(self._catch_all, f"{NOBODY}: no rule in config/teams.yaml matches", catch_all=True)
        return Owner("", f"{NOBODY}: no rule in config/teams.yaml matches, and there is no catch_all")


class _OfSeveralKeys:
    """Neighbouring rules that each ask for several keys, all of which must match.

    Matching is without case, as names of hosts and tags vary in it."""

    __slots__ = ("_rules",)

    def __init__(self, rules: Sequence[OwnerRule]) -> None:
        self._rules = [
            (rule, [(key, re.compile(translate(pattern), re.IGNORECASE)) for key, pattern in rule.matches])
            for rule in rules
        ]

    def first(self, resource: Resource, asset: AssetRecord | None) -> OwnerRule | None:
        """The first rule of which each key matches any of its names."""
        named = _Names(resource, asset)
        for rule, patterns in self._rules:
            if all(any(pattern.match(name) for name in named[key]) for key, pattern in patterns):
                return rule
        return None


class _OfOneKey:
    """Neighbouring rules that each ask only for this key; a team may have hundreds.

    Those whose patterns begin with a plain text (``pay-*``) are found by it, and the rest is tried as one expression.
    """

    __slots__ = ("_beginnings", "_lengths", "_named", "_patterns", "_rest", "_rules")

    def __init__(self, key: str, rules: Sequence[OwnerRule]) -> None:
        self._named = _NAMED[key]
        self._rules = rules
        globs = [rule.matches[0][1] for rule in rules]
        self._patterns = [re.compile(translate(glob), re.IGNORECASE) for glob in globs]
        self._beginnings: dict[str, list[int]] = {}
        for number, glob in enumerate(globs):
            self._beginnings.setdefault(_beginning(glob), []).append(number)
        rest = self._beginnings.pop("", [])
        self._lengths = sorted({len(beginning) for beginning in self._beginnings})
        several = "|".join(f"(?P<r{number}>{translate(globs[number])})" for number in rest)
        self._rest = re.compile(several, re.IGNORECASE) if rest else None

    def first(self, resource: Resource, asset: AssetRecord | None) -> OwnerRule | None:
        """The first rule that matches any of the names."""
        first = _NONE
        for name in self._named(resource, asset):
            first = self._first(name, first)
        return self._rules[first] if first < _NONE else None

    def _first(self, name: str, first: int) -> int:
        """The first rule that matches this name, if it comes before ``first``."""
        if not name.isascii():  # what is the same without case may then differ in length
            return next((number for number, pattern in enumerate(self._patterns[:first]) if pattern.match(name)), first)
        lower = name.lower()
        for length in self._lengths:
            for number in self._beginnings.get(lower[:length], ()):
                if number < first and self._patterns[number].match(name):
                    first = number
                    break
        if self._rest is not None and (hit := self._rest.match(name)) is not None:
            first = min(first, int((hit.lastgroup or "r0")[1:]))
        return first


def _beginning(glob: str) -> str:
    """The plain text before the first wildcard, in lower case; "" where there is none, or it is not ASCII."""
    plain = re.split(r"[*?\[]", glob, maxsplit=1)[0]
    return plain.lower() if plain.isascii() else ""


_Rules = Sequence[_OfOneKey | _OfSeveralKeys]


def _compiled(ordered: Iterable[OwnerRule]) -> _Rules:
    """The rules in their order, neighbours of one and the same single key taken together, and those of several."""
    together = groupby(ordered, lambda rule: rule.matches[0][0] if len(rule.matches) == 1 else "")
    return [_OfOneKey(key, list(rules)) if key else _OfSeveralKeys(list(rules)) for key, rules in together]


def _names_asset(rule: OwnerRule) -> bool:
    return any(key == "asset" for key, _ in rule.matches)


def _first(rules: _Rules, resource: Resource, asset: AssetRecord | None) -> Owner | None:
    for each in rules:
        rule = each.first(resource, asset)
        if rule is not None:
            return Owner(rule.team, f"{rule.told} on {_called(resource)} ({rule.where})")
    return None


def _called(resource: Resource) -> str:
    """Its name; of an ARN without one the last part, since its account and region stand beside it."""
    called = resource.name or resource.id
    return called.rpartition(":")[2].rpartition("/")[2] if called.startswith("arn:") else called


def _question(resource: Resource, asset: AssetRecord | None, learned: str) -> tuple[object, ...]:
    """All that the answer follows from."""
    tags = tuple(resource.tags.items()) if resource.tags else None
    known = (asset.id, asset.owner, asset.account, tuple(asset.tags.items())) if asset else None
    return (
        resource.id,
        resource.name,
        resource.type,
        resource.account,
        resource.cluster,
        resource.namespace,
        resource.repository,
        resource.provider,
        tags,
        known,
        learned,
    )


class _Names(dict[str, tuple[str, ...]]):
    """Every name of the resource that a key of a rule may match, by that key; the inventory's names count as much as
    the tool's. Only the keys that some rule asks for are worked out."""

    def __init__(self, resource: Resource, asset: AssetRecord | None) -> None:
        self._resource, self._asset = resource, asset

    def __missing__(self, key: str) -> tuple[str, ...]:
        names = self[key] = _NAMED[key](self._resource, self._asset)
        return names


def _called_by_all(resource: Resource, asset: AssetRecord | None) -> tuple[str, ...]:
    if asset is None and resource.id and resource.name in ("", resource.id):  # as most are told
        return (resource.id,)
    identifiers = (asset.id, asset.name, *asset.identifiers) if asset else ()
    return _some(resource.id, resource.name, *identifiers)


def _tagged(resource: Resource, asset: AssetRecord | None) -> tuple[str, ...]:
    tags = {**(asset.tags if asset else {}), **resource.tags}
    return tuple(f"{key}={value}" for key, value in tags.items())


def _host(resource: Resource, asset: AssetRecord | None) -> tuple[str, ...]:
    is_host = resource.provider == "host" or resource.type.lower() in _HOST_TYPES
    is_host = is_host or (asset is not None and asset.type.lower() in _HOST_TYPES)
    return _called_by_all(resource, asset) if is_host else ()


_NAMED: Mapping[str, Callable[[Resource, AssetRecord | None], tuple[str, ...]]] = {
    "asset": _called_by_all,
    "tag": _tagged,
    "namespace": lambda resource, asset: _some(resource.namespace),
    "repository": lambda resource, asset: _some(resource.repository, _without_host(resource.repository)),
    "host": _host,
    "cluster": lambda resource, asset: _some(resource.cluster),
    "account": lambda resource, asset: _some(resource.account, asset.account if asset else ""),
}


def _without_host(repository: str) -> str:
    """``acme/payments`` of ``github.com/acme/payments``: people write the one, sources tell the other."""
    if not repository:
        return ""
    host, _, path = repository.partition("/")
    return path if "." in host and "/" in path else ""


def _some(*names: str) -> tuple[str, ...]:
    """Each name once; most resources have few, and many have none."""
    return tuple(dict.fromkeys(filter(None, names))) if any(names) else ()
