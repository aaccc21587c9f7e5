"""Kubescape's JSON in format version 1: by framework, each control with the objects that fail it, and no others.

Shape: ``FrameworkReport`` and what it holds, of kubescape/opa-utils, as ``printer/v1`` of Kubescape fills it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Resource, Snapshot, Status
from connectors.formats.kubescape_objects import object_at, word_of
from connectors.formats.reports import Report
from connectors.formats.severities import from_word
from connectors.formats.workloads import workload_of
from connectors.quarantine import set_aside
from connectors.text import SUMMARY, one_line
from connectors.wild import Unreadable, Wild

_DOCUMENT = re.compile(r":\d+$")  # the number of an object in its file


def read_frameworks(
    source: str, report: Report, group: str, target: str, warnings: tuple[str, ...]
) -> Iterator[Record]:
    """The controls below ``group``: "" of one framework alone, ``[]`` of several. A framework is a snapshot."""
    heads = report.heads(group, "name") if group else {(): report.head("name")}
    scopes = {
        place: f"{source} {target} {head.text('name')}".strip() if target else "" for place, head in heads.items()
    }
    below = report.join(group, "controlReports[]") if group else "controlReports[]"
    yield from report.within(scopes, {below: partial(_control, source, target, warnings)})
    yield from (Snapshot(scope) for scope in scopes.values() if scope)


def _control(source: str, target: str, warnings: tuple[str, ...], scope: str, told: Wild) -> Iterator[Record]:
    """A finding for each object that fails one of the control's rules."""
    rule, factor = told.need("controlID"), told.number("baseScore")
    word = "" if factor is None else word_of(factor)
    severity = from_word(word)
    failed: dict[str, tuple[Resource, list[Wild]]] = {}
    for response in (one for rules in told.items("ruleReports") for one in rules.items("ruleResponses")):
        try:
            for resource in _resources(target, response):
                failed.setdefault(resource.id, (resource, []))[1].append(response)
        except Unreadable as error:
            yield set_aside(error, response)
    for resource, responses in failed.values():
        is_excused = all(one.get("exception") is not None for one in responses)
        yield Finding(
            source=source,
            kind=Kind.COMPLIANCE,
            rule_id=rule,
            title=one_line(told.text("name", limit=400) or rule),
            resource=resource,
            severity=severity,
            severity_raw="" if factor is None else f"{factor:g}",
            severity_from="source" if severity else "unknown",
            problem=f"kubescape-{rule}",
            summary="\n".join(dict.fromkeys(path for one in responses for path in _places(one)))[:SUMMARY],
            status=Status.SUPPRESSED if is_excused else Status.OPEN,
            status_reason="w/exceptions" if is_excused else "",
            remediation_text=told.text("remediation", limit=SUMMARY),
            scope=scope,
            pointer=responses[0].pointer(),
            warnings=warnings,
        )


def _resources(target: str, response: Wild) -> list[Resource]:
    found = [_resource(target, one) for one in response.items("alertObject", "k8sApiObjects")]
    if not found:
        raise response.bad("this is needed and is missing or empty", "alertObject", "k8sApiObjects")
    return found


def _resource(target: str, told: Wild) -> Resource:
    """A workload, service or role; of what a binding grants, whom it grants it to, with the binding's own name."""
    kind = told.need("kind")
    name = told.text("metadata", "name") or told.need("name")
    namespace = told.text("metadata", "namespace") or told.text("namespace")
    related = sorted(f"{one.text('kind')}/{one.text('metadata', 'name')}" for one in told.items("relatedObjects"))
    called = workload_of(name) if kind == "Pod" else name
    exact = "/".join(filter(None, (namespace, kind, called, *related)))
    path = _DOCUMENT.sub("", told.text("sourcePath", limit=1_000))
    return object_at(target, path, kind=kind, name=called, namespace=namespace, exact=exact)


def _places(response: Wild) -> Iterator[str]:
    """What to set where, as kubescape would mend it, else where it failed."""
    for fix in response.items("fixPaths"):
        yield f"{fix.text('path', limit=180)} = {fix.text('value', limit=60)}"
    if not response.get("fixPaths"):
        yield from response.texts("failedPaths", limit=180)
