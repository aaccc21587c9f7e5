"""Prisma Cloud: alerts of its policies, alerts of Compute (Twistlock), and twistcli's scan reports."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.prisma_alerts import is_policy_alert, read_alert
from connectors.formats.reports import NAMED
from connectors.formats.twistcli import read_result
from connectors.quarantine import each
from connectors.signing import basic, bearer, path_token
from connectors.text import clean
from connectors.wild import Wild

ID = "prisma-cloud"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """A list of alerts, as Prisma batches them, one alert, one of Compute, or a report with ``results``."""
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), partial(read_alert, ID))
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("results"), list):
        named = clean(opened.headers.get(NAMED, ""), 200)
        return each(body.items("results"), lambda told: read_result(ID, told, named))
    if not is_policy_alert(body) and not {"type", "message", "rule"} <= held.keys():
        raise UnknownShape("neither an alert of Prisma Cloud nor one of Compute, nor a report of twistcli")
    return each([body], partial(read_alert, ID))


SOURCE = Source(
    id=ID,
    title="Prisma Cloud",
    family=Family.CLOUD,
    arrives="alerts of Prisma Cloud and of Compute (Twistlock), scan reports of twistcli",
    kinds=(Kind.COMPLIANCE, Kind.DETECTION, Kind.VULNERABILITY),
    says_gone="resolved, dismissed, snoozed; what twistcli's next report of a named image no longer shows",
    unconfirmed="the body of policy alerts, which is read as receivers have published it; Compute's is documented",
    vendor_docs="https://docs.paloaltonetworks.com/prisma/prisma-cloud/prisma-cloud-admin-compute/alerts/webhook",
    verifiers=(bearer(), basic(), path_token()),
    parse=parse,
    envelopes=("ndjson",),
    headers=(NAMED,),
    docs=(
        "Add a webhook integration with this address and the HTTP header Authorization: Bearer and the secret, and "
        "name it in the alert rules, notifications of resolved alerts included. In Compute, add an alert profile with "
        "a webhook and basic authentication. Reports of twistcli images scan --output-file are posted as they are."
    ),
)
