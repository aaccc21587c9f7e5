"""One leak of Gitleaks' read into a finding. No part of a secret is ever kept.

Shape: Gitleaks' ``report/finding.go``, as its version 8 writes it in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind
from connectors.formats.places import Equals, secret_print
from connectors.formats.scanned import Scanned, relative, scanned
from connectors.text import one_line
from connectors.wild import Wild

_REDACTED = "REDACTED"  # what --redact puts in place of a secret
# The address of a line on GitHub, GitLab, Bitbucket, Gitea and Azure DevOps: what stands before is the repository
_IN_REPOSITORY = re.compile(r"(https://[^?#]+?)(?:/-)?/(?:blob|src|commit)/")


def read_leak(source: str, named: str, equals: Equals, told: Wild) -> Iterator[Finding]:
    """A secret is one finding in its file, in however many commits it stands. Raises Unreadable."""
    if told.get("offender") is not None:
        raise told.bad("this is written by a Gitleaks before 8.0; scan with a later one", "offender")
    rule = told.need("RuleID")
    path = relative(told.need("File", limit=1_000))
    link = told.url("Link")
    target = _target(source, named, link)
    commit = told.text("Commit")
    yield Finding(
        source=source,
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


def _target(source: str, named: str, link: str) -> Scanned:
    found = _IN_REPOSITORY.match(link)
    return scanned(source, named or (found.group(1) if found else ""))


def _print(told: Wild) -> str:
    """A few bits of the secret's digest; of what Gitleaks knows the place by (commit, file, rule, line) if redacted."""
    secret = told.text("Secret", limit=20_000)
    if _REDACTED in secret or not secret:
        return secret_print(told.text("Fingerprint", limit=2_000)) if told.text("Commit") else ""
    return secret_print(secret)
