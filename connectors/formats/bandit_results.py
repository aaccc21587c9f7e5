"""One result of Bandit's read into a finding: a weakness of Python code, or a password that stands in it.

Shape: https://bandit.readthedocs.io/en/latest/formatters/json.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind
from connectors.formats.places import Equals, code_print, secret_print
from connectors.formats.scanned import Scanned, relative
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_PASSWORDS = frozenset({"B105", "B106", "B107"})  # hardcoded_password_*: their text quotes the password
_NUMBERED = re.compile(r"(\d+)[ \t]?(.*)")


def read_result(source: str, target: Scanned, equals: Equals, told: Wild) -> Iterator[Finding]:
    """One of ``results``. Raises Unreadable."""
    rule = told.need("test_id")
    path = relative(told.need("filename", limit=1_000))
    kind = Kind.SECRET if rule in _PASSWORDS else Kind.CODE
    word = told.text("issue_severity")
    severity = from_word(word)
    message = "" if kind is Kind.SECRET else told.text("issue_text", limit=SUMMARY)
    code = _code(told)
    print_ = secret_print(code) if kind is Kind.SECRET else code_print(code)
    yield Finding(
        source=source,
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
