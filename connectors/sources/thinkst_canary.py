"""Thinkst Canary: somebody touched a canary or a canarytoken, posted by the console's generic webhook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.canary_incidents import read_message
from connectors.quarantine import each
from connectors.signing import path_token, query_token
from connectors.wild import Wild

ID = "thinkst-canary"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One message. Records of the console's audit trail, which the same webhook may carry, are no alerts."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or "AlertType" not in body.value:
        raise UnknownShape("no message of a Canary console: AlertType is not there")
    return each([body], partial(read_message, ID))


SOURCE = Source(
    id=ID,
    title="Thinkst Canary",
    family=Family.NETWORK,
    arrives="incidents of canaries and canarytokens",
    kinds=(Kind.DETECTION,),
    unconfirmed="that the console can send a header of its own, so the secret stands in the address",
    vendor_docs="https://docs.canary.tools/webhooks/generic.html",
    verifiers=(path_token(), query_token()),
    parse=parse,
    docs=(
        "In the console, switch on webhook notifications of a flock, or globally, and add a generic webhook with this "
        "address followed by a slash and the secret."
    ),
)
