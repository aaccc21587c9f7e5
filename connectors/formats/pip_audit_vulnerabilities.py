"""What pip-audit tells of packages: their vulnerabilities, those it could not look up, those that ``--fix`` upgraded.

Shape: pip-audit's ``pip_audit/_format/json.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.finding import Finding, Kind, Status
from connectors.formats.packages import registry_package
from connectors.formats.reports import Report
from connectors.formats.scanned import Scanned
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild


def names_skipped(packages: Iterable[Wild]) -> tuple[str, ...]:
    """The packages that pip-audit could not look up: editable ones, those of a URL, those that PyPI does not know."""
    names = (one.text("name") for one in packages if one.text("skip_reason"))
    return tuple(sorted({registry_package("pypi", name, "").name for name in names if name}))


def versions_upgraded(report: Report) -> frozenset[tuple[str, str]]:
    """(name, old version) of the packages that ``--fix`` has upgraded; one it skipped has no new version."""
    fixes = report.heads("fixes[]", "name", "old_version", "new_version").values()
    return frozenset((one.text("name"), one.text("old_version")) for one in fixes if one.text("new_version"))


def read_vulnerability(
    source: str, target: Scanned, upgraded: frozenset[tuple[str, str]], head: Wild, told: Wild
) -> Iterator[Finding]:
    """One vulnerability of the package ``head``; ``upgraded`` is of ``versions_upgraded``. Raises Unreadable."""
    rule, name, version = told.need("id"), head.need("name"), head.text("version")
    ids = sorted_ids((rule, *told.texts("aliases")))
    package = registry_package("pypi", name, version, ", ".join(told.texts("fix_versions")))
    fixed = (name, version) in upgraded
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY,
        rule_id=rule,
        title=one_line(f"{problem_of(rule, ids)} in {package.name}"),
        resource=target.at(),
        problem=problem_of(rule, ids),
        summary=told.text("description", limit=SUMMARY),
        vuln_ids=ids,
        package=package,
        status=Status.RESOLVED if fixed else Status.OPEN,
        status_reason="upgraded by pip-audit --fix" if fixed else "",
        scope=target.scope,
        pointer=told.pointer(),
        warnings=target.warnings,
    )
