"""Any sender of CloudEvents (structured, batched, binary) whose data is a finding in our shape, or is mapped to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Quarantined, Record
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.envelopes import cloudevents
from connectors.formats.cloudevents import ATTRIBUTES, attributes_of, read_event, read_patiently
from connectors.signing import bearer, standard_webhooks, web_hook_origin

ID = "cloudevents"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One event after another: what nobody knows in one of a batch is set aside, the others go on."""
    if opened.headers.get("ce-specversion"):  # binary: the attributes are headers, the body is the data
        yield from read_event(ID, options.mapping, attributes_of(opened.headers), opened)
        return
    inside = cloudevents(opened)
    if inside is None:
        raise UnknownShape("no CloudEvent: neither the header ce-specversion nor specversion, id, source and type")
    events = opened.body if isinstance(opened.body, list) else [opened.body]
    for event, one in zip(events, inside, strict=True):
        if isinstance(one, Quarantined):
            yield one
        else:
            yield from read_patiently(ID, options.mapping, event, one)


def _delivery_id(headers: Headers, body: Any) -> str:
    """Source and id together are unique (CloudEvents §3.1.1); of a batch nothing is."""
    told = body if isinstance(body, dict) and "specversion" in body else {}
    source, own = (told.get(name) or headers.get(f"ce-{name}") for name in ("source", "id"))
    return f"cloudevents/{source}/{own}" if source and own else ""


SOURCE = Source(
    id=ID,
    title="Any sender of CloudEvents",
    family=Family.ANY,
    arrives="CloudEvents 1.0: structured, batched, binary",
    says_gone="`status` in the data",
    vendor_docs="https://github.com/cloudevents/spec/blob/main/cloudevents/bindings/http-protocol-binding.md",
    verifiers=(standard_webhooks(), bearer()),
    parse=parse,
    challenge=web_hook_origin(),
    delivery_id=_delivery_id,
    headers=tuple(f"ce-{name}" for name in ATTRIBUTES),
    docs=(
        "Post CloudEvents 1.0 in JSON to this address with Authorization: Bearer and the secret, or signed by Standard "
        "Webhooks. The data is a finding in our own shape, a list of them, or anything else that a mapping in "
        "config/sources.yaml reads, as for generic. A rule, a resource or a time that the data leaves out is the "
        "event's type, subject or time. A sender that asks first whether it may deliver (OPTIONS with "
        "WebHook-Request-Origin, as Azure Event Grid does) is told yes if allow names its origin."
    ),
)
