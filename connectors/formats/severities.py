"""Severities as tools write them, read into ours; a word nobody knows stays unknown, it is never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cvss import CVSS2, CVSS3, CVSS4
from cvss.exceptions import CVSSError

from connectors.contract.finding import Severity

WORDS: Mapping[str, Severity] = {
    "none": Severity.INFORMATIONAL,
    "info": Severity.INFORMATIONAL,
    "information": Severity.INFORMATIONAL,
    "informational": Severity.INFORMATIONAL,
    "negligible": Severity.INFORMATIONAL,
    "minimal": Severity.INFORMATIONAL,
    "note": Severity.LOW,
    "low": Severity.LOW,
    "minor": Severity.LOW,
    "medium": Severity.MEDIUM,
    "moderate": Severity.MEDIUM,
    "warning": Severity.MEDIUM,
    "high": Severity.HIGH,
    "major": Severity.HIGH,
    "error": Severity.HIGH,
    "important": Severity.HIGH,
    "critical": Severity.CRITICAL,
    "fatal": Severity.FATAL,
}


def from_word(word: str) -> Severity:
    """The severity a word names in any case; UNKNOWN for every other text."""
    return WORDS.get(word.strip().lower(), Severity.UNKNOWN)


def from_score(score: float) -> Severity:
    """CVSS v3.1 §5, and the scale of SARIF's ``security-severity``: 0 none, to 3.9 low, 6.9 medium, 8.9 high, 10."""
    if score <= 0:
        return Severity.INFORMATIONAL
    bands = ((9.0, Severity.CRITICAL), (7.0, Severity.HIGH), (4.0, Severity.MEDIUM))
    return next((severity for least, severity in bands if score >= least), Severity.LOW)


@lru_cache(maxsize=20_000)
def score_of(vector: str) -> float | None:
    """The base score of a CVSS vector of version 2, 3 or 4; None when it cannot be read."""
    kind = CVSS4 if vector.startswith("CVSS:4") else CVSS3 if vector.startswith("CVSS:3") else CVSS2
    try:
        return float(kind(vector).scores()[0])
    except (CVSSError, ValueError, KeyError):
        return None


def told_or_scored(word: str, vector: str, score: float | None) -> tuple[Severity, str]:
    """The severity and where it is from: the tool's own word, else CVSS (``cvss``), else ``unknown``."""
    severity = from_word(word)
    if severity is not Severity.UNKNOWN:
        return severity, "source"
    known = score if score is not None else score_of(vector) if vector else None
    return (Severity.UNKNOWN, "unknown") if known is None else (from_score(known), "cvss")
