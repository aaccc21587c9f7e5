"""Okta: what it detects about sign-ins, sessions and users, from its event hook."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Answer, Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_at
from connectors.formats.okta_events import read_event
from connectors.quarantine import each
from connectors.signing import echo_header, static_header
from connectors.wild import Wild

ID = "okta"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Each member of ``data.events`` that tells of a threat."""
    body = Wild(opened.body, opened.pointer)
    data = body.value.get("data") if isinstance(body.value, dict) else None
    if not isinstance(data, dict) or not isinstance(data.get("events"), list):
        raise UnknownShape("no list data.events, as Okta's event hook sends it")
    return each(body.items("data", "events"), partial(read_event, ID, body))


SOURCE = Source(
    id=ID,
    title="Okta",
    family=Family.IDENTITY,
    arrives="threats, risks and reported activity of an event hook",
    kinds=(Kind.DETECTION,),
    says_gone="`security.attack.end`",
    vendor_docs="https://developer.okta.com/docs/reference/api/event-types/",
    verifiers=(static_header("authorization"),),
    parse=parse,
    challenge=echo_header("x-okta-verification-challenge", "verification"),
    delivery_id=told_at("eventId"),
    stored=Answer(200),  # Okta: 200 or 204, and empty
    docs=(
        "Under Workflow, Event Hooks, create a hook with this address, the authentication field Authorization and the "
        "secret as its value, subscribe it to the security events named on the source's page, and verify it: Suture "
        "answers the challenge by itself."
    ),
)
