"""One issue of the Snyk CLI read into findings: a vulnerable package, or one whose licence is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from msgspec.structs import replace

from connectors.contract.finding import Finding, Package, Status
from connectors.formats.packages import distribution_package, registry_package
from connectors.formats.snyk_finding import TYPES, finding_of
from connectors.formats.snyk_project import Project
from connectors.wild import Wild

_LISTS = {"vulnerabilities[]": Status.OPEN, "filtered.ignore[]": Status.SUPPRESSED}


def readers(source: str, before: str) -> Mapping[str, Callable[[Project, Wild], Iterator[Finding]]]:
    """What reads a project's issues, by the paths at which they lie below ``before``; it raises Unreadable."""
    return {f"{before}{listed}": partial(_issues, source, status) for listed, status in _LISTS.items()}


def _issues(source: str, status: Status, project: Project, told: Wild) -> Iterator[Finding]:
    """One issue. With ``--group-issues`` it is told once, and ``name`` lists the packages that have it."""
    if not isinstance(told.get("name"), list):
        yield from _issue(source, status, project, told)
        return
    for name in dict.fromkeys(told.texts("name")):
        yield from _issue(source, status, project, Wild({**told.value, "name": name}, told.pointer()))


def _issue(source: str, status: Status, project: Project, told: Wild) -> Iterator[Finding]:
    """One issue of one package. Raises Unreadable.

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
