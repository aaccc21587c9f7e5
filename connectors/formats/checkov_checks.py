"""One check of Checkov's read into a finding: of a template, of a leaked secret, of a vulnerable package.

Shape: Checkov's ``common/output/record.py``, ``secrets/runner.py`` and ``common/sca/output.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from connectors.contract.finding import Finding, Kind, Package, Status
from connectors.formats.control_families import family_of
from connectors.formats.places import Equals, secret_print
from connectors.formats.scanned import Scanned, relative, scanned
from connectors.formats.severities import from_word, told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

LISTS: Mapping[str, Status] = {
    "failed_checks": Status.OPEN,
    "passed_checks": Status.PASSED,
    "skipped_checks": Status.SUPPRESSED,
}
_SECRETS = "secrets"  # the framework that looks for them
_UNFIXABLE = frozenset({"", "N/A"})


@dataclass(frozen=True, slots=True)
class Look:
    """One framework's look (``terraform``, ``secrets``) at what was scanned. ``is_whole``: it could read every file."""

    target: Scanned
    framework: str
    is_whole: bool


def look_of(source: str, named: str, head: Wild) -> Look:
    """What the head of one framework's report tells; ``named`` is the sender's name for it all. Raises Unreadable."""
    framework = head.text("check_type")
    if not framework and head.get("checkov_version") is None:
        raise head.bad("this is needed and is missing or empty", "check_type")
    whole = framework not in {"", _SECRETS} and not head.whole("summary", "parsing_errors")
    return Look(scanned(source, named, framework), framework, whole)


def read_check(source: str, equals: Equals, status: Status, look: Look, told: Wild) -> Iterator[Finding]:
    """One of a report's checks. Raises Unreadable.

    A secret's ``resource`` is its SHA-1, from which a weak one could be found, so it is not kept as it is.
    """
    rule, target = told.need("check_id"), look.target
    path = relative(told.need("file_path", limit=1_000))
    found = told.at("vulnerability_details")
    is_secret = rule.startswith("CKV_SECRET") or look.framework == _SECRETS
    place = told.text("resource", limit=1_000)
    place = secret_print(place.rpartition(":")[2]) if is_secret else place
    word = told.text("severity")
    severity = from_word(word)
    finding = Finding(
        source=source,
        kind=Kind.SECRET if is_secret else Kind.COMPLIANCE,
        rule_id=rule,
        title=one_line(told.text("check_name", limit=400) or rule),
        resource=target.at(path, _line(told)),
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=rule,
        locator=(path, place, equals.further(rule, path, place)),
        summary=_summary(told, place, is_secret),
        status=status,
        status_reason=told.text("check_result", "suppress_comment"),
        remediation_url=told.url("guideline"),
        scope="" if is_secret else target.scope,  # a secret that left the code is still leaked
        pointer=told.pointer(),
        warnings=target.warnings,
    )
    yield finding if is_secret else _vulnerability(finding, found) if found.text("id") else _control(finding)


def _line(told: Wild) -> int | None:
    return next((one.whole() for one in told.items("file_line_range")), None)


def _summary(told: Wild, place: str, is_secret: bool) -> str:
    return "" if is_secret else told.text("description", limit=SUMMARY) or (f"In {place}" if place else "")


def _control(finding: Finding) -> Finding:
    """A template fails it, not a running system; the problem is the family that other tools name too."""
    family = family_of(finding.rule_id)
    return replace(
        finding,
        problem=family.problem,
        world_open=family.world_open,
        port=family.port,
        protocol=family.protocol,
    )


def _vulnerability(finding: Finding, found: Wild) -> Finding:
    rule = found.need("id")
    ids = sorted_ids((rule,))
    vector, score = found.text("vector"), found.number("cvss")
    word = finding.severity_raw or found.text("severity")
    severity, severity_from = told_or_scored(word, vector, score)
    name, fixed_in = found.need("package_name"), found.first("lowest_fixed_version", "fix_version")
    return replace(
        finding,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{rule} in {name}"),
        problem=problem_of(rule, ids),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        vuln_ids=ids,
        cvss_vector=vector,
        cvss_score=score,
        package=Package(
            name=name,
            installed=found.text("package_version"),
            fixed_in="" if fixed_in in _UNFIXABLE else fixed_in,
            ecosystem=found.text("package_type"),
        ),
        disclosed_at=found.time("published_date"),
        url=found.url("link"),
        summary=found.text("description", limit=SUMMARY),
    )
