"""Kubescape's JSON: the controls of its frameworks, on each object of a cluster or a repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.kubescape_frameworks import read_frameworks
from connectors.formats.kubescape_objects import object_at, word_of
from connectors.formats.reports import JsonReport, Report
from connectors.formats.repositories import repository_name
from connectors.formats.severities import from_word
from connectors.formats.workloads import workload_of
from connectors.quarantine import set_aside
from connectors.signing import bearer
from connectors.text import one_line
from connectors.wild import Unreadable, Wild

ID = "kubescape"
NO_CLUSTER = (
    "the report names no cluster; post it with the header X-Suture-Resource so that its objects can be told apart"
)
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


def _read(report: Report) -> Iterator[Record]:
    told = report.head().value
    if not told or "controlReports" in told:
        target = repository_name(report.named)
        yield from read_frameworks(ID, report, "" if told else "[]", target, () if target else (NO_CLUSTER,))
        return
    report.expect("results", "summaryDetails", says="no report of kubescape --format json")
    scan = _scan(report)
    held: dict[At, Callable[[Wild], Iterator[Finding]]] = {}
    for place, told in report.heads("results[]", "resourceID").items():
        try:
            held[place] = _reader(scan, _resource(scan, told))
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(held, {"results[].controls[]": lambda read, told: read(told)})


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


def _reader(scan: Scan, resource: Resource) -> Callable[[Wild], Iterator[Finding]]:
    return lambda told: _control(scan, resource, told)


def _control(scan: Scan, resource: Resource, told: Wild) -> Iterator[Finding]:
    rule = told.need("controlID")
    severity, word = _severity(scan.controls.get(rule, Wild({})))
    status, reason = _status(told)
    yield Finding(
        source=ID,
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


def _recognise(start: Beginning) -> bool:
    if start.has("customerGUID") and (start.has("summaryDetails") or start.has("resources[].resourceID")):
        return True
    return any(start.has(f"{before}controlReports[].controlID") for before in ("", "[]."))


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Kubescape",
    family=Family.REPORT,
    arrives="`kubescape scan --format json`, versions 1 and 2",
    kinds=(Kind.COMPLIANCE,),
    says_gone="passed; of version 1 what a later report of the same framework no longer shows",
    vendor_docs="https://github.com/kubescape/kubescape/blob/master/docs/getting-started.md",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run kubescape scan --format json --output report.json and post the file to /v1/scans/kubescape with the "
        "secret as bearer token and the header X-Suture-Resource: <cluster or repository>, where the report names "
        "neither, as in format version 1."
    ),
)
