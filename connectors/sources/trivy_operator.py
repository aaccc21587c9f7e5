"""Trivy-operator: its reports on what runs in a cluster, posted as they are made, changed and deleted."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.reports import NAMED
from connectors.formats.trivy_operator_reports import read_report
from connectors.quarantine import each
from connectors.signing import bearer, path_token
from connectors.text import clean
from connectors.wild import Wild

ID = "trivy-operator"


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
    return each(reports, partial(read_report, ID, cluster, verb == "delete"))


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
