"""Findings of AWS Security Hub, in either of its formats: ASFF (Security Hub CSPM) and OCSF (the new one)."""

from __future__ import annotations

from collections.abc import Iterable

from connectors.contract.finding import Record
from connectors.contract.source import Beginning
from connectors.formats.asff import read_asff
from connectors.formats.ocsf import is_ocsf, read_ocsf
from connectors.wild import Wild


def read_finding(source: str, record: Wild) -> Iterable[Record]:
    """One record of either format. Raises Unreadable."""
    return read_ocsf(source, record) if is_ocsf(record) else read_asff(source, record)


def holds_findings(start: Beginning) -> bool:
    """A file of findings, or a delivery that somebody kept: EventBridge's, or one of SNS that holds it as text."""
    if start.has("TopicArn"):
        return b"aws.securityhub" in start.head
    if start.has("detail"):
        return start.texts.get("source") == "aws.securityhub" or start.has("detail.findings[].AwsAccountId")
    return any(start.has(f"{at}AwsAccountId", f"{at}ProductArn") for at in ("", "[].", "Findings[].", "findings[]."))
