"""Bandit's JSON reports of Python code, posted by a pipeline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.places import Equals, code_print, secret_print
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import Scanned, relative, scanned
from connectors.formats.severities import from_word
from connectors.signing import bearer, standard_webhooks
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "bandit"
_PASSWORDS = frozenset({"B105", "B106", "B107"})  # hardcoded_password_*: their text quotes the password
_NUMBERED = re.compile(r"(\d+)[ \t]?(.*)")


def _read(report: Report) -> Iterator[Record]:
    """A file that could not be read (``errors``) may hide what was there, so nothing is gone after such a run."""
    report.expect("results", "metrics", says="no report of bandit -f json")
    target = scanned(ID, report.named, at=report.head("generated_at").time("generated_at"))
    yield from report.each("results[]", partial(_result, target, Equals()))
    if target.scope and not report.heads("errors[]"):
        yield Snapshot(target.scope, target.observed_at)


def _result(target: Scanned, equals: Equals, told: Wild) -> Iterator[Finding]:
    rule = told.need("test_id")
    path = relative(told.need("filename", limit=1_000))
    kind = Kind.SECRET if rule in _PASSWORDS else Kind.CODE
    word = told.text("issue_severity")
    severity = from_word(word)
    message = "" if kind is Kind.SECRET else told.text("issue_text", limit=SUMMARY)
    code = _code(told)
    print_ = secret_print(code) if kind is Kind.SECRET else code_print(code)
    yield Finding(
        source=ID,
        kind=kind,
        rule_id=rule,
        rule_name=told.text("test_name"),
        title=one_line(message or told.text("test_name") or rule),
        resource=target.at(path, told.whole("line_number")),
        severity=severity,
        severity_raw=word,
        severity_from="rule" if severity else "unknown",
        problem=rule,
        locator=(path, print_, equals.number(rule, path, print_)),
        summary=message,
        confidence=told.text("issue_confidence"),
        remediation_url=told.url("more_info"),
        scope="" if kind is Kind.SECRET else target.scope,  # a secret that left the code is still leaked
        observed_at=target.observed_at,
        pointer=told.pointer(),
        warnings=target.warnings,
    )


def _code(told: Wild) -> str:
    """The lines in question without their numbers; ``code`` has those around them too, and numbers each."""
    meant = {line.text() for line in told.items("line_range")}
    lines = [found.groups() for one in told.text("code", limit=20_000).splitlines() if (found := _NUMBERED.match(one))]
    return "\n".join(code for number, code in lines if number in meant) or "\n".join(code for _, code in lines)


def _recognise(start: Beginning) -> bool:
    return start.has("metrics._totals", "results") or start.has("results[].test_id", "results[].issue_severity")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Bandit",
    family=Family.REPORT,
    arrives="`bandit -f json`",
    kinds=(Kind.CODE, Kind.SECRET),
    says_gone="what a later report no longer shows",
    vendor_docs="https://bandit.readthedocs.io/en/latest/formatters/json.html",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run bandit -r . -f json over the whole repository, post the report to /v1/scans/bandit with the secret as "
        "bearer token, and name the repository in the header X-Suture-Resource: what a later report of the same name "
        "no longer shows is resolved, unless that run could not read a file."
    ),
)
