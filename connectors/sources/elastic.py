"""Elastic Security: alerts of detection rules, by a webhook connector with the template on the source's page.

The template writes one object for each alert, one behind the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Kind, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.kibana_alerts import is_alert, read_alert
from connectors.quarantine import each
from connectors.signing import basic, bearer
from connectors.wild import Wild

ID = "elastic"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """One alert, or a list of them; several objects behind each other come here one by one."""
    body = Wild(opened.body, opened.pointer)
    records = list(body.items()) if isinstance(body.value, list) else [body]
    if not records or not any(is_alert(one) for one in records):
        raise UnknownShape("no alert of Kibana's: none of its fields begins with kibana.alert")
    return each(records, partial(read_alert, ID))


SOURCE = Source(
    id=ID,
    title="Elastic Security",
    family=Family.OBSERVABILITY,
    arrives="alerts of detection rules, by our template",
    kinds=(Kind.DETECTION,),
    says_gone="`recovered`",
    vendor_docs="https://www.elastic.co/guide/en/security/current/alert-schema.html",
    verifiers=(bearer(), basic()),
    parse=parse,
    envelopes=("ndjson",),
    docs=(
        "In Kibana create a Webhook connector with this address and the header Authorization: Bearer <the secret> (or "
        "basic authentication, the secret as password). In each detection rule add it as action for each rule "
        "execution, with the body that the source's page shows."
    ),
)
