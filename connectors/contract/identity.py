"""Which finding is which: the fingerprint (one tool over time) and the correlation key (several tools, one problem).

The parts are joined as JSON so that two of them can never run together, and nothing that a tool re-words, re-scores or
moves by a line is among them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from connectors.contract.finding import Finding

_PLACEHOLDERS = frozenset({"", "null", "none", "n/a", "na", "unknown", "requires login", "0", "-", "undefined"})


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:32]


def is_placeholder(uid: str) -> bool:
    """Whether a tool's id is one of those that mean "no id": ``N/A``, ``requires login``, ``<finding_uid>``."""
    return uid.strip().lower() in _PLACEHOLDERS or (uid.startswith("<") and uid.endswith(">"))


def correlation_key(finding: Finding) -> str:
    """Resource and problem, without the source: what several tools tell of the same thing folds into one.

    A resource may have one problem in several packages or files; those stay apart by package name or locator.
    """
    package = finding.package.name if finding.package else ""
    place = finding.locator if finding.kind in ("code", "secret") else ()
    return "c1:" + _digest(["c", finding.resource.id.lower(), finding.problem.lower(), package.lower(), *place])


def _by_key(finding: Finding) -> str:
    package = finding.package.name if finding.package else ""
    parts = ["key", finding.source, finding.kind.value, finding.rule_id, finding.resource.id, package]
    return "v1:" + _digest([*parts, *finding.locator])


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The fingerprint of each finding of one delivery, in order.

    A tool's own id is used when it is usable: not a placeholder, and not shared in this delivery by findings of another
    rule, resource or place (Prowler does that). Otherwise the finding is known by what it is about.
    """
    meanings: dict[tuple[str, str], set[tuple[str, ...]]] = {}
    for finding in findings:
        if finding.source_uid:
            uid = (finding.source, finding.source_uid)
            meaning = (finding.rule_id, finding.resource.id, *finding.locator)
            meanings.setdefault(uid, set()).add(meaning)
    named: list[str] = []
    for finding in findings:
        uid_value = finding.source_uid
        shared = len({m[0:1] + m[2:] for m in meanings.get((finding.source, uid_value), set())}) > 1
        if uid_value and not is_placeholder(uid_value) and not shared:
            named.append("v1:" + _digest(["uid", finding.source, uid_value, finding.resource.id]))
        else:
            named.append(_by_key(finding))
    return named
