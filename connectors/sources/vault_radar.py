"""HCP Vault Radar: leaked secrets and other sensitive data that it found, one for each delivery."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_by
from connectors.formats.vault_radar_findings import read_finding
from connectors.quarantine import each
from connectors.signing import hmac_signature
from connectors.wild import Wild

ID = "vault-radar"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One message of version 1.0."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or "event_id" not in body.value:
        raise UnknownShape("no finding of Vault Radar: event_id is not there")
    return each([body], partial(read_finding, ID))


SOURCE = Source(
    id=ID,
    title="HCP Vault Radar",
    family=Family.CODE,
    arrives="leaked secrets and sensitive data",
    kinds=(Kind.SECRET, Kind.CODE),
    unconfirmed="what its test message holds when a connection is made",
    vendor_docs="https://developer.hashicorp.com/vault-radar/cloud/get-started/set-up-alerting/webhooks/payloads",
    verifiers=(hmac_signature("x-hcp-radar-signature", algorithm="sha512", prefix="sha512="),),
    parse=parse,
    delivery_id=told_by("x-hcp-radar-message-id"),
    docs=(
        "In Vault Radar, under Settings, Integration, Webhook, add a connection with this address and the secret as "
        "token, then a subscription with the filters that matter."
    ),
)
