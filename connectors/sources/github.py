"""GitHub: Dependabot, code and secret scanning alerts, and advisories of one's own repositories, by one webhook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.formats import github_advisories, github_alerts
from connectors.quarantine import each
from connectors.signing import hmac_sha256, pings
from connectors.wild import Wild

ID = "github"
_EVENT, _DELIVERY = "x-github-event", "x-github-delivery"
_READERS: Mapping[str, Callable[[str, Wild], Iterator[Finding]]] = {
    "dependabot_alert": github_alerts.dependabot,
    "code_scanning_alert": github_alerts.code_scanning,
    "secret_scanning_alert": github_alerts.secret_scanning,
    "secret_scanning_alert_location": github_alerts.secret_scanning,
    "repository_vulnerability_alert": github_alerts.repository_vulnerability,
    "repository_advisory": github_advisories.repository_advisory,
}
# security_advisory tells the world of an advisory and names no repository: which of them it hits, Dependabot tells.
# What a hook that sends everything also sends. It tells of no finding, and must not fill the quarantine.
# fmt: off
_OTHER = frozenset({
    "branch_protection_rule", "check_run", "check_suite", "commit_comment", "create", "delete", "deployment",
    "deployment_status", "discussion", "discussion_comment", "fork", "gollum", "installation",
    "installation_repositories", "issue_comment", "issues", "label", "member", "membership", "merge_group",
    "meta", "milestone", "organization", "package", "page_build", "public", "pull_request",
    "pull_request_review", "pull_request_review_comment", "pull_request_review_thread", "push",
    "registry_package", "release", "repository", "repository_import", "repository_ruleset",
    "secret_scanning_scan", "security_advisory", "security_and_analysis", "star", "status", "team", "team_add",
    "watch", "workflow_dispatch", "workflow_job", "workflow_run",
})
# fmt: on


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert. ``X-GitHub-Event`` says which kind; without it (a replayed file) the alert's own keys do."""
    told = opened.headers.get(_EVENT, "") or _guess(opened.body)
    if told in _OTHER or told == "ping":
        return ()
    if told not in _READERS:
        raise UnknownShape(f"an event of GitHub's that is no alert known here: {told[:60] or 'not named'}")
    reader = _READERS[told]
    return each([Wild(opened.body, opened.pointer)], lambda record: reader(ID, record))


def _guess(body: Any) -> str:
    if isinstance(body, dict) and "repository_advisory" in body:
        return "repository_advisory"
    alert = body.get("alert") if isinstance(body, dict) else None
    if not isinstance(alert, dict):
        return ""
    signs = {
        "security_advisory": "dependabot_alert",
        "rule": "code_scanning_alert",
        "secret_type": "secret_scanning_alert",
        "affected_package_name": "repository_vulnerability_alert",
    }
    return next((name for key, name in signs.items() if key in alert), "")


def _delivery(headers: Headers, body: Any) -> str:
    return headers.get(_DELIVERY, "")


SOURCE = Source(
    id=ID,
    title="GitHub",
    family=Family.CODE,
    arrives="Dependabot, code scanning, secret scanning alerts; advisories of a repository",
    kinds=(Kind.VULNERABILITY, Kind.CODE, Kind.SECRET),
    says_gone="fixed, resolved; an advisory published with its patched version",
    vendor_docs="https://docs.github.com/en/webhooks/webhook-events-and-payloads",
    verifiers=(hmac_sha256("x-hub-signature-256", prefix="sha256="),),
    parse=parse,
    envelopes=("form",),
    handshake=pings(_EVENT, "ping"),
    delivery_id=_delivery,
    headers=(_EVENT, _DELIVERY),
    docs=(
        "In the settings of the repository or organisation, under Webhooks, add this address with the content type "
        "application/json and the secret, and choose the events Dependabot alerts, Code scanning alerts, Secret "
        "scanning alerts, Secret scanning alert locations and Repository advisories. GitHub does not repeat a delivery "
        "that failed: redeliver it from the hook's page within three days."
    ),
)
