"""Datadog: monitors and security signals, by a webhook whose payload is the template on the source's page.

A payload of Datadog's is whatever its template says, so ours is read and no other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.datadog_payload import read_payload
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.wild import Wild

ID = "datadog"
_KEYS = ("aggreg_key", "alert_id", "security_rule_id")  # of our template; one of them says what it is


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One monitor's change, or one security signal."""
    body = Wild(opened.body, opened.pointer)
    if not isinstance(body.value, dict) or not any(key in body.value for key in _KEYS):
        raise UnknownShape("not our template for Datadog's payload (aggreg_key, alert_id, security_rule_id …)")
    return each([body], partial(read_payload, ID))


SOURCE = Source(
    id=ID,
    title="Datadog",
    family=Family.OBSERVABILITY,
    arrives="monitors and security signals, by our template",
    kinds=(Kind.DETECTION,),
    says_gone="`Recovered`",
    unconfirmed=(
        "what stands where a variable is not set, that an aggregation key outlives edits of its monitor, and that the "
        "$EVENT_TITLE of a monitor's test starts with [TEST]"
    ),
    vendor_docs="https://docs.datadoghq.com/integrations/webhooks/",
    verifiers=(bearer(), basic()),
    parse=parse,
    docs=(
        "In the tile of the Webhooks integration create a webhook with this address, the custom headers "
        '{"Authorization": "Bearer <the secret>"} and the payload that the source\'s page shows. Then name '
        "@webhook-<its name> in the monitors and in the notification rules of security signals. Datadog sends no "
        "security notification by webhook for accounts under HIPAA."
    ),
)
