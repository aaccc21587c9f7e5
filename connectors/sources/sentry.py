"""Sentry: issues that an alert rule of yours chose, metric alerts, and that such an issue was resolved or archived."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.delivery_ids import told_by
from connectors.formats.sentry_hooks import READERS
from connectors.quarantine import each
from connectors.signing import hmac_sha256
from connectors.wild import Wild

ID = "sentry"
_RESOURCE, _REQUEST = "sentry-hook-resource", "request-id"
_OTHER = frozenset({"activity_alert", "comment", "error", "installation", "preprod_artifact", "seer", "size_analysis"})


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One thing that happened. The header says what; without it (a replayed file) the keys of ``data`` do."""
    body = Wild(opened.body, opened.pointer)
    data = body.value.get("data") if isinstance(body.value, dict) else None
    told = opened.headers.get(_RESOURCE, "")
    if not isinstance(data, dict):
        raise UnknownShape("no object data, as Sentry's webhooks send it")
    if told in _OTHER:
        return ()
    found = next((key for key in READERS if isinstance(data.get(key), dict)), "")
    if not found:
        raise UnknownShape(f"a hook of Sentry's that is none known here: {told[:60] or 'not named'}")
    return each([body], partial(READERS[found], ID))


SOURCE = Source(
    id=ID,
    title="Sentry",
    family=Family.OBSERVABILITY,
    arrives="issues that an alert rule chose, metric alerts",
    kinds=(Kind.DETECTION,),
    says_gone="resolved",
    vendor_docs="https://docs.sentry.io/integrations/integration-platform/webhooks/",
    verifiers=(hmac_sha256("sentry-hook-signature"),),
    parse=parse,
    delivery_id=told_by(_REQUEST),  # of one attempt: tried again it has another id, and the finding is known
    headers=(_RESOURCE, _REQUEST),
    docs=(
        "Under Settings, Developer Settings, create an internal integration with this address as webhook URL, switch "
        "on Alert Rule Action and the webhooks for issues, and take its client secret as the secret. Then choose the "
        "integration as action of the alert rules that are about security."
    ),
)
