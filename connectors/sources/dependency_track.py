"""Dependency-Track: its notifications by webhook, and the findings that it exports of a project."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.delivery_ids import told_at
from connectors.formats.dependency_track import exported
from connectors.formats.dependency_track_groups import posted
from connectors.formats.reports import JsonReport, Report
from connectors.signing import bearer, path_token, static_header

ID = "dependency-track"


def _read(report: Report) -> Iterator[Record]:
    head = report.head("meta.application", "meta.timestamp", "project")
    if "notification" in head.value:
        yield from report.each("notification", partial(posted, ID))
    elif "findings" in head.value and head.text("meta", "application") == "Dependency-Track":
        yield from exported(ID, report, head)
    else:
        raise UnknownShape("neither a notification of Dependency-Track's nor the findings it exports")


def _recognise(start: Beginning) -> bool:
    is_notification = start.has("notification.group", "notification.level", "notification.scope")
    return is_notification or start.texts.get("meta.application") == "Dependency-Track"


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Dependency-Track",
    family=Family.CODE,
    arrives="new vulnerabilities, audit changes, policy violations; its Finding Packaging Format",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="retracted, resolved, or no longer in a later export",
    vendor_docs="https://docs.dependencytrack.org/integrations/notifications/",
    verifiers=(bearer(), static_header("x-api-key"), path_token()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    delivery_id=told_at("notification", "id"),
    headers=REPORT.headers,
    docs=(
        "Under Administration, Notifications, Alerts, create an alert with the publisher Outbound Webhook for the "
        "groups NEW_VULNERABILITY, NEW_VULNERABLE_DEPENDENCY, VULNERABILITY_RETRACTED, PROJECT_AUDIT_CHANGE and "
        "POLICY_VIOLATION. The secret is its token, in the header X-Api-Key (version 4.11 and later), or its auth "
        "header Authorization with Bearer before the secret (version 5); before those append /<secret> to this address."
    ),
)
