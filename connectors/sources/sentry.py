"""Sentry: issues that an alert rule of yours chose, metric alerts, and that such an issue was resolved or archived.

Sentry tells of errors, few of which are about security. So a rule decides: an issue is a finding when a rule sent it;
what Sentry sends of every error and every new issue is not.
Shapes: Sentry docs, "Integration platform webhooks": issue alerts, metric alerts, issues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Resource, Severity, Status
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.formats.severities import from_word
from connectors.quarantine import each
from connectors.signing import hmac_sha256
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "sentry"
_RESOURCE, _REQUEST = "sentry-hook-resource", "request-id"
_OTHER = frozenset({"activity_alert", "comment", "error", "installation", "preprod_artifact", "seer", "size_analysis"})
_PROJECT = "/projects/"  # …/api/0/projects/<organisation>/<project>/events/…
_CLOSED = {"resolved": Status.RESOLVED, "ignored": Status.SUPPRESSED, "archived": Status.SUPPRESSED}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One thing that happened. The header says what; without it (a replayed file) the keys of ``data`` do."""
    body = Wild(opened.body, opened.pointer)
    data = body.value.get("data") if isinstance(body.value, dict) else None
    told = opened.headers.get(_RESOURCE, "")
    if not isinstance(data, dict):
        raise UnknownShape("no object data, as Sentry's webhooks send it")
    if told in _OTHER:
        return ()
    found = next((key for key in _READERS if isinstance(data.get(key), dict)), "")
    if not found:
        raise UnknownShape(f"a hook of Sentry's that is none known here: {told[:60] or 'not named'}")
    return each([body], _READERS[found])


def _event(told: Wild) -> Iterator[Finding]:
    """The first or another event of an issue, chosen by an alert rule."""
    event = told.at("data", "event")
    organisation, _, project = event.need("url", limit=2_000).partition(_PROJECT)[2].partition("/")
    slug = project.partition("/")[0]
    if not slug:
        raise event.bad("expected the address of an event, …/projects/<organisation>/<project>/events/…", "url")
    yield _issue(told, event, event.need("issue_id"), slug, organisation, Status.OPEN)


def _changed(told: Wild) -> Iterator[Finding]:
    """An issue that was resolved or archived. Of one that was made or reopened a rule tells, where it is to."""
    issue = told.at("data", "issue")
    status = _CLOSED.get(issue.text("status").lower())
    if status is not None:
        yield _issue(told, issue, issue.need("id"), issue.need("project", "slug"), "", status)


def _issue(told: Wild, about: Wild, issue: str, project: str, organisation: str, status: Status) -> Finding:
    return Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id="issue",
        rule_name=told.text("data", "triggered_rule"),
        title=one_line(about.need("title", limit=400)),
        resource=Resource(id=project, type="project", name=project, provider="sentry", account=organisation),
        severity=Severity.UNKNOWN,  # ``level`` is that of a log
        severity_raw=about.text("level"),
        problem=f"sentry issue {issue}",
        source_uid=issue,
        locator=(issue,),
        summary=about.text("culprit", limit=SUMMARY),
        status=status,
        status_reason="" if status is Status.OPEN else f"{about.text('status')} in Sentry",
        observed_at=about.time("datetime") or about.time("lastSeen"),
        url=about.url("web_url"),
        pointer=about.pointer(),
    )


def _metric(told: Wild) -> Iterator[Finding]:
    """A metric alert, for each project it is about; its ``action`` says how bad, or that it is over."""
    alert, word = told.at("data", "metric_alert"), told.need("action").lower()
    severity = from_word(word)
    if not severity and word != "resolved":
        raise told.bad("expected critical, warning or resolved", "action")
    projects = alert.texts("projects")
    if not projects:
        raise alert.bad("this is needed and is missing or empty", "projects")
    for project in projects:
        yield Finding(
            source=ID,
            kind=Kind.DETECTION,
            rule_id=f"metric alert {alert.need('alert_rule', 'id')}",
            rule_name=alert.text("alert_rule", "name"),
            title=one_line(told.text("data", "description_title", limit=400) or alert.need("alert_rule", "name")),
            resource=Resource(id=project, type="project", name=project, provider="sentry"),
            severity=severity,
            severity_raw=word if severity else "",
            severity_from="source" if severity else "unknown",
            problem=f"sentry metric alert {alert.need('alert_rule', 'id')}",
            summary=told.text("data", "description_text", limit=SUMMARY),
            status=Status.OPEN if severity else Status.RESOLVED,
            status_reason="" if severity else "resolved in Sentry",
            first_seen=alert.time("date_started"),
            observed_at=alert.time("date_closed") or alert.time("date_detected"),
            url=told.url("data", "web_url"),
            pointer=alert.pointer(),
        )


_READERS: Mapping[str, Callable[[Wild], Iterator[Finding]]] = {
    "event": _event,
    "issue": _changed,
    "metric_alert": _metric,
}


def _delivery(headers: Headers, body: object) -> str:
    """Of one attempt: when Sentry tries again it makes another id, and the finding is what is known again."""
    return headers.get(_REQUEST, "")


SOURCE = Source(
    id=ID,
    title="Sentry",
    family=Family.OBSERVABILITY,
    arrives="issues that an alert rule chose, metric alerts",
    kinds=(Kind.DETECTION,),
    says_gone="resolved",
    vendor_docs="https://docs.sentry.io/integrations/integration-platform/webhooks/",
    verifiers=(hmac_sha256("sentry-hook-signature"),),
    parse=parse,
    delivery_id=_delivery,
    headers=(_RESOURCE, _REQUEST),
    docs=(
        "Under Settings, Developer Settings, create an internal integration with this address as webhook URL, switch "
        "on Alert Rule Action and the webhooks for issues, and take its client secret as the secret. Then choose the "
        "integration as action of the alert rules that are about security."
    ),
)
