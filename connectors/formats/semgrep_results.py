"""One result of Semgrep's read into a finding: a weakness of the code, a leaked secret, a vulnerable package.

Shape: Semgrep's output schema (``semgrep_output_v1``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Severity, Status
from connectors.formats.places import Equals, code_print, secret_print
from connectors.formats.scanned import Scanned, relative
from connectors.formats.semgrep_supply_chain import as_vulnerability
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_WITHHELD = "requires login"  # what stands in place of a value that is shown to those who signed in only
_OLD_WORDS: Mapping[str, Severity] = {"ERROR": Severity.HIGH, "WARNING": Severity.MEDIUM, "INFO": Severity.LOW}
_NO_SECRET = frozenset({"", "NO_VALIDATOR"})


def read_result(source: str, target: Scanned, equals: Equals, told: Wild) -> Iterator[Finding]:
    """One of ``results``. Raises Unreadable."""
    rule = told.need("check_id")
    path = relative(told.need("path", limit=1_000))
    extra = told.at("extra")
    valid = extra.text("validation_state")
    kind = Kind.SECRET if ".secrets." in rule or valid not in _NO_SECRET else Kind.CODE
    word = extra.text("severity")
    severity = _OLD_WORDS.get(word) or from_word(word)
    # A message may quote what was found, so none of a secret's is kept
    message = "" if kind is Kind.SECRET else extra.text("message", limit=SUMMARY)
    finding = Finding(
        source=source,
        kind=kind,
        rule_id=rule,
        rule_name=rule.rpartition(".")[2],
        title=one_line(message or rule.rpartition(".")[2]),
        resource=target.at(path, told.whole("start", "line")),
        severity=severity,
        severity_raw=word,
        severity_from="rule" if severity else "unknown",
        problem=rule,
        locator=_locator(equals, kind, rule, path, extra),
        summary=message,
        confidence=extra.text("metadata", "confidence"),
        secret_active=valid == "CONFIRMED_VALID",
        status=Status.SUPPRESSED if extra.flag("is_ignored") else Status.OPEN,
        status_reason="nosemgrep" if extra.flag("is_ignored") else "",
        url=extra.url("metadata", "source"),
        scope="" if kind is Kind.SECRET else target.scope,  # a secret that left the code is still leaked
        pointer=told.pointer(),
        warnings=target.warnings,
    )
    yield as_vulnerability(finding, extra)


def _locator(equals: Equals, kind: Kind, rule: str, path: str, extra: Wild) -> tuple[str, ...]:
    """A digest of Semgrep's own fingerprint or of the code, and which of equals it is."""
    told = _shown(extra, "fingerprint") or _shown(extra, "lines")
    print_ = secret_print(told) if kind is Kind.SECRET else code_print(told)
    return (path, print_, equals.number(rule, path, print_))


def _shown(extra: Wild, key: str) -> str:
    text = extra.text(key, limit=20_000)
    return "" if text == _WITHHELD else text
