"""One issue of the Snyk CLI read into a finding: a vulnerable package, or one whose licence is not allowed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from connectors.contract.finding import Finding, Package, Status
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.snyk_finding import TYPES, finding_of
from connectors.formats.snyk_project import Project
from connectors.wild import Wild


def read_issue(source: str, status: Status, project: Project, told: Wild) -> Iterator[Finding]:
    """One issue. Raises Unreadable.

    Snyk tells it once for each way that leads to the package, and for each version of it: in one file those are one
    finding, open as long as any of them is there.
    """
    rule = told.need("id")
    resource = replace(project.resource, path=project.file) if project.file else project.resource
    is_licence = told.text("type") == "license"
    yield replace(
        finding_of(source, rule, told, resource, _package(project, told), file=project.file, is_licence=is_licence),
        status=status,
        status_reason=_reason(told) if status is Status.SUPPRESSED else "",
        url=f"https://security.snyk.io/vuln/{rule}" if rule.replace("-", "").isalnum() else "",
        remediation_text=_remedy(told),
        scope=project.scope,
        pointer=told.pointer(),
    )


def _package(project: Project, told: Wild) -> Package:
    """A distribution's is ``<source>/<binary>``, its package manager ``debian:12``."""
    name = told.first("name", "packageName") or told.need("packageName")
    version = told.text("version")
    fixed_in = told.text("nearestFixedInVersion") or ", ".join(told.texts("fixedIn"))
    manager = told.text("packageManager") or project.manager
    if ":" in manager:
        return distribution_package(
            project.manager, manager.replace(":", "-"), name.rpartition("/")[2], version, fixed_in
        )
    if manager in TYPES:
        return registry_package(TYPES[manager], name, version, fixed_in)
    return Package(name=name, installed=version, fixed_in=fixed_in, ecosystem=manager)


def _remedy(told: Wild) -> str:
    """``upgradePath`` runs from the project to the package; where false stands, nothing needs to change."""
    steps = [one.text() for one in told.items("upgradePath") if isinstance(one.value, str)]
    return f"Upgrade to {steps[0]}" if steps else ""


def _reason(told: Wild) -> str:
    rules = [one.text("reason") for one in told.at("filtered").items("ignored")]
    return f"ignored: {rules[0]}" if rules and rules[0] else "ignored by Snyk's policy"
