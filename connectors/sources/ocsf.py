"""Any sender of OCSF findings: one record, a list, NDJSON, or an object that holds a list."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.finding import Record
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.json_records import JsonRecords
from connectors.formats.ocsf import read_ocsf
from connectors.signing import bearer, standard_webhooks
from connectors.wild import Wild

ID = "ocsf"


def _read(told: Wild) -> Iterable[Record]:
    return read_ocsf(ID, told)


def _recognise(start: Beginning) -> bool:
    """A finding has its info (2001: ``finding``), and is nobody's whose reports have a source of their own."""
    for at in ("", "[].", "findings[].", "Findings[].", "events[]."):
        if (
            start.has(f"{at}metadata.product")
            and start.texts.get(f"{at}metadata.product.name", "").lower() != "prowler"
        ):
            return any(start.has(f"{at}{key}") for key in ("finding_info", "finding_info_list", "class_uid"))
    return False


RECORDS = JsonRecords(_read, "no finding in OCSF", inside=("findings", "Findings", "events"), keys=("class_uid",))
SOURCE = Source(
    id=ID,
    title="Any tool that writes OCSF",
    family=Family.ANY,
    arrives="OCSF findings (classes 2001 to 2007): one, a list, NDJSON",
    says_gone="resolved, archived, deleted, a check that passes, `activity_id` 3 (Close)",
    vendor_docs="https://schema.ocsf.io/categories/findings",
    verifiers=(bearer(), standard_webhooks()),
    parse=RECORDS.parse,
    read_report=RECORDS.read_report,
    recognise=_recognise,
    headers=RECORDS.headers,
    envelopes=("cloudevents", "ndjson"),
    docs=(
        "Let the tool post its OCSF findings to this address with Authorization: Bearer and the secret, or signed by "
        "Standard Webhooks; post files to /v1/scans/ocsf. Other classes of OCSF (network, sign-in and so on) are not "
        "findings and are set aside by name, so filter them out at the sender."
    ),
)
