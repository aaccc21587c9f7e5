"""Checks of the CIS benchmark that kube-bench made on one node, chapter by chapter.

Shape: kube-bench's ``check/controls.go`` and ``check/check.go``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.contract.finding import Finding, Kind, Resource, Status
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

NO_NODE = "the report does not say which node it is about; post it with the header X-Suture-Resource: <cluster>/<node>"
_VERDICTS = {
    "FAIL": (Status.OPEN, ""),
    "PASS": (Status.PASSED, ""),
    "WARN": (Status.UNCHECKED, "kube-bench leaves this check to a person"),
    "INFO": (Status.UNCHECKED, "kube-bench did not run this check"),
}


@dataclass(frozen=True, slots=True)
class Controls:
    """One chapter of the benchmark, as checked on one node."""

    resource: Resource
    benchmark: str  # cis-1.23: numbers mean something else in another


def controls_of(told: Wild, named: str) -> Controls:
    """The chapter; ``named`` is the sender's own name for the node, ``<cluster>/<node>``. Raises Unreadable."""
    benchmark = told.need("version")
    if not named:
        raise told.bad(NO_NODE)
    cluster, _, node = named.rpartition("/")
    node_ = Resource(id=named, type="host", name=node, provider="kubernetes", cluster=cluster)
    return Controls(node_, benchmark)


def read_check(source: str, chapter: Controls, told: Wild) -> Iterator[Finding]:
    """One check. It has no severity; what it read on the node is left out. Raises Unreadable."""
    number, verdict = told.need("test_number"), told.need("status").upper()
    if verdict not in _VERDICTS:
        raise told.bad("expected PASS, FAIL, WARN or INFO", "status")
    status, reason = _VERDICTS[verdict]
    rule = f"{chapter.benchmark}/{number}"
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("test_desc", limit=400) or rule),
        resource=chapter.resource,
        problem=f"cis-kubernetes/{rule}",
        summary=told.text("reason", limit=SUMMARY),
        status=status,
        status_reason=reason or verdict,
        remediation_text=told.text("remediation", limit=SUMMARY),
        pointer=told.pointer(),
    )
