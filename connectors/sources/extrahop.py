"""ExtraHop RevealX: detections, posted by a notification rule, in its own payload or in the REST API's form."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.extrahop_detections import read_detection
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.wild import Wild

ID = "extrahop"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One detection, or a list of them."""
    read = partial(read_detection, ID)
    body = Wild(opened.body, opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), read)
    if not isinstance(body.value, dict) or not {"id", "risk_score", "type"} & body.value.keys():
        raise UnknownShape("no detection of ExtraHop: neither id nor risk_score nor type is there")
    return each([body], read)


SOURCE = Source(
    id=ID,
    title="ExtraHop RevealX",
    family=Family.NETWORK,
    arrives="detections of notification rules",
    kinds=(Kind.DETECTION,),
    says_gone="`closed`, `hidden`",
    unconfirmed="how a rule's payload tells that a detection is closed: `status` is read with the REST API's words",
    vendor_docs="https://docs.extrahop.com/current/detections-create-notification-rule",
    verifiers=(bearer(), basic()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Under Notification Rules, create one for security detections with a custom webhook: this address and the "
        "header Authorization: Bearer and the secret. Its own payload is read as it is; in one of yours keep id, type, "
        "title, risk_score, src and dst."
    ),
)
