"""GitLab: the vulnerabilities of a project or group, as its webhook tells of each one that comes or changes.

Shape: GitLab docs, "Webhook events", Vulnerability events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Package, Record, Status
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.gitlab_places import package_of, project_of, resource_of
from connectors.formats.severities import told_or_scored
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.quarantine import each
from connectors.signing import standard_webhooks, static_header
from connectors.text import one_line
from connectors.wild import Wild

ID = "gitlab"
_STATES = {
    "detected": Status.OPEN,
    "confirmed": Status.OPEN,
    "resolved": Status.RESOLVED,
    "dismissed": Status.SUPPRESSED,
}
_NAMED = frozenset({"cve", "ghsa", "usn", "rhsa", "elsa"})
_CLASSES = frozenset({"cwe", "owasp", "wasc", "capec"})  # sorts of weakness, which many rules share
_RUNNING = frozenset({"dast", "api_fuzzing", "coverage_fuzzing"})
# What a hook that sends everything also sends: it tells of no finding.
# fmt: off
_OTHER = frozenset({
    "access_token", "build", "deployment", "emoji", "feature_flag", "issue", "merge_request", "milestone", "note",
    "pipeline", "push", "release", "tag_push", "wiki_page", "work_item",
})
# fmt: on


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One vulnerability. Group hooks also send members, subgroups and projects, which have an ``event_name`` only."""
    body = opened.body if isinstance(opened.body, dict) else {}
    kind = body.get("object_kind")
    if kind == "vulnerability":
        return each([Wild(body, opened.pointer).at("object_attributes")], _read)
    if (isinstance(kind, str) and kind in _OTHER) or (kind is None and isinstance(body.get("event_name"), str)):
        return ()
    raise UnknownShape("no Vulnerability Hook of GitLab's: object_kind is not vulnerability")


def _read(told: Wild) -> Iterator[Finding]:
    repository, uid = project_of(told)
    location = told.at("location")
    rule, rule_name = _rule(told)
    ids = sorted_ids(
        one.text("external_id") for one in told.items("identifiers") if one.text("external_type").lower() in _NAMED
    )
    vector = next((text for one in told.items("cvss") if (text := one.text("vector"))), "")
    word = told.text("severity")
    severity, severity_from = told_or_scored(word, vector, None)
    status, reason = _status(told)
    package = package_of(location)
    yield Finding(
        source=ID,
        kind=_kind(told, package),
        rule_id=rule,
        rule_name=rule_name,
        title=one_line(told.text("title", limit=400) or rule_name or rule),
        resource=resource_of(repository, location),
        severity=severity,
        severity_raw=word,
        severity_from=severity_from,
        problem=problem_of(rule, ids),
        source_uid=uid,
        locator=(location.first("file", "path", limit=1_000), uid),
        confidence=told.text("confidence"),
        vuln_ids=ids,
        cvss_vector=vector,
        package=package,
        status=status,
        status_reason=reason,
        first_seen=told.time("created_at"),
        observed_at=told.time("updated_at"),
        url=told.url("url"),
        pointer=told.pointer(),
    )


def _rule(told: Wild) -> tuple[str, str]:
    """The scanner's own name of what it looked for, else the vulnerability's, else the sort of weakness."""

    def rank(one: Wild) -> tuple[int, str, str]:
        kind = one.text("external_type").lower()
        return (2 if kind in _CLASSES else 1 if kind in _NAMED else 0, kind, one.text("external_id"))

    named = [one for one in told.items("identifiers") if one.text("external_id")]
    if not named:
        raise told.bad("this is needed and is missing or empty", "identifiers")
    best = min(named, key=rank)
    return best.need("external_id"), best.text("name")


def _kind(told: Wild, package: Package | None) -> Kind:
    report = told.text("report_type").lower()
    if report == "secret_detection":
        return Kind.SECRET
    return Kind.VULNERABILITY if package or report in _RUNNING else Kind.CODE


def _status(told: Wild) -> tuple[Status, str]:
    """What the default branch no longer shows is gone, save a secret: taking it out of the code does not revoke it."""
    word = told.need("state").lower()
    if word not in _STATES:
        raise told.bad(f"expected one of {', '.join(_STATES)}", "state")
    gone = told.flag("resolved_on_default_branch") and told.text("report_type") != "secret_detection"
    if _STATES[word] is Status.OPEN and gone:
        return Status.RESOLVED, "no longer found on the default branch"
    return _STATES[word], "" if _STATES[word] is Status.OPEN else f"{word} in GitLab"


SOURCE = Source(
    id=ID,
    title="GitLab",
    family=Family.CODE,
    arrives="vulnerabilities of projects and groups",
    kinds=(Kind.VULNERABILITY, Kind.CODE, Kind.SECRET),
    says_gone="resolved, or no longer found on the default branch",
    vendor_docs="https://docs.gitlab.com/user/project/integrations/webhook_events/#vulnerability-events",
    verifiers=(standard_webhooks(), static_header("x-gitlab-token")),
    parse=parse,
    docs=(
        "In the project's or group's settings, under Webhooks, add this address, the secret as signing token (or, on a "
        "GitLab without it, as secret token) and the trigger Vulnerability events. GitLab does not send its hook for "
        "every vulnerability that it closes by itself: post the jobs' reports to gitlab-report too."
    ),
)
