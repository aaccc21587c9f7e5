"""What Sentry's hooks tell: an issue that an alert rule chose, that an issue changed, a metric alert.

Sentry tells of errors, few of which are about security. So a rule decides: an issue is a finding when a rule sent it;
what Sentry sends of every error and every new issue is not.
Shapes: Sentry docs, "Integration platform webhooks": issue alerts, metric alerts, issues.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from connectors.contract.finding import Finding, Kind, Resource, Severity, Status
from connectors.formats.severities import from_word
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

_PROJECT = "/projects/"  # …/api/0/projects/<organisation>/<project>/events/…
_CLOSED = {"resolved": Status.RESOLVED, "ignored": Status.SUPPRESSED, "archived": Status.SUPPRESSED}


def _chosen(source: str, told: Wild) -> Iterator[Finding]:
    """The first or another event of an issue, chosen by an alert rule."""
    event = told.at("data", "event")
    organisation, _, project = event.need("url", limit=2_000).partition(_PROJECT)[2].partition("/")
    slug = project.partition("/")[0]
    if not slug:
        raise event.bad("expected the address of an event, …/projects/<organisation>/<project>/events/…", "url")
    yield _issue(source, told, event, event.need("issue_id"), slug, organisation, Status.OPEN)


def _changed(source: str, told: Wild) -> Iterator[Finding]:
    """An issue that was resolved or archived. Of one that was made or reopened a rule tells, where it is to."""
    issue = told.at("data", "issue")
    status = _CLOSED.get(issue.text("status").lower())
    if status is not None:
        yield _issue(source, told, issue, issue.need("id"), issue.need("project", "slug"), "", status)


def _issue(
    source: str, told: Wild, about: Wild, issue: str, project: str, organisation: str, status: Status
) -> Finding:
    return Finding(
        source=source,
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


def _metric(source: str, told: Wild) -> Iterator[Finding]:
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
            source=source,
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


# Under which key of ``data`` a hook tells what -> its reader, which takes the source's id and raises Unreadable
READERS: Mapping[str, Callable[[str, Wild], Iterator[Finding]]] = {
    "event": _chosen,
    "issue": _changed,
    "metric_alert": _metric,
}
