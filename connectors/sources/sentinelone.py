"""SentinelOne Singularity: threats as its API gives them, and the activities that its notifications carry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.sentinelone_threats import lower_keys, read_record
from connectors.quarantine import each
from connectors.signing import bearer, path_token, static_header
from connectors.wild import Wild

ID = "sentinelone"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One threat or activity, a list, or the API's ``{"data": [...]}``. Keys come in several cases."""
    read = partial(read_record, ID)
    body = Wild(lower_keys(opened.body), opened.pointer)
    if isinstance(body.value, list):
        return each(body.items(), read)
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("data"), list):
        return each(body.items("data"), read)
    if "threatinfo" not in held and "activitytype" not in held:
        raise UnknownShape("neither a threat (threatInfo) nor an activity (activityType) of SentinelOne")
    return each([body], read)


SOURCE = Source(
    id=ID,
    title="SentinelOne",
    family=Family.ENDPOINT,
    arrives="threats, and activities of threats and custom rules",
    kinds=(Kind.DETECTION,),
    says_gone="`resolved`, false positive",
    unconfirmed=(
        "how its webhook proves itself (a header of your choice is assumed) and what it sends (threats and activities "
        "are read as its API has them)"
    ),
    verifiers=(bearer(), static_header("x-api-key"), path_token()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "Let SentinelOne's webhook, or what forwards its notifications, post threats or activities as JSON to this "
        "address with the secret as bearer token, in the header x-api-key, or after a slash at the address's end."
    ),
)
