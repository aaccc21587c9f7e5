"""detect-secrets' baselines: leaked secrets by file, posted by a pipeline. No part of a secret is ever kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind, Record, Status
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_paths import At
from connectors.formats.places import Equals, secret_print
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import Scanned, relative, scanned
from connectors.signing import bearer, standard_webhooks
from connectors.text import clean, one_line
from connectors.wild import Wild

ID = "detect-secrets"


def _read(report: Report) -> Iterator[Record]:
    """No snapshot: a baseline does not say which files were looked at; what left the code is still leaked."""
    report.expect("results", "plugins_used", says="no baseline of detect-secrets scan")
    target = scanned(ID, report.named, at=report.head("generated_at").time("generated_at"))
    files: dict[At, str] = {at: relative(clean(str(at[-1]), 1_000)) for at in report.heads("results{}")}
    yield from report.within(files, {"results{}[]": partial(_secret, target, Equals())})


def _secret(target: Scanned, equals: Equals, path: str, told: Wild) -> Iterator[Finding]:
    """The key is the file below what was scanned; ``filename`` may have the folder of ``-C`` before it.

    ``hashed_secret`` is the secret's SHA-1 without salt, from which a weak one can be found, so it is not kept.
    ``is_secret`` is a person's word, given in ``detect-secrets audit``.
    """
    rule = told.need("type")
    print_ = secret_print(told.text("hashed_secret"))
    refuted = told.get("is_secret") is False
    yield Finding(
        source=ID,
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


def _recognise(start: Beginning) -> bool:
    return start.has("plugins_used", "version") and not start.has("runs")


REPORT = JsonReport(_read)
SOURCE = Source(
    id=ID,
    title="detect-secrets",
    family=Family.REPORT,
    arrives="baselines of `detect-secrets scan`",
    kinds=(Kind.SECRET,),
    says_gone="`is_secret: false`, by `detect-secrets audit`",
    vendor_docs="https://github.com/Yelp/detect-secrets/blob/master/docs/design.md",
    verifiers=(bearer(), standard_webhooks()),
    parse=REPORT.parse,
    read_report=REPORT.read_report,
    recognise=_recognise,
    headers=REPORT.headers,
    only_as_file=True,
    docs=(
        "Run detect-secrets scan, post the baseline to /v1/scans/detect-secrets with the secret as bearer token, and "
        "name the repository in the header X-Suture-Resource. The file is deleted once it is read. A secret that "
        "left the code stays open until a person says that it was rotated."
    ),
)
