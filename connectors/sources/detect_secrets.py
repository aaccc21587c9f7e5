"""detect-secrets' baselines: leaked secrets by file, posted by a pipeline. No part of a secret is ever kept."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.detect_secrets_baseline import read_secret
from connectors.formats.json_paths import At
from connectors.formats.places import Equals
from connectors.formats.reports import JsonReport, Report
from connectors.formats.scanned import relative, scanned
from connectors.signing import bearer, standard_webhooks
from connectors.text import clean

ID = "detect-secrets"


def _read(report: Report) -> Iterator[Record]:
    """No snapshot: a baseline does not say which files were looked at; what left the code is still leaked."""
    report.expect("results", "plugins_used", says="no baseline of detect-secrets scan")
    target = scanned(ID, report.named, at=report.head("generated_at").time("generated_at"))
    files: dict[At, str] = {at: relative(clean(str(at[-1]), 1_000)) for at in report.heads("results{}")}
    yield from report.within(files, {"results{}[]": partial(read_secret, ID, target, Equals())})


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
