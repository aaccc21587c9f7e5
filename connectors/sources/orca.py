"""Orca Security: alerts, posted by its webhook integration."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.orca_alerts import read_alert
from connectors.quarantine import each
from connectors.signing import bearer
from connectors.wild import Wild

ID = "orca"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert, or a list of them."""
    read = partial(read_alert, ID)
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), read)
    if not isinstance(body.value, dict) or "state" not in body.value:
        raise UnknownShape("no alert of Orca: state is not there")
    return each([body], read)


SOURCE = Source(
    id=ID,
    title="Orca Security",
    family=Family.CLOUD,
    arrives="alerts of Orca's webhook integration",
    kinds=(Kind.COMPLIANCE, Kind.VULNERABILITY, Kind.CODE, Kind.DETECTION),
    says_gone="closed, dismissed, snoozed",
    unconfirmed="the body, which is read as receivers of it have published it: Orca documents it to customers only",
    verifiers=(bearer(),),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Under Settings, Integrations, Webhook, add a template with this address as trigger URL and Bearer, a space "
        "and the secret as API key. Then let an automation send it the alerts that matter, changes of status included."
    ),
)
