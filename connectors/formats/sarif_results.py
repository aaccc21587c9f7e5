"""Results of SARIF 2.1.0 (OASIS): each result of one run of a tool read into a finding."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.sarif_rules import Rule, rated
from connectors.formats.sarif_runs import Run, path_of
from connectors.formats.severities import from_word
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.text import SUMMARY, clean, one_line
from connectors.wild import Wild

_SECRET_TOOLS = ("gitleaks", "trufflehog", "detect-secrets", "ggshield", "secret")
_KINDS = {  # of results that tell no problem (SARIF 3.27.9); "review" asks a person about one
    "pass": Status.PASSED,
    "informational": Status.PASSED,
    "open": Status.UNCHECKED,
    "notapplicable": Status.UNCHECKED,
}


def read_result(source: str, run: Run, told: Wild) -> Iterator[Finding]:
    """One result. Its place in the code tells it from others of its rule, its line does not. Raises Unreadable."""
    rule = _rule_of(run, told)
    place = next(told.items("locations"), Wild({})).at("physicalLocation")
    path = path_of(place.text("artifactLocation", "uri", limit=1_000)) or _indexed(run, place.at("artifactLocation"))
    kind = _kind(run, rule)
    severity, raw = _severity(rule, told)
    status, reason = _status(told)
    identity = run.resource.id or path or run.tool
    is_named = kind is Kind.VULNERABILITY
    yield Finding(
        source=source,
        kind=kind,
        rule_id=rule.id,
        rule_name=rule.name,
        title=one_line(rule.title or rule.name or rule.id),
        resource=Resource(
            id=identity,
            type="repository" if run.resource.id else "file",
            name=run.resource.name or identity,
            repository=run.resource.repository,
            path=path,
            line=place.whole("region", "startLine"),
        ),
        severity=severity,
        severity_raw=raw,
        severity_from="rule" if severity else "unknown",
        problem=rule.id,
        locator=(run.tool, path, *_prints(run, rule.id, path, told, place)),
        summary="" if kind is Kind.SECRET else _message(rule, told),
        vuln_ids=sorted_ids([rule.id]) if is_named else (),
        status=status,
        status_reason=reason,
        url=told.url("hostedViewerUri"),
        remediation_url=rule.help_url,
        scope=run.scope,
        observed_at=run.observed_at,
        pointer=told.pointer(),
        warnings=run.warnings,
    )


def _rule_of(run: Run, told: Wild) -> Rule:
    """By id, by the id inside ``rule``, or by index; ``CA1000/1`` is CA1000's (SARIF 3.27.5)."""
    index = told.whole("ruleIndex")
    identity = told.text("ruleId") or told.text("rule", "id")
    if not identity and index is not None and 0 <= index < len(run.order):
        identity = run.order[index]
    if not identity:
        raise told.bad("this is needed and is missing or empty", "ruleId")
    return run.rules.get(identity) or run.rules.get(identity.rpartition("/")[0]) or Rule(identity)


def _indexed(run: Run, location: Wild) -> str:
    index = location.whole("index")
    return run.paths[index] if index is not None and 0 <= index < len(run.paths) else ""


def _kind(run: Run, rule: Rule) -> Kind:
    if is_vulnerability_id(rule.id):
        return Kind.VULNERABILITY
    told = (run.tool.lower(), *rule.tags)
    return Kind.SECRET if any(word in one for one in told for word in _SECRET_TOOLS) else Kind.CODE


def _severity(rule: Rule, told: Wild) -> tuple[Severity, str]:
    """``security-severity`` of the result or its rule, else the level; no level at all stays unknown."""
    if found := rated(told) or rule.rated:
        return found
    level = told.text("level") or rule.level
    return from_word(level), level


def _status(told: Wild) -> tuple[Status, str]:
    if (quiet := _KINDS.get(told.text("kind").lower())) is not None:
        return quiet, f"the tool calls it {told.text('kind')}"
    if told.text("baselineState") == "absent":
        return Status.RESOLVED, "absent since the baseline"
    for one in told.items("suppressions"):
        if one.text("status").lower() in {"", "accepted"}:
            return Status.SUPPRESSED, one.text(
                "justification"
            ) or f"suppressed: {one.text('kind') or 'no reason given'}"
    return Status.OPEN, ""


def _prints(run: Run, rule: str, path: str, told: Wild, place: Wild) -> tuple[str, ...]:
    """A digest of what the tool computed, else of the code without white space; then which of equals it is.

    Never the text itself: a secret scanner's snippet is the secret.
    """
    given = _texts(told, "fingerprints") or _texts(told, "partialFingerprints")
    told_apart = [f"{key}={value}" for key, value in sorted(given.items()) if value.lower() != "requires login"]
    if not told_apart:
        code = place.text("region", "snippet", "text", limit=20_000)
        code = code or place.text("contextRegion", "snippet", "text", limit=20_000)
        told_apart = ["".join(code.split())] if code else []
    usable = [hashlib.sha256("\n".join(told_apart).encode()).hexdigest()[:16]] if told_apart else []
    key = hash((rule, path, *usable))
    run.seen[key] += 1
    return (*usable, str(run.seen[key]))


def _texts(told: Wild, key: str) -> dict[str, str]:
    """The texts in an object of texts; Black Duck has objects there, which are no reason to lose the finding."""
    given = told.get(key)
    return {name: clean(one) for name, one in given.items() if type(one) is str} if type(given) is dict else {}


def _message(rule: Rule, told: Wild) -> str:
    """The message, its placeholders filled: ``{0}`` stands for the first argument (SARIF 3.11.5)."""
    text = told.text("message", "text", limit=SUMMARY) or rule.messages.get(told.text("message", "id"), "")
    for number, argument in enumerate(told.texts("message", "arguments", limit=300)[:10]):
        text = text.replace(f"{{{number}}}", argument)
    return text[:SUMMARY]
