"""What an OCSF finding says of itself: whether it still holds, and how severe it is.

Words: OCSF schema, ``status_id`` of findings and incidents, ``state_id`` of the old Security Finding, ``compliance``,
``verdict_id``, ``severity_id``.
"""

from __future__ import annotations

from collections.abc import Mapping

from connectors.contract.finding import Severity, Status
from connectors.formats.severities import from_word
from connectors.wild import Wild

INCIDENT = 2005
_SAYS = "the finding says "
_FINDING: Mapping[int, Status] = {3: Status.SUPPRESSED, 4: Status.RESOLVED, 5: Status.ARCHIVED, 6: Status.RESOLVED}
_OF_INCIDENT: Mapping[int, Status] = {4: Status.RESOLVED, 5: Status.RESOLVED}
_WORDS: Mapping[str, Status] = {
    "suppressed": Status.SUPPRESSED,
    "resolved": Status.RESOLVED,
    "closed": Status.RESOLVED,
    "archived": Status.ARCHIVED,
    "deleted": Status.RESOLVED,
}
_VERDICTS: Mapping[int, Status] = {1: Status.SUPPRESSED, 3: Status.SUPPRESSED, 5: Status.SUPPRESSED, 6: Status.SAMPLE}
_PASSED = frozenset({"pass", "passed"})
_FAILED = frozenset({"fail", "failed"})
_UNCHECKED = frozenset({"manual", "not_available", "not_applicable"})
_UNSAID = _UNCHECKED | {"warning", "unknown"}
_PASS, _WARNING, _FAIL = 1, 2, 3  # compliance.status_id; a warning has no result, for want of information
_SUPPRESS = 4  # activity_id of a Data Security Finding
_CLOSE = 3  # activity_id of every finding


def status_of(told: Wild, class_uid: int) -> tuple[Status, str]:
    """The finding's status and its reason; what the source says loudest comes first."""
    if told.text("finding_info", "title", limit=40).startswith("[SAMPLE]"):
        return Status.SAMPLE, "a sample, as GuardDuty makes them"
    verdict = _VERDICTS.get(told.whole("verdict_id") or 0)
    if verdict is not None:
        return verdict, f"the verdict is {told.text('verdict') or told.text('verdict_id')}"
    named = _lifecycle(told, class_uid)
    if named in {Status.SUPPRESSED, Status.ARCHIVED}:
        return named, _SAYS + named
    outcome = _outcome(told)
    if outcome is Status.PASSED:
        return outcome, "the check passes"
    if named is not None:
        return named, _SAYS + named
    if outcome is Status.UNCHECKED:
        return outcome, "the tool could not check this, or leaves it to a person"
    return (Status.RESOLVED, "closed by its source") if told.whole("activity_id") == _CLOSE else (Status.OPEN, "")


def _lifecycle(told: Wild, class_uid: int) -> Status | None:
    if class_uid == 2006 and told.whole("activity_id") == _SUPPRESS:
        return Status.SUPPRESSED
    number = told.whole("status_id") or told.whole("state_id") or 0
    named = (_OF_INCIDENT if class_uid == INCIDENT else _FINDING).get(number)
    return named or (_WORDS.get(told.first("status", "state").lower()) if number in {0, 99} else None)


def _outcome(told: Wild) -> Status | None:
    """A check's outcome by OCSF's ``compliance`` or the finding's ``status_code``; None is failed, or no check."""
    compliance = told.at("compliance")
    own, code = compliance.first("status_code", "status").lower(), told.text("status_code").lower()
    number = compliance.whole("status_id")
    if number == _PASS or {own, code} & _PASSED:
        return Status.PASSED
    if number == _FAIL or {own, code} & _FAILED:
        return None
    return Status.UNCHECKED if number == _WARNING or own in _UNSAID or code in _UNCHECKED else None


def severity_of(told: Wild) -> tuple[Severity, str]:
    """The finding's own severity and its word. 0 (Unknown), 99 (Other) and numbers nobody knows stay unknown."""
    number, word = told.whole("severity_id"), told.text("severity")
    if number is not None and number in range(1, 7):
        return Severity(number), word or str(number)
    return from_word(word), word
