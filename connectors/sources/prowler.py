"""Prowler's OCSF report of a cloud or a cluster (``prowler … -M json-ocsf``)."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.finding import Kind, Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.ocsf import product_of, read_ocsf
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Wild

ID = "prowler"


def _read(told: Wild) -> Iterable[Record]:
    if product_of(told) != ID:
        raise told.bad(
            "this is no finding of Prowler; send other tools' OCSF to the source ocsf", "metadata", "product"
        )
    return read_ocsf(ID, told)


def _recognise(start: Beginning) -> bool:
    return any(start.texts.get(f"{at}metadata.product.name", "").lower() == ID for at in ("", "[]."))


RECORDS = JsonRecords(_read, "no report of prowler -M json-ocsf", keys=("class_uid", "metadata"))
SOURCE = Source(
    id=ID,
    title="Prowler",
    family=Family.REPORT,
    arrives="`prowler … -M json-ocsf`",
    kinds=(Kind.COMPLIANCE,),
    says_gone="the same check passing on the same resource",
    vendor_docs="https://docs.prowler.com/user-guide/cli/tutorials/reporting",
    verifiers=(bearer(), standard_webhooks()),
    parse=RECORDS.parse,
    read_report=RECORDS.read_report,
    recognise=_recognise,
    headers=RECORDS.headers,
    envelopes=("ndjson",),
    docs=(
        "Run prowler with -M json-ocsf and post the file that ends in .ocsf.json to /v1/scans/prowler with the secret "
        "as bearer token. Keep the passed checks in it (no --status FAIL): they are what says that something is fixed. "
        "Prowler's ASFF file goes to aws-securityhub."
    ),
)
