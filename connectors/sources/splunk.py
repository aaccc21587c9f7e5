"""Splunk: saved searches and correlation searches that trigger the alert action Webhook.

Splunk signs nothing and sends the first row of the result only, as it stands in the search.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.splunk_results import read_result
from connectors.quarantine import each
from connectors.signing import path_token, query_token
from connectors.wild import Wild

ID = "splunk"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert, with one row of its result."""
    body = Wild(opened.body, opened.pointer)
    held = body.value if isinstance(body.value, dict) else {}
    if missing := [key for key in ("sid", "result") if key not in held]:
        raise UnknownShape(f"no alert of Splunk's webhook: {' and '.join(missing)} not there")
    return each([body], partial(read_result, ID))


SOURCE = Source(
    id=ID,
    title="Splunk",
    family=Family.OBSERVABILITY,
    arrives="the alert action Webhook of saved and correlation searches",
    kinds=(Kind.DETECTION, Kind.VULNERABILITY),
    vendor_docs="https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks",
    verifiers=(path_token(), query_token()),
    parse=parse,
    docs=(
        "In the alert add the action Webhook with this address and /<the secret> behind it, since Splunk can neither "
        "sign nor send a header; let it trigger for each result, and keep dest (or host, or user) and severity in the "
        "search's fields. In Splunk Cloud the address must be on the webhook allow list."
    ),
)
