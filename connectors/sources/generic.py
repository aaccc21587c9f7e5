"""Anything that can post JSON: our own simple shape, or any other by a mapping of JMESPath expressions.

Our shape is one object, a list of them, or ``{"findings": [...]}``; its keys are those of ``formats.simple.FIELDS``.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from connectors.contract.finding import Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.mapping import ours_or_mapped
from connectors.formats.simple import read_simple
from connectors.signing import bearer, standard_webhooks, web_hook_origin
from connectors.wild import Wild

ID = "generic"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Our own shape, or through ``options.mapping``. An expression that fails on a record sets that record aside."""
    return ours_or_mapped(Wild(opened.body, opened.pointer), options.mapping, partial(read_simple, ID))


SOURCE = Source(
    id=ID,
    title="Any tool that can post JSON",
    family=Family.ANY,
    arrives="any JSON",
    says_gone="`status`",
    vendor_docs="https://www.standardwebhooks.com",
    verifiers=(standard_webhooks(), bearer()),
    parse=parse,
    envelopes=("cloudevents", "ndjson"),
    challenge=web_hook_origin(),  # a sender of CloudEvents may ask
    docs=(
        "Post JSON to this address, signed by Standard Webhooks (a secret whsec_…) or with Authorization: Bearer and "
        "the secret. Either send our own shape (title, severity, rule and resource.id are enough), or say under "
        "mapping where each field lies in yours, as JMESPath expressions; items is where the list of findings lies."
    ),
)
