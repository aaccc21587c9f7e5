"""pip-audit's JSON reports of Python environments and requirements, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Kind, Record, Snapshot, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.packages import registry_package
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import Scanned, scanned
from connectors.formats.vulnerability_ids import problem_of, sorted_ids
from connectors.signing import bearer, standard_webhooks
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "pip-audit"


def _read(report: Report) -> Iterator[Record]:
    """Versions before 2.0 write the list of dependencies alone."""
    packages: dict[At, Wild] = {}
    for listed in ("dependencies[]", "[]"):
        packages |= report.heads(listed, "name", "version", "skip_reason")
    if "dependencies" not in report.head().value and not any(one.get("name") for one in packages.values()):
        raise UnknownShape("no report of pip-audit -f json: dependencies is not there")
    target = scanned(ID, report.named)
    path = "dependencies[].vulns[]" if "dependencies" in report.head().value else "[].vulns[]"
    yield from report.within(packages, {path: partial(_vulnerability, target, _upgraded(report))})
    if target.scope:
        yield Snapshot(target.scope, unseen=_skipped(packages.values()))


def _skipped(packages: Iterable[Wild]) -> tuple[str, ...]:
    """The packages that pip-audit could not look up: editable ones, those of a URL, those that PyPI does not know."""
    names = (one.text("name") for one in packages if one.text("skip_reason"))
    return tuple(sorted({registry_package("pypi", name, "").name for name in names if name}))


def _upgraded(report: Report) -> frozenset[tuple[str, str]]:
    """(name, old version) of the packages that ``--fix`` has upgraded; one it skipped has no new version."""
    fixes = report.heads("fixes[]", "name", "old_version", "new_version").values()
    return frozenset((one.text("name"), one.text("old_version")) for one in fixes if one.text("new_version"))


def _vulnerability(target: Scanned, upgraded: frozenset[tuple[str, str]], head: Wild, told: Wild) -> Iterator[Finding]:
    rule, name, version = told.need("id"), head.need("name"), head.text("version")
    ids = sorted_ids((rule, *told.texts("aliases")))
    package = registry_package("pypi", name, version, ", ".join(told.texts("fix_versions")))
    fixed = (name, version) in upgraded
    yield Finding(
        source=ID,
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


def _recognise(start: Beginning) -> bool:
    return start.has("dependencies[].name", "dependencies[].vulns") or start.has("[].name", "[].version", "[].vulns")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="pip-audit",
    family=Family.REPORT,
    arrives="`pip-audit -f json`",
    kinds=(Kind.VULNERABILITY,),
    says_gone="what a later report no longer shows, and what `--fix` upgraded",
    vendor_docs="https://github.com/pypa/pip-audit",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    docs=(
        "Run pip-audit -f json, post the report to /v1/scans/pip-audit with the secret as bearer token, and name the "
        "repository or host in the header X-Suture-Resource: what a later report of the same name no longer shows is "
        "resolved. pip-audit tells no severities."
    ),
)
