"""Windows of time in the identity of what never says that it is over.

Without one, a detection of last year and today's would be one finding, and the second would tell nobody; with its
second in it, each would be a finding of its own.
"""

from __future__ import annotations

from datetime import datetime


def hour_of(moment: datetime | None) -> str:
    """The hour, ``2026-03-02T09``, of an aware UTC time; "" without a time."""
    return moment.strftime("%Y-%m-%dT%H") if moment else ""
