"""XCCDF results, by themselves or inside an asset report (ARF): what each rule of a benchmark says of a target.

Shape: NIST IR 7275, XCCDF 1.2 §6.6 and table 26.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.formats.control_families import family_of
from connectors.formats.json_paths import At
from connectors.formats.scanned_hosts import cves_in, is_address, problem_of, scanned_host
from connectors.formats.severities import from_word
from connectors.formats.tags import Tag
from connectors.formats.xml_report import XmlFile
from connectors.quarantine import each_head
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ARF = "asset-report-collection"
_RESULTS = ("Benchmark/TestResult", "TestResult", f"{ARF}/reports/report/content/TestResult")
_BENCHMARKS = (
    "Benchmark",
    f"{ARF}/report-requests/report-request/content/data-stream-collection/component/Benchmark",
    f"{ARF}/report-requests/report-request/content/Benchmark",
)
_FACT = "urn:xccdf:fact:asset:identifier:"
_DEEPEST = 8  # groups within groups
_VERDICTS = {
    "fail": (Status.OPEN, ""),
    "pass": (Status.PASSED, ""),
    "fixed": (Status.RESOLVED, "OpenSCAP mended it"),
    "notapplicable": (Status.PASSED, "the rule does not apply to this host"),
    "notchecked": (Status.UNCHECKED, "the benchmark says nothing that could be checked"),
    "unknown": (Status.UNCHECKED, "the check came to no result"),
    "error": (Status.UNCHECKED, "the check could not come to its end"),
}
_NO_VERDICT = frozenset({"notselected", "informational"})


@dataclass(frozen=True, slots=True)
class _Tested:
    """One test result: its target, and what the rules are called."""

    resource: Resource
    looked: datetime | None
    titles: dict[str, str]


def read_results(source: str, report: XmlFile) -> Iterator[Record]:
    """The verdicts of all tests of a report. A test that names no target is set aside; raises UnknownShape on none."""
    titles = _titles(report, _BENCHMARKS)
    heads = {place: told for base in _RESULTS for place, told in report.heads(base, "target", "target-facts").items()}
    if not heads:
        raise UnknownShape("this holds no TestResult: it is a benchmark, and not what oscap found with it")
    tests: dict[At, _Tested] = {}
    yield from each_head(heads, lambda told: _tested(told, report.named, titles), tests)
    yield from report.within(tests, {f"{base}/rule-result": partial(_read_rule, source) for base in _RESULTS})


def _tested(told: Wild, named: str, titles: dict[str, str]) -> _Tested:
    """The target by the sender's own name for it, else by its full name, else by the one it gives itself."""
    facts: dict[str, list[str]] = {}
    for fact in told.items("target-facts", "fact"):
        facts.setdefault(fact.text("@name").removeprefix(_FACT), []).append(fact.text())
    itself = next(iter(facts.get("fqdn", [])), "") or told.text("target")
    host = scanned_host(named or itself or told.need("target"), _address(facts), itself)
    return _Tested(host, told.time("@end-time"), titles)


def _address(facts: dict[str, list[str]]) -> str:
    """The first address that others can reach it by."""
    held = [one for one in (*facts.get("ipv4", []), *facts.get("ipv6", [])) if is_address(one)]
    return next((one for one in held if not one.startswith(("127.", "::1", "fe80:"))), "")


def _titles(report: XmlFile, bases: tuple[str, ...]) -> dict[str, str]:
    """What the rules of the benchmarks below ``bases`` are called, by their ids, however deep they lie in groups."""
    rules = tuple(f"{base}{'/Group' * depth}/Rule" for base in bases for depth in range(_DEEPEST))
    titles: dict[str, str] = {}
    rule = ""
    for met in report.meet(tuple(f"{one}/title" for one in rules), rules):
        if met.begun:
            rule = Tag(met.value).text("@id")
        elif met.path:
            titles.setdefault(rule, Tag(met.value).text(limit=400))
    return titles


def _read_rule(source: str, test: _Tested, told: Wild) -> Iterator[Finding]:
    """The verdict of one rule. Of rules that were not chosen or only inform there is none."""
    rule, verdict = told.need("@idref"), told.need("result").lower()
    if verdict in _NO_VERDICT:
        return
    if verdict not in _VERDICTS:
        raise told.bad(f"this is no result of XCCDF: {verdict}", "result")
    status, reason = _VERDICTS[verdict]
    name = _name_of(rule)
    ids = cves_in(*(one.text() for one in told.items("ident")))
    family = family_of(name)
    severity = from_word(word) if (word := told.text("@severity")) else Severity.UNKNOWN
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if ids else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(test.titles.get(rule) or name),
        resource=test.resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=problem_of(ids, family.problem),
        summary=told.text("message", limit=SUMMARY),
        vuln_ids=ids,
        status=status,
        status_reason=reason or verdict,
        observed_at=told.time("@time") or test.looked,
        pointer=told.pointer(),
    )


def _name_of(rule: str) -> str:
    """``sshd_disable_root_login`` of ``xccdf_org.ssgproject.content_rule_sshd_disable_root_login``."""
    return rule.partition("_rule_")[2] or rule
