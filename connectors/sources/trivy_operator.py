"""Trivy-operator: its reports on what runs in a cluster, posted as they are made, changed and deleted."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import timedelta

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Quarantined, Record, Snapshot
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats import trivy_operator
from connectors.formats.reports import NAMED
from connectors.formats.trivy_operator import About, about
from connectors.quarantine import each
from connectors.signing import bearer, path_token
from connectors.text import clean
from connectors.wild import Wild

ID = trivy_operator.SOURCE_ID
_READERS: Mapping[str, tuple[str, Callable[[About, Wild], Iterator[Finding]]]] = {
    **dict.fromkeys(
        ("VulnerabilityReport", "ClusterVulnerabilityReport"), ("vulnerabilities", trivy_operator.vulnerability)
    ),
    **dict.fromkeys(("ConfigAuditReport", "ClusterConfigAuditReport"), ("checks", trivy_operator.check)),
    **dict.fromkeys(("InfraAssessmentReport", "ClusterInfraAssessmentReport"), ("checks", trivy_operator.check)),
    **dict.fromkeys(("RbacAssessmentReport", "ClusterRbacAssessmentReport"), ("checks", trivy_operator.check)),
    "ExposedSecretReport": ("secrets", trivy_operator.secret),
}
_TTL = "trivy-operator.aquasecurity.github.io/report-ttl"
_GO_DURATION = re.compile(r"(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)(?:\.\d+)?s)?", re.ASCII)


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One report, a list of them, or Kubernetes' own list."""
    body = Wild(opened.body, opened.pointer)
    told = body.value if isinstance(body.value, dict) else {}
    if isinstance(body.value, list):
        reports = body.items()
    elif str(told.get("kind", "")).endswith("List"):
        reports = body.items("items")
    elif "kind" in told and "metadata" in told:
        reports = iter([body])
    else:
        raise UnknownShape("no report of trivy-operator: kind and metadata are not there")
    cluster, verb = clean(opened.headers.get(NAMED, ""), 200), opened.headers.get("k8s-verb", "")
    return each(reports, lambda report: _read(report, cluster, verb == "delete"))


def _read(told: Wild, cluster: str, gone: bool) -> Iterator[Record]:
    kind = told.need("kind")
    if kind not in _READERS:
        raise told.bad(
            f"{clean(kind, 100)} is not read: it counts or lists what other reports of the operator tell", "kind"
        )
    if gone and _will_come_again(told):
        return
    listed, read = _READERS[kind]
    seen = about(told, cluster, gone)
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


SOURCE = Source(
    id=ID,
    title="Trivy-operator",
    family=Family.RUNTIME,
    arrives="vulnerability, config audit, RBAC, infra and secret reports of a cluster",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE, Kind.SECRET),
    says_gone="what a later report of the same container no longer shows; a deleted report",
    vendor_docs="https://aquasecurity.github.io/trivy-operator/latest/tutorials/integrations/webhook",
    verifiers=(bearer(), path_token()),
    parse=parse,
    envelopes=("k8s", "ndjson"),
    headers=(NAMED,),
    docs=(
        "Set OPERATOR_WEBHOOK_BROADCAST_URL to this address and OPERATOR_WEBHOOK_BROADCAST_CUSTOM_HEADERS to "
        "Authorization:Bearer and the secret, with X-Suture-Resource: and the cluster's name after a comma. Operators "
        "without custom headers take the address followed by a slash and the secret. "
        "OPERATOR_SEND_DELETED_REPORTS=true tells of workloads that are gone."
    ),
)
