"""Wiz: issues and detections, posted by an automation rule's webhook action, and its report of issues in CSV."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from connectors.contract.finding import Finding, Kind
from connectors.contract.source import Beginning, Family, Source
from connectors.formats.csv_report import CsvReport
from connectors.formats.file_kinds import by_kind
from connectors.formats.json_records import JsonRecords
from connectors.formats.wiz_detections import detection
from connectors.formats.wiz_issues import COLUMNS, listed, posted
from connectors.signing import basic, bearer
from connectors.wild import Wild

ID = "wiz"


def _read(told: Wild) -> Iterator[Finding]:
    """An issue (``issue``, ``control``, ``resource``) or a detection of Wiz Defend (``tdrId``)."""
    if told.get("issue") is not None:
        yield from posted(ID, told)
    elif told.get("tdrId") is not None:
        yield from detection(ID, told)
    else:
        raise told.bad("neither an issue nor a detection in Wiz's default body; take the default body again")


def _recognise(start: Beginning) -> bool:
    is_issue = any(start.has(f"{before}issue.id", f"{before}control.id") for before in ("", "[]."))
    return is_issue or start.has("tdrId", "primaryResource") or set(COLUMNS) <= set(start.columns)


BODIES = JsonRecords(_read, "neither an issue nor a detection of Wiz's")
SHEET = CsvReport(partial(listed, ID), "no report of Wiz's issues", COLUMNS)
SOURCE = Source(
    id=ID,
    title="Wiz",
    family=Family.CLOUD,
    arrives="issues, and detections of Wiz Defend; the report of issues in CSV",
    kinds=(Kind.COMPLIANCE, Kind.DETECTION),
    says_gone="resolved, rejected",
    unconfirmed=(
        "the default body and the report's columns, which are read as users of Wiz have published them: Wiz documents "
        "them to customers only"
    ),
    verifiers=(bearer(), basic()),
    read_report=by_kind(json=BODIES.read_report, text=SHEET.read_report),
    recognise=_recognise,
    docs=(
        "Under Settings, Automation, Automation Actions, add a Webhook with this address, authentication Token "
        "(Bearer) and the secret, and leave its body as it is. Let an automation rule on issues created, resolved "
        "and reopened, and one on detections, run it."
    ),
)
