"""Keys under which tools keep wording, places in a file, counts, times and scores: none may be part of an identity."""

from __future__ import annotations

import re
from typing import Any

from tests.connectors.sources.contract import Contract
from tests.connectors.sources.shapes import Place, plain

_WORDING = """
    title headline summary description desc shortdescription longdescription fulldescription message msg text content
    synopsis solution fix recommendation recommendations recommendationtext remediation remediationtext impact details
    note notes explanation rationale reason comment comments advice guidance helptext
"""
_MOVING = """
    startline start_line endline line lineno linenumber line_number startcolumn endcolumn column col startoffset
    endoffset offset count occurrences occurrencecount alertcount totalcount hits updatedat updated_at updated
    lastobservedat lastmodified lastmodifieddate modified modifiedat lastseen last_seen lastseenat lastupdated
    lastupdatedate lastupdatetime updatetime lastdetected timestamp time createdat observedat scannedat scandate
    scan_date generated generatedat starttime endtime finishtime elapsed duration fixedversion fixed_version fixedin
    fixversion scannerversion toolversion
"""
_SCORES = """
    severity severityid severity_id severitylevel severity_level severityname severitylabel severityscore level label
    normalized score basescore base_score v2score v3score v40score cvss cvssscore cvss_score cvssbasescore
    cvss3basescore cvssv3 cvssv2 security_severity_level riskscore risk_score riskfactor risk_factor threat
    inspectorscore priority criticality importance urgency epss epssscore vprscore
"""
_SEVERITY_ONLY = "cvssvector cvss_vector vector vectorstring security_severity riskcode risk ratings vectors"

WORDING = frozenset(plain(word) for word in (_WORDING + _MOVING).split())
SCORES = frozenset(plain(word) for word in _SCORES.split())
SEVERITIES = SCORES | frozenset(plain(word) for word in _SEVERITY_ONLY.split())
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?")
_NUMBER = re.compile(r"\d{1,6}(\.\d+)?")


def another(place: Place, contract: Contract) -> Any:
    """Another value of the same sort for a place that holds wording, a position, a time or a score; None for others."""
    key, value = plain(place.key), place.value
    if contract.is_known_by(place.key, place.parent) or isinstance(value, dict | list | bool) or value in (None, ""):
        return None
    if key not in WORDING and key not in SCORES:
        return None
    if isinstance(value, int | float):
        return value - 1 if value >= 1 else value + 1
    if _NUMBER.fullmatch(value):
        return str(float(value) - 1) if "." in value and float(value) >= 1 else str(max(int(float(value)) - 1, 0))
    if key in SCORES:
        return "low"
    if value.startswith('{"'):
        return None  # an envelope's text
    if _ISO.fullmatch(value):
        return "2026-04-01T00:00:00Z"
    return None if _is_time_like(key) else f"Other words of {key}"


def _is_time_like(key: str) -> bool:
    return any(part in key for part in ("time", "date", "seen", "at", "generated", "modified")) and key not in _SAYING


_SAYING = frozenset({"rationale", "recommendation", "recommendations", "remediation", "remediationtext"})
_SAYING |= frozenset({"explanation", "recommendationtext"})
