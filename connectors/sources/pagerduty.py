"""PagerDuty: incidents of the services that a webhook subscription (version 3) listens to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_at
from connectors.formats.pagerduty_incidents import read_incident
from connectors.quarantine import each
from connectors.signing import hmac_sha256
from connectors.wild import Wild

ID = "pagerduty"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One incident. Notes, responders, status updates, services and PagerDuty's ping tell of none."""
    body = Wild(opened.body, opened.pointer)
    told = body.value.get("event") if isinstance(body.value, dict) else None
    if not isinstance(told, dict) or not isinstance(told.get("event_type"), str) or "data" not in told:
        raise UnknownShape("no event with an event_type and data, as PagerDuty's V3 webhooks send it")
    if not told["event_type"].startswith("incident."):
        return ()
    return each([body.at("event")], partial(read_incident, ID))


SOURCE = Source(
    id=ID,
    title="PagerDuty",
    family=Family.OBSERVABILITY,
    arrives="incidents (V3 webhooks)",
    kinds=(Kind.DETECTION,),
    says_gone="`resolved`",
    vendor_docs="https://developer.pagerduty.com/docs/webhooks-overview",
    verifiers=(hmac_sha256("x-pagerduty-signature", prefix="v1="),),
    parse=parse,
    delivery_id=told_at("event", "id"),
    docs=(
        "Under Integrations, Generic Webhooks (v3), add a webhook with this address, scoped to the services that raise "
        "security incidents, with all incident events. PagerDuty shows its signing secret once: that is the secret."
    ),
)
