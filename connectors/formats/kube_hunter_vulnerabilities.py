"""What kube-hunter could reach and read in a Kubernetes cluster, each with the host and port or the pod it was in.

Shape: kube-hunter's own reporter (kube_hunter/modules/report/base.py); the project takes no further changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.scanned_hosts import cves_in, is_address, place_of, problem_of, web_place
from connectors.formats.severities import from_word
from connectors.formats.workloads import workload_of
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_NO_CLUSTER = (
    "the report names no cluster; post it with the header X-Suture-Resource so that its hosts can be told apart"
)
_CVES = frozenset(f"KHV{number:03}" for number in range(22, 29))  # each looks for one CVE, which its description names
_IN_POD = re.compile(r"Local to Pod(?: \((?P<pod>[^)]+)\))?")


def read_vulnerability(source: str, cluster: str, scope: str, told: Wild) -> Iterator[Finding]:
    """One of ``vulnerabilities``. Raises Unreadable.

    Known by its name too: one number (KHV007) stands for several things. The evidence is left out: it has tokens.
    """
    name, number, word = told.need("vulnerability"), told.text("vid"), told.text("severity")
    rule = number if number.startswith("KHV") else name
    severity, ids = from_word(word), cves_in(name, told.text("description", limit=SUMMARY))
    resource, port = _place(cluster, told)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if rule in _CVES else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(name),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, f"{source}/{rule}"),
        locator=(name, place_of(port, "tcp")),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=ids,
        url=told.url("avd_reference") if rule == number else "",  # of what has no number, it leads nowhere
        port=port,
        protocol="tcp" if port else "",
        scope=scope,
        pointer=told.pointer(),
        warnings=() if cluster else (_NO_CLUSTER,),
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
