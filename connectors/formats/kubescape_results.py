"""Kubescape's JSON in format version 2: by object, each control with its verdict.

Shape: ``PostureReport`` of kubescape/opa-utils (``reporthandling/v2``), with ``reporthandling/results``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.formats.json_paths import At
from connectors.formats.kubescape_objects import NO_CLUSTER, object_at, word_of
from connectors.formats.reports import Report
from connectors.formats.repositories import repository_name
from connectors.formats.severities import from_word
from connectors.formats.workloads import workload_of
from connectors.quarantine import each_head
from connectors.text import one_line
from connectors.wild import Wild

_NUMBER_OF_FILE = re.compile(r"path=\d+/")  # kubescape's number for a manifest, which says nothing to a person
_VERDICTS = {  # the worst first
    "failed": Status.OPEN,
    "skipped": Status.UNCHECKED,  # left to a person, or a setting or integration for it is missing
    "excluded": Status.SUPPRESSED,
    "ignored": Status.SUPPRESSED,
    "passed": Status.PASSED,
    "irrelevant": Status.PASSED,
}
_TARGETS = (
    "metadata.targetMetadata.clusterContextMetadata.contextName",
    "metadata.clusterMetadata.contextName",
    "metadata.targetMetadata.gitRepoContextMetadata.remoteURL",
)
_OBJECT = ("object.kind", "object.metadata.name", "object.metadata.namespace", "source.relativePath")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a report tells beside its results. ``target`` is the cluster, or the repository of the manifests."""

    target: str
    looked: datetime | None
    controls: Mapping[str, Wild]
    objects: Mapping[str, Wild]


def read_results(source: str, report: Report) -> Iterator[Record]:
    """The controls of every object; an object that cannot be told from others is set aside.

    Raises Unreadable for what stands at the head of the report.
    """
    scan = _scan(report)
    resources: dict[At, Resource] = {}
    yield from each_head(report.heads("results[]", "resourceID"), partial(_resource, scan), resources)
    yield from report.within(resources, {"results[].controls[]": partial(_control, source, scan)})


def _scan(report: Report) -> Scan:
    head = report.head("clusterName", "generationTime", *_TARGETS)
    controls = report.heads("summaryDetails.controls{}", "scoreFactor", "severity")
    objects = report.heads("resources[]", "resourceID", *_OBJECT)
    return Scan(
        report.named or _target(head),
        head.time("generationTime"),
        {str(place[-1]): told for place, told in controls.items()},
        {str(told.get("resourceID")): told for told in objects.values()},
    )


def _target(head: Wild) -> str:
    """The cluster by its name, else by the context it was scanned in; else the repository that was scanned."""
    told = next(filter(None, (head.text(*one.split(".")) for one in ("clusterName", *_TARGETS))), "")
    return repository_name(told)


def _resource(scan: Scan, result: Wild) -> Resource:
    """The workload, service or role. An object of several, as of a binding, goes by kubescape's own name for it."""
    told = result.need("resourceID", limit=2_000)
    plain = _NUMBER_OF_FILE.sub("", told).strip("/")
    held = scan.objects.get(str(result.get("resourceID")), Wild({}))
    kind, name = held.text("object", "kind"), held.text("object", "metadata", "name")
    namespace, path = held.text("object", "metadata", "namespace"), held.text("source", "relativePath", limit=1_000)
    called = (workload_of(name) if kind == "Pod" else name) or plain
    exact = "/".join(filter(None, (namespace, kind, called))) if kind and name else told.strip("/")
    return object_at(scan.target, path, kind=kind, name=called, namespace=namespace, exact=exact)


def _control(source: str, scan: Scan, resource: Resource, told: Wild) -> Iterator[Finding]:
    rule = told.need("controlID")
    severity, word = _severity(scan.controls.get(rule, Wild({})))
    status, reason = _status(told)
    yield Finding(
        source=source,
        kind=Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("name", limit=400) or rule),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=f"kubescape-{rule}",
        summary="\n".join(_places(told)),
        status=status,
        status_reason=reason,
        observed_at=scan.looked,
        pointer=told.pointer(),
        warnings=() if scan.target else (NO_CLUSTER,),
    )


def _severity(control: Wild) -> tuple[Severity, str]:
    """Newer reports say the word; in older ones it follows from how much the control counts, 0 to 10."""
    word, factor = control.text("severity"), control.number("scoreFactor")
    if from_word(word) or factor is None:
        return from_word(word), word
    return from_word(word_of(factor)), f"{factor:g}"


def _status(told: Wild) -> tuple[Status, str]:
    """Older reports give a verdict only to each rule; the worst of them is the control's."""
    verdicts = {rule.text("status") for rule in told.items("rules")}
    verdict = told.text("status", "status") or next((one for one in _VERDICTS if one in verdicts), "")
    more = told.text("status", "subStatus")
    if verdict == "failed":
        return Status.OPEN, more
    if verdict in _VERDICTS:
        return (Status.SUPPRESSED if "exception" in more else _VERDICTS[verdict]), more or verdict
    raise told.bad("expected passed, failed or skipped", "status", "status")


def _places(told: Wild) -> Iterator[str]:
    """What to set where, as kubescape would mend it; at most ten."""
    paths = (path for rule in told.items("rules") for path in rule.items("paths"))
    for _, path in zip(range(10), paths, strict=False):
        where, value = path.text("fixPath", "path", limit=180), path.text("fixPath", "value", limit=60)
        if found := f"{where} = {value}" if where else path.text("failedPath", limit=180):
            yield found
