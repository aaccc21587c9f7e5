"""Anything that can post JSON: our own simple shape, or any other by a mapping of JMESPath expressions.

Our shape is one object, a list of them, or ``{"findings": [...]}``; its keys are those of ``formats.simple.FIELDS``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.contract.failure import UnknownShape
from connectors.contract.finding import Finding, Record
from connectors.contract.source import Family, Opened, Source, SourceOptions
from connectors.formats.mapping import mapped
from connectors.formats.simple import read_simple
from connectors.quarantine import each
from connectors.signing import bearer, standard_webhooks, web_hook_origin
from connectors.wild import Wild

ID = "generic"


def parse(opened: Opened, options: SourceOptions) -> Iterable[Record]:
    """Our own shape, or through ``options.mapping``. An expression that fails on a record sets that record aside."""
    body = Wild(opened.body, opened.pointer)
    if not options.mapping:
        return each(_our_records(body), _read)
    return mapped(body, options.mapping, _read)


def _our_records(body: Wild) -> Iterator[Wild]:
    if isinstance(body.value, list):
        return body.items()
    held = body.value if isinstance(body.value, dict) else {}
    if isinstance(held.get("findings"), list):
        return body.items("findings")
    if "title" in held:
        return iter([body])
    raise UnknownShape("neither our own shape (a title, a rule, a resource) nor is a mapping configured for it")


def _read(told: Wild) -> Iterator[Finding]:
    return read_simple(ID, told)


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
