"""Gitleaks' JSON reports of leaked secrets, posted by a pipeline. No part of a secret is ever kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.places import Equals, secret_print
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import Scanned, relative, scanned
from connectors.signing import bearer, standard_webhooks
from connectors.text import one_line
from connectors.wild import Wild

ID = "gitleaks"
_REDACTED = "REDACTED"  # what --redact puts in place of a secret
# The address of a line on GitHub, GitLab, Bitbucket, Gitea and Azure DevOps: what stands before is the repository
_IN_REPOSITORY = re.compile(r"(https://[^?#]+?)(?:/-)?/(?:blob|src|commit)/")


def _read(report: Report) -> Iterator[Record]:
    """No snapshot: a report may be of a few commits only, and a secret that left the code has still been leaked."""
    yield from report.each("[]", partial(_leak, report.named, Equals()))


def _leak(named: str, equals: Equals, told: Wild) -> Iterator[Finding]:
    """A secret is one finding in its file, in however many commits it stands. Raises Unreadable."""
    if told.get("offender") is not None:
        raise told.bad("this is written by a Gitleaks before 8.0; scan with a later one", "offender")
    rule = told.need("RuleID")
    path = relative(told.need("File", limit=1_000))
    link = told.url("Link")
    target = _target(named, link)
    commit = told.text("Commit")
    yield Finding(
        source=ID,
        kind=Kind.SECRET,
        rule_id=rule,
        title=one_line(f"{told.text('Description').rstrip('.') or rule} in {path}"),
        resource=target.at(path, told.whole("StartLine")),
        problem=rule,
        locator=(path, rule, _print(told) or equals.number(rule, path)),
        summary=f"Last met in commit {commit}" if commit else "",
        url=link,
        pointer=told.pointer(),
        warnings=target.warnings,
    )


def _target(named: str, link: str) -> Scanned:
    found = _IN_REPOSITORY.match(link)
    return scanned(ID, named or (found.group(1) if found else ""))


def _print(told: Wild) -> str:
    """A few bits of the secret's digest; of what Gitleaks knows the place by (commit, file, rule, line) if redacted."""
    secret = told.text("Secret", limit=20_000)
    if _REDACTED in secret or not secret:
        return secret_print(told.text("Fingerprint", limit=2_000)) if told.text("Commit") else ""
    return secret_print(secret)


def _recognise(start: Beginning) -> bool:
    return start.has("[].RuleID", "[].File", "[].Secret")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="Gitleaks",
    family=Family.REPORT,
    arrives="`gitleaks … --report-format json`",
    kinds=(Kind.SECRET,),
    vendor_docs="https://github.com/gitleaks/gitleaks",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "Run gitleaks git --report-format json, post the report to /v1/scans/gitleaks with the secret as bearer "
        "token, and name the repository in the header X-Suture-Resource. The file is deleted once it is read. A "
        "secret that left the code stays open until a person says that it was rotated."
    ),
)
