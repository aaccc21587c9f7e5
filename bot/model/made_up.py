"""The alert with which an address and its secret are tried. It opens no case."""

from __future__ import annotations

from typing import Any


def made_up_alert(source: str) -> dict[str, Any]:
    """Our own shape as a sample for ``generic``; for others something that is none of theirs, and is set aside."""
    if source != "generic":
        return {"suture": "a made-up alert, to try the address and the secret"}
    return {
        "title": "A made-up alert",
        "summary": "Sent to try the address and the secret.",
        "rule": "suture-try",
        "severity": "low",
        "status": "sample",
        "resource": {"id": "made-up.example.com", "type": "host"},
    }
