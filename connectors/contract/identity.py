"""Which finding is which: the fingerprint (one tool over time) and the correlation key (several tools, one problem).

The parts are joined as JSON so that two of them can never run together, and nothing that a tool re-words, re-scores or
moves by a line is among them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import msgspec

from connectors.contract.finding import Finding, Kind

_PLACEHOLDERS = frozenset({"", "null", "nil", "none", "n/a", "na", "unknown", "requires login", "0", "-", "undefined"})
_PLACED = frozenset({Kind.CODE, Kind.SECRET})  # kinds of which one resource has many, told apart by their place
_to_json = msgspec.json.Encoder().encode


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(_to_json(parts)).hexdigest()[:32]


def is_placeholder(uid: str) -> bool:
    """Whether a tool's id is one of those that mean "no id": ``N/A``, ``requires login``, ``<finding_uid>``."""
    uid = uid.strip()
    return uid.lower() in _PLACEHOLDERS or (uid.startswith("<") and uid.endswith(">"))


def correlation_key(finding: Finding) -> str:
    """Resource and problem, without the source: what several tools tell of the same thing folds into one.

    A resource may have one problem in several packages or at several places; those stay apart by package name, or by
    locator: that of code, of a secret, and of a rule that a file of a repository breaks.
    """
    package = finding.package.name if finding.package else ""
    place = _place(finding) if _is_placed(finding) else ()
    named = finding.resource.same_as or finding.resource.id
    return "c1:" + _digest(["c", named.lower(), finding.problem.lower(), package.lower(), *place])


def _is_placed(finding: Finding) -> bool:
    return finding.kind in _PLACED or (finding.kind is Kind.COMPLIANCE and finding.resource.path != "")


def _place(finding: Finding) -> Sequence[str]:
    """The locator without what is not told at its end: not every tool has something to tell there."""
    told = [number for number, part in enumerate(finding.locator, 1) if part]
    return finding.locator[: max(told, default=0)]


def _by_uid(finding: Finding) -> str:
    """Rule and resource stay beside the tool's id: tools were seen to give one id to several rules and resources.

    So no finding's fingerprint depends on what else came in the same delivery, and the same one told alone, in another
    order or among others is the same.
    """
    return "v1:" + _digest(["uid", finding.source, finding.source_uid, finding.rule_id, finding.resource.id])


def _by_key(finding: Finding) -> str:
    package = finding.package.name if finding.package else ""
    parts = ["key", finding.source, finding.kind.value, finding.rule_id, finding.resource.id, package]
    return "v1:" + _digest([*parts, *finding.locator])


def fingerprint(finding: Finding) -> str:
    """The identity of a finding over time: by its tool's own id where that is usable, else by what it is about.

    A source sets ``source_uid`` only where it knows the tool to keep it for one finding of one rule on one resource.
    """
    return _by_key(finding) if is_placeholder(finding.source_uid) else _by_uid(finding)


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The fingerprint of each finding, in order."""
    return [fingerprint(finding) for finding in findings]
