"""Snyk: what a recurring test of a project found anew, and what it no longer finds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_by
from connectors.formats.snyk_hook import project_of, read_issue
from connectors.quarantine import each
from connectors.signing import hmac_sha256, pings
from connectors.wild import Wild

ID = "snyk"
_EVENT, _DELIVERY = "x-snyk-event", "x-snyk-transport-id"
_LISTS = ("newIssues", "removedIssues")


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Every issue of both lists; a test that changed nothing has two empty ones."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or not any(isinstance(body.value.get(name), list) for name in _LISTS):
        raise UnknownShape("no project_snapshot of Snyk's: neither newIssues nor removedIssues is a list")
    project = project_of(body.at("project"))
    for name in _LISTS:
        yield from each(body.items(name), partial(read_issue, ID, project, name == "removedIssues"))


SOURCE = Source(
    id=ID,
    title="Snyk",
    family=Family.CODE,
    arrives="recurring tests of open source and container projects",
    kinds=(Kind.VULNERABILITY, Kind.COMPLIANCE),
    says_gone="`removedIssues`, patched",
    unconfirmed=(
        "what a container project is named that an integration with a registry made; Snyk calls its webhooks a beta "
        "whose payload may change"
    ),
    vendor_docs="https://docs.snyk.io/developer-tools/snyk-api/using-specific-snyk-apis/webhooks-apis/webhooks",
    verifiers=(hmac_sha256("x-hub-signature", prefix="sha256="),),
    parse=parse,
    handshake=pings(_EVENT, "ping/v0", "ping"),
    delivery_id=told_by(_DELIVERY),
    headers=(_EVENT, _DELIVERY),
    docs=(
        "With Snyk's API create a webhook of the organisation (POST /v1/org/<id>/webhooks) with this address as url "
        "and the secret as secret; Snyk pings it at once. It tells of what each recurring test finds anew or no "
        "longer: what was there before is told by posting a report of the CLI to snyk-cli once."
    ),
)
