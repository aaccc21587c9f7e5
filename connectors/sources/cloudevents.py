"""Any sender of CloudEvents (structured, batched or binary) whose data is a finding in our shape, or is mapped to it.

Rules: CloudEvents 1.0 and its HTTP protocol binding. What the data leaves out, the attributes say: ``type`` is the
rule, ``subject`` the resource, ``time`` when it was seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Quarantined, Record
from connectors.contract.source import Family, Headers, Opened, Source, SourceOptions
from connectors.envelopes import cloudevents
from connectors.formats.mapping import ours_or_mapped
from connectors.formats.simple import read_simple
from connectors.quarantine import excerpt
from connectors.signing import bearer, standard_webhooks, web_hook_origin
from connectors.wild import Wild

ID = "cloudevents"
_ATTRIBUTES = ("id", "source", "type", "subject", "time", "specversion")


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One event after another: what nobody knows in one of a batch is set aside, the others go on."""
    if opened.headers.get("ce-specversion"):  # binary: the attributes are headers, the body is the data
        told = {name: opened.headers[f"ce-{name}"] for name in _ATTRIBUTES if f"ce-{name}" in opened.headers}
        yield from _parse_one(opened, told, options)
        return
    inside = cloudevents(opened)
    if inside is None:
        raise UnknownShape("no CloudEvent: neither the header ce-specversion nor specversion, id, source and type")
    events = opened.body if isinstance(opened.body, list) else [opened.body]
    for event, one in zip(events, inside, strict=True):
        if isinstance(one, Quarantined):
            yield one
        else:
            yield from _patiently(one, event, options)


def _patiently(one: Opened, event: dict[str, Any], options: SourceOptions) -> Iterator[Record]:
    try:
        yield from tuple(_parse_one(one, event, options))
    except UnknownShape as error:
        yield Quarantined(one.pointer, f"nobody knows this shape: {error}", excerpt(one.body))


def _parse_one(one: Opened, event: dict[str, Any], options: SourceOptions) -> Iterator[Record]:
    return ours_or_mapped(Wild(one.body, one.pointer), options.mapping, partial(_read, event))


def _read(event: dict[str, Any], told: Wild) -> Iterator[Finding]:
    if not isinstance(told.value, dict):
        raise told.wrong("an object", told.value)
    own = {name: held for name, held in told.value.items() if held is not None}
    if not (own.get("rule") or own.get("cve")):
        own["rule"] = event.get("type")
    own.setdefault("observed_at", event.get("time"))
    resource = own.get("resource")
    if not resource or (isinstance(resource, dict) and not resource.get("id")):
        own["resource"] = {**(resource or {}), "id": event.get("subject")}
    return read_simple(ID, Wild(own, told.pointer()))


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
    headers=tuple(f"ce-{name}" for name in _ATTRIBUTES),
    docs=(
        "Post CloudEvents 1.0 in JSON to this address with Authorization: Bearer and the secret, or signed by Standard "
        "Webhooks. The data is a finding in our own shape, a list of them, or anything else that a mapping in "
        "config/sources.yaml reads, as for generic. A rule, a resource or a time that the data leaves out is the "
        "event's type, subject or time. A sender that asks first whether it may deliver (OPTIONS with "
        "WebHook-Request-Origin, as Azure Event Grid does) is told yes if allow names its origin."
    ),
)
