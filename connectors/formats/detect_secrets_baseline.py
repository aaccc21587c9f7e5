"""Secrets in a baseline of detect-secrets, by file. No part of a secret is ever kept.

Shape: detect-secrets' docs/design.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Status
from connectors.formats.places import Equals, secret_print
from connectors.formats.scanned import Scanned
from connectors.text import one_line
from connectors.wild import Wild


def read_secret(source: str, target: Scanned, equals: Equals, path: str, told: Wild) -> Iterator[Finding]:
    """One of ``results``. Raises Unreadable.

    The key is the file below what was scanned; ``filename`` may have the folder of ``-C`` before it.

    ``hashed_secret`` is the secret's SHA-1 without salt, from which a weak one can be found, so it is not kept.
    ``is_secret`` is a person's word, given in ``detect-secrets audit``.
    """
    rule = told.need("type")
    print_ = secret_print(told.text("hashed_secret"))
    refuted = told.get("is_secret") is False
    yield Finding(
        source=source,
        kind=Kind.SECRET,
        rule_id=rule,
        title=one_line(f"{rule} in {path}"),
        resource=target.at(path, told.whole("line_number")),
        problem=rule,
        locator=(path, rule, print_ or equals.number(rule, path)),
        confidence="audited" if told.flag("is_secret") else "",
        secret_active=told.flag("is_verified"),
        status=Status.SUPPRESSED if refuted else Status.OPEN,
        status_reason="audited as no secret" if refuted else "",
        observed_at=target.observed_at,
        pointer=told.pointer(),
        warnings=target.warnings,
    )
