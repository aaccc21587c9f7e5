"""One notice of Zeek's notice.log read into a finding.

Shape: Zeek docs, ``Notice::Info`` (base/frameworks/notice), as Zeek writes its logs in JSON.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.addresses import other_end, ours
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild


def read_notice(source: str, told: Wild) -> Iterator[Finding]:
    """One line. A notice has no severity, and none is made up. Raises Unreadable."""
    if told.text("_path") not in ("", "notice"):
        return  # lines of other logs of Zeek's, where all are shipped together
    note, at = told.need("note"), told.time("ts")
    sender, destination = told.first("src", "id.orig_h"), told.first("dst", "id.resp_h")
    about = ours(sender, destination) or told.need("src")
    port, protocol = told.whole("p"), told.text("proto").lower()
    port = told.whole("id.resp_p") if port is None else port
    yield Finding(
        source=source,
        kind=Kind.DETECTION,
        rule_id=note,
        title=one_line(told.text("msg", limit=400) or note),
        resource=Resource(id=about, type="host", name=about, ip=about),
        problem=note,
        rule_name=note.rpartition("::")[2].replace("_", " "),
        locator=(protocol, "" if port is None else str(port), destination),
        summary=told.text("sub", limit=SUMMARY),
        actor=other_end(about, sender, destination),
        status_reason="Zeek's policy drops the source" if "Notice::ACTION_DROP" in told.texts("actions") else "",
        first_seen=at,
        last_seen=at,
        observed_at=at,
        port=port if about == destination else None,
        protocol=protocol,
        pointer=told.pointer(),
    )
