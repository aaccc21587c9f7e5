"""One report of trivy-operator: which kinds are read, and what is gone when one comes anew or was deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from connectors.contract.finding import Finding, Quarantined, Record, Snapshot
from connectors.formats.trivy_operator_records import About, about, check, secret, vulnerability
from connectors.quarantine import each
from connectors.text import clean
from connectors.wild import Wild

_READERS: Mapping[str, tuple[str, Callable[[About, Wild], Iterator[Finding]]]] = {
    **dict.fromkeys(("VulnerabilityReport", "ClusterVulnerabilityReport"), ("vulnerabilities", vulnerability)),
    **dict.fromkeys(("ConfigAuditReport", "ClusterConfigAuditReport"), ("checks", check)),
    **dict.fromkeys(("InfraAssessmentReport", "ClusterInfraAssessmentReport"), ("checks", check)),
    **dict.fromkeys(("RbacAssessmentReport", "ClusterRbacAssessmentReport"), ("checks", check)),
    "ExposedSecretReport": ("secrets", secret),
}
_TTL = "trivy-operator.aquasecurity.github.io/report-ttl"
_GO_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?", re.ASCII)


def read_report(source: str, cluster: str, gone: bool, told: Wild) -> Iterator[Record]:
    """Its findings, and a snapshot where all of it could be read. ``gone``: it was deleted. Raises Unreadable."""
    kind = told.need("kind")
    if kind not in _READERS:
        raise told.bad(
            f"{clean(kind, 100)} is not read: it counts or lists what other reports of the operator tell", "kind"
        )
    if gone and _will_come_again(told):
        return
    listed, read = _READERS[kind]
    seen = about(source, told, cluster, gone)
    records = list(each(told.at("report").items(listed), lambda one: read(seen, one)))
    yield from records
    if not gone and not any(isinstance(record, Quarantined) for record in records):
        yield Snapshot(seen.scope, seen.observed_at)  # what could not be read is not absent


def _will_come_again(told: Wild) -> bool:
    """Whether a report was deleted only because its time was over, and the workload is scanned anew.

    Operators before the finalizer of 2025 sent some other report, which still stood, as the deleted one (their issues
    2110 and 2377): theirs have no ``deletionTimestamp``, and are set aside.
    """
    deleted = told.time("metadata", "deletionTimestamp")
    if deleted is None:
        raise told.bad(
            "this operator may name another report than the deleted one; update it", "metadata", "deletionTimestamp"
        )
    lives = _GO_DURATION.fullmatch(told.at("metadata", "annotations").text(_TTL))
    made = told.time("report", "updateTimestamp") or told.time("metadata", "creationTimestamp")
    if not lives or not made:
        return False
    hours, minutes, seconds = (int(part or 0) for part in lives.groups())
    lifetime = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return bool(lifetime) and deleted - made >= lifetime
