"""Zeek: notices of its notice.log in JSON, shipped by Vector, Filebeat or Fluent Bit."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.contract.source import Family, Source
from connectors.formats.addresses import other_end, ours
from connectors.formats.json_records import JsonRecords
from connectors.signing import basic, bearer
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

ID = "zeek"


def _read(told: Wild) -> Iterator[Finding]:
    """A notice has no severity, and none is made up."""
    if told.text("_path") not in ("", "notice"):
        return  # lines of other logs of Zeek's, where all are shipped together
    note, at = told.need("note"), told.time("ts")
    source, destination = told.first("src", "id.orig_h"), told.first("dst", "id.resp_h")
    about = ours(source, destination) or told.need("src")
    port, protocol = told.whole("p"), told.text("proto").lower()
    port = told.whole("id.resp_p") if port is None else port
    yield Finding(
        source=ID,
        kind=Kind.DETECTION,
        rule_id=note,
        title=one_line(told.text("msg", limit=400) or note),
        resource=Resource(id=about, type="host", name=about, ip=about),
        problem=note,
        rule_name=note.rpartition("::")[2].replace("_", " "),
        locator=(protocol, "" if port is None else str(port), destination),
        summary=told.text("sub", limit=SUMMARY),
        actor=other_end(about, source, destination),
        status_reason="Zeek's policy drops the source" if "Notice::ACTION_DROP" in told.texts("actions") else "",
        first_seen=at,
        last_seen=at,
        observed_at=at,
        port=port if about == destination else None,
        protocol=protocol,
        pointer=told.pointer(),
    )


RECORDS = JsonRecords(_read, "no notice of Zeek", keys=("ts",))
SOURCE = Source(
    id=ID,
    title="Zeek",
    family=Family.NETWORK,
    arrives="notice.log in JSON, as NDJSON or a list",
    kinds=(Kind.DETECTION,),
    vendor_docs="https://docs.zeek.org/en/master/scripts/base/frameworks/notice/main.zeek.html",
    verifiers=(bearer(), basic()),
    parse=RECORDS.parse,
    envelopes=("ndjson",),
    docs=(
        "Load policy/tuning/json-logs in local.zeek, let a log shipper read notice.log, and post its lines in batches "
        "as newline-delimited JSON to this address with the secret as bearer token."
    ),
)
