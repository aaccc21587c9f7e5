"""Kubescape's JSON (format version 2): the controls of its frameworks, on each object of a cluster or a repository."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.reports import JsonReport, Report
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
_LEAST = ((9, "Critical"), (7, "High"), (4, "Medium"), (1, "Low"))  # of kubescape's own ControlSeverityToString
_OBJECT = ("object.kind", "object.metadata.name", "object.metadata.namespace", "source.relativePath")


@dataclass(frozen=True, slots=True)
class Scan:
    """What a report tells beside its results. ``cluster`` is the repository where manifests were scanned."""

    cluster: str
    looked: datetime | None
    factors: Mapping[str, float]  # how much a control counts, 0 to 10
    objects: Mapping[str, Wild]


def _read(report: Report) -> Iterator[Record]:
    report.expect("results", "summaryDetails", says="no report of kubescape --format json in version 2")
    scan = _scan(report)
    held: dict[At, Callable[[Wild], Iterator[Finding]]] = {}
    for place, told in report.heads("results[]", "resourceID").items():
        try:
            held[place] = _reader(scan, _resource(scan, told.need("resourceID", limit=2_000)))
        except Unreadable as error:
            yield set_aside(error, told)
    yield from report.within(held, {"results[].controls[]": lambda read, told: read(told)})


def _scan(report: Report) -> Scan:
    where = ("metadata.clusterMetadata.contextName", "metadata.targetMetadata.clusterContextMetadata.contextName")
    head = report.head("clusterName", "generationTime", *where)
    cluster = (
        report.named
        or head.text("clusterName")
        or next(filter(None, (head.text(*one.split(".")) for one in where)), "")
    )
    factors = {
        str(place[-1]): factor
        for place, told in report.heads("summaryDetails.controls{}", "scoreFactor").items()
        if (factor := told.number("scoreFactor")) is not None
    }
    objects = {
        told.text("resourceID", limit=2_000): told
        for told in report.heads("resources[]", "resourceID", *_OBJECT).values()
    }
    return Scan(cluster, head.time("generationTime"), factors, objects)


def _resource(scan: Scan, told: str) -> Resource:
    """The workload, service or role. An object of several, as of a binding, goes by kubescape's own name for it."""
    plain = _NUMBER_OF_FILE.sub("", told).strip("/")
    held = scan.objects.get(told, Wild({}))
    kind, name = held.text("object", "kind"), held.text("object", "metadata", "name")
    namespace, path = held.text("object", "metadata", "namespace"), held.text("source", "relativePath", limit=1_000)
    called = (workload_of(name) if kind == "Pod" else name) or plain
    exact = "/".join(filter(None, (namespace, kind, called))) if kind and name else told.strip("/")
    return Resource(
        id="/".join(filter(None, (scan.cluster, path, exact))),
        type=kind,
        name=called,
        provider="kubernetes",
        cluster="" if path else scan.cluster,
        namespace=namespace,
        repository=scan.cluster if path else "",
        path=path,
    )


def _reader(scan: Scan, resource: Resource) -> Callable[[Wild], Iterator[Finding]]:
    return lambda told: _control(scan, resource, told)


def _control(scan: Scan, resource: Resource, told: Wild) -> Iterator[Finding]:
    rule = told.need("controlID")
    severity, word = _severity(scan.factors.get(rule))
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
        warnings=() if scan.cluster else (NO_CLUSTER,),
    )


def _severity(factor: float | None) -> tuple[Severity, str]:
    word = next((word for least, word in _LEAST if factor is not None and factor >= least), "")
    return from_word(word), "" if factor is None else f"{factor:g}"


def _status(told: Wild) -> tuple[Status, str]:
    """Older reports give a verdict only to each rule; one that failed fails the control."""
    verdicts = {rule.text("status") for rule in told.items("rules")}
    verdict = told.text("status", "status") or ("failed" if "failed" in verdicts else next(iter(sorted(verdicts)), ""))
    more = told.text("status", "subStatus")
    if verdict == "failed":
        return Status.OPEN, more
    if verdict in ("passed", "skipped", "irrelevant", "excluded", "ignored"):
        excused = "exception" in more or verdict in ("excluded", "ignored")
        return (Status.SUPPRESSED if excused else Status.PASSED), more or verdict
    raise told.bad("expected passed, failed or skipped", "status", "status")


def _places(told: Wild) -> Iterator[str]:
    """What to set where, as kubescape would mend it; at most ten."""
    paths = (path for rule in told.items("rules") for path in rule.items("paths"))
    for _, path in zip(range(10), paths, strict=False):
        where, value = path.text("fixPath", "path", limit=180), path.text("fixPath", "value", limit=60)
        if found := f"{where} = {value}" if where else path.text("failedPath", limit=180):
            yield found


def _recognise(start: Beginning) -> bool:
    return start.has("customerGUID") and (start.has("summaryDetails") or start.has("resources[].resourceID"))


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Kubescape",
    family=Family.REPORT,
    arrives="`kubescape scan --format json` (version 2)",
    kinds=(Kind.COMPLIANCE,),
    says_gone="passed, skipped",
    vendor_docs="https://kubescape.io/docs/",
    unconfirmed="where the report names the cluster; the format of version 1 is not read",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run kubescape scan --format json --output report.json and post the file to /v1/scans/kubescape with the "
        "secret as bearer token and the header X-Suture-Resource: <cluster or repository>, since reports seldom name "
        "either."
    ),
)
