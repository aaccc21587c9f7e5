"""JFrog Xray: violations that a watch found in artifacts, builds and images."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.xray_issues import read_issue, told_for
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.wild import Wild

ID = "jfrog-xray"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Every issue, on every artifact it hits, in every package that carries it there."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or not isinstance(body.value.get("issues"), list):
        raise UnknownShape("no list issues, as Xray's webhook sends it")
    at = body.time("created")
    yield from each(body.items("issues"), partial(read_issue, ID, at))


SOURCE = Source(
    id=ID,
    title="JFrog Xray",
    family=Family.CODE,
    arrives="violations of watches",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    unconfirmed=(
        "the names of package types other than Maven and Build, and whether an alert that breaks several policies is "
        "sent under one id"
    ),
    vendor_docs="https://jfrog.com/help/r/xray-webhook-payload-format/xray-webhook-payload-format",
    verifiers=(basic(), bearer()),
    parse=parse,
    delivery_id=told_for,
    docs=(
        "Under Administration, Xray, Webhooks, add a webhook with this address and the secret as password of its basic "
        "authentication (the name is free), and choose it as an action in the policies of your watches."
    ),
)
