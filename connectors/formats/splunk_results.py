"""One row that a search of Splunk's found, with the search's name, read into a finding.

The names of the Common Information Model are read. Shape: Splunk docs, "Use a webhook alert action".
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.contract.finding import Finding, Kind, Resource
from connectors.formats.severities import from_word
from connectors.formats.vulnerability_ids import is_vulnerability_id, sorted_ids
from connectors.text import SUMMARY, one_line
from connectors.wild import Wild

# The Common Information Model's names for what it is about, the target before the sender and the log's own host
_ABOUT = {
    "dest": "host",
    "dest_host": "host",
    "dest_ip": "host",
    "dvc": "host",
    "host": "host",
    "user": "user",
    "src": "host",
}


def read_result(source: str, told: Wild) -> Iterator[Finding]:
    """One alert, with one row of its result: a vulnerability where the row names one. Raises Unreadable."""
    rule, row = told.need("search_name"), told.at("result")
    word = _first(row, "severity") or _first(row, "urgency")
    severity = from_word(word)
    ids = sorted_ids(one for one in _all(row, "cve") if is_vulnerability_id(one))
    resource = _resource(row)
    yield Finding(
        source=source,
        kind=Kind.VULNERABILITY if ids else Kind.DETECTION,
        rule_id=rule,
        title=one_line(_first(row, "rule_title") or rule),
        resource=resource,
        severity=severity,
        severity_raw=word,
        severity_from="source" if severity else "unknown",
        problem=ids[0] if len(ids) == 1 else rule,
        locator=(
            _first(row, "signature"),
            ids[0] if ids else "",
            _first(row, "user") if resource.type != "user" else "",
        ),
        summary=one_line(_first(row, "rule_description") or _first(row, "description"), SUMMARY),
        vuln_ids=ids,
        actor=_first(row, "src"),
        mitre=tuple(sorted(_all(row, "annotations.mitre_attack"))),
        observed_at=row.time("_time"),
        url=told.url("results_link"),
        pointer=told.pointer("result"),
    )


def _all(row: Wild, key: str) -> tuple[str, ...]:
    """A field's values: Splunk writes one as text and several as a list."""
    if isinstance(row.get(key), list):
        return row.texts(key)
    return (found,) if (found := row.text(key, limit=SUMMARY)) else ()


def _first(row: Wild, key: str) -> str:
    return min(_all(row, key), default="")


def _resource(row: Wild) -> Resource:
    key = next((key for key in _ABOUT if _first(row, key)), "")
    if not key:
        raise row.bad(f"the row names nothing it is about; let the search keep one of {', '.join(_ABOUT)}")
    name = _first(row, key)
    return Resource(id=name, type=_ABOUT[key], name=name)
