"""kube-hunter's JSON: what an attacker can reach and read in a Kubernetes cluster.

Shape: kube-hunter's own reporter (kube_hunter/modules/report/base.py); the project takes no further changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned_hosts import cves_in, is_address, place_of, problem_of, web_place
from connectors.formats.severities import from_word
from connectors.formats.workloads import workload_of
from connectors.signing import bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "kube-hunter"
NO_CLUSTER = (
    "the report names no cluster; post it with the header X-Suture-Resource so that its hosts can be told apart"
)
_CVES = frozenset(f"KHV{number:03}" for number in range(22, 29))  # each looks for one CVE, which its description names
_IN_POD = re.compile(r"Local to Pod(?: \((?P<pod>[^)]+)\))?")


def _read(report: Report) -> Iterator[Record]:
    report.expect("nodes", "services", "vulnerabilities", says="no report of kube-hunter --report json")
    scope = f"{ID} {report.named}" if report.named else ""
    yield from report.each("vulnerabilities[]", partial(_finding, report.named, scope))
    if scope:
        yield Snapshot(scope)


def _finding(cluster: str, scope: str, told: Wild) -> Iterator[Finding]:
    """Known by its name too: one number (KHV007) stands for several things. The evidence is left out: it has tokens."""
    name, number, word = told.need("vulnerability"), told.text("vid"), told.text("severity")
    rule = number if number.startswith("KHV") else name
    severity, ids = from_word(word), cves_in(name, told.text("description", limit=SUMMARY))
    resource, port = _place(cluster, told)
    yield Finding(
        source=ID,
        kind=Kind.VULNERABILITY if rule in _CVES else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(name),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, f"{ID}/{rule}"),
        locator=(name, place_of(port, "tcp")),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=ids,
        url=told.url("avd_reference") if rule == number else "",  # of what has no number, it leads nowhere
        port=port,
        protocol="tcp" if port else "",
        scope=scope,
        pointer=told.pointer(),
        warnings=() if cluster else (NO_CLUSTER,),
    )


def _place(cluster: str, told: Wild) -> tuple[Resource, int | None]:
    """A host and port; the workload that kube-hunter ran in, where it looked around inside its own pod."""
    location = told.need("location")
    if inside := _IN_POD.fullmatch(location):
        name = workload_of(inside["pod"] or "") or "kube-hunter"
        id_ = "/".join(filter(None, (cluster, name)))
        return Resource(id=id_, type="workload", name=name, provider="kubernetes", cluster=cluster), None
    place = web_place(location)
    if place is None:
        raise told.bad("expected a host and a port, or Local to Pod", "location")
    id_ = "/".join(filter(None, (cluster, place.host)))
    ip = place.host if is_address(place.host) else ""
    return Resource(id=id_, type="host", name=place.host, cluster=cluster, ip=ip), place.port


def _recognise(start: Beginning) -> bool:
    return start.has("vulnerabilities[].vid", "vulnerabilities[].hunter") or start.has(
        "nodes", "services", "vulnerabilities"
    )


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="kube-hunter",
    family=Family.REPORT,
    arrives="`kube-hunter --report json`",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY),
    says_gone="what a later report of the same cluster no longer shows",
    vendor_docs="https://github.com/aquasecurity/kube-hunter",
    verifiers=(bearer(),),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "Run kube-hunter --report json and post the report to /v1/scans/kube-hunter with the secret as bearer token "
        "and the cluster's name in the header X-Suture-Resource. What a later report of the same name no longer shows "
        "is resolved, so run it from the same place each time. The file is deleted once it is read: it may quote a "
        "service account's token."
    ),
)
