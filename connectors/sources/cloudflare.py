"""Cloudflare: notifications of attacks, security events, scripts and certificates, by a generic webhook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.cloudflare_alerts import NO_FINDING, read_alert
from connectors.quarantine import each
from connectors.signing import static_header
from connectors.wild import Wild

ID = "cloudflare"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One notification. Cloudflare's test when the webhook is saved has a ``text`` and neither ``data`` nor a type."""
    body = Wild(opened.body, opened.pointer)
    told = body.value if isinstance(body.value, dict) else {}
    if "text" not in told:
        raise UnknownShape("no notification of Cloudflare's: it has no text")
    kind = told.get("alert_type")
    if (isinstance(kind, str) and kind in NO_FINDING) or not ("data" in told or "alert_type" in told):
        return ()
    return each([body], partial(read_alert, ID))


SOURCE = Source(
    id=ID,
    title="Cloudflare",
    family=Family.NETWORK,
    arrives="notifications of attacks, security events, scripts and certificates",
    kinds=(Kind.DETECTION, Kind.COMPLIANCE),
    says_gone="`ALERT_STATE_EVENT_END`",
    unconfirmed=(
        "what `data` holds for types other than DDoS attacks and certificates (there the account may be all that is "
        "named)"
    ),
    vendor_docs="https://developers.cloudflare.com/notifications/reference/webhook-payload-schema/",
    verifiers=(static_header("cf-webhook-auth"),),
    parse=parse,
    docs=(
        "Under Notifications, Destinations, create a webhook with this address and the secret (Cloudflare tests it at "
        "once), and choose it in the notifications of DDoS attacks, security events, Page Shield, brand protection and "
        "certificates."
    ),
)
