"""pip-audit's JSON reports of Python environments and requirements, posted by a pipeline."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record, Snapshot
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.pip_audit_vulnerabilities import names_skipped, read_vulnerability, versions_upgraded
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import scanned
from connectors.signing import bearer, standard_webhooks
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
    yield from report.within(packages, {path: partial(read_vulnerability, ID, target, versions_upgraded(report))})
    if target.scope:
        yield Snapshot(target.scope, unseen=names_skipped(packages.values()))


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
