"""CrowdStrike Falcon: detections of its event streams, and of a Fusion workflow that calls a webhook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.falcon_detections import read_message
from connectors.quarantine import each
from connectors.signing import bearer, hmac_signature
from connectors.wild import Wild

ID = "crowdstrike"
_SIGNATURE, _SIGNED_AT = "x-cs-primary-signature", "x-cs-delivery-timestamp"
_KEYS = {"event", "data", "metadata", "CompositeId", "DetectId"}


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One message or a list of them; audit and session messages of the stream are no alerts."""
    read = partial(read_message, ID)
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), read)
    if not isinstance(body.value, dict) or not _KEYS & body.value.keys():
        raise UnknownShape("no message of Falcon: neither event nor data nor CompositeId is there")
    return each([body], read)


SOURCE = Source(
    id=ID,
    title="CrowdStrike Falcon",
    family=Family.ENDPOINT,
    arrives="detections of Falcon's event streams and of Fusion workflows",
    kinds=(Kind.DETECTION,),
    says_gone="`closed`, where a workflow tells it",
    unconfirmed=(
        "what exactly the webhook's HMAC covers (body then time in base64, and time then body in hex, are taken) and "
        "which fields a workflow sends by itself"
    ),
    vendor_docs="https://marketplace.crowdstrike.com/listings/webhook",
    verifiers=(
        hmac_signature(_SIGNATURE, coding="base64", parts=("body", "timestamp"), timestamp=_SIGNED_AT),
        hmac_signature(_SIGNATURE, parts=("timestamp", "body"), timestamp=_SIGNED_AT),
        bearer(),
    ),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "In the CrowdStrike Store, configure a Webhook with this address and the secret as HMAC secret key; leave the "
        "signature's header as it is. In a Fusion workflow on new detections, call it with the JSON shown. A client "
        "of the event streams posts their messages as they are, with the secret as bearer token."
    ),
)
