"""What an approval and a typed ``fix`` bind to: one digest over all targets of a plan."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from connectors.contract.fix import Plan


def plan_digest(plans: Sequence[Plan]) -> str:
    """32 hex digits that do not depend on the order in which the targets were read; "" without a target."""
    together = "+".join(sorted(each.digest for each in plans))
    return together if len(plans) < 2 else hashlib.sha256(together.encode()).hexdigest()[:32]
