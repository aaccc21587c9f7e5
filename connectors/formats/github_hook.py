"""What GitHub's webhook sends, by its ``X-GitHub-Event``: what tells of a finding, and what reads it.

Names: GitHub docs, "Webhook events and payloads".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.contract.finding import Finding
from connectors.formats import github_advisories, github_alerts
from connectors.wild import Wild

READERS: Mapping[str, Callable[[str, Wild], Iterator[Finding]]] = {
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
QUIET = frozenset({
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


def guessed(body: Any) -> str:
    """What a body without the header is, by the alert's own keys; "" of what is no alert known here."""
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
