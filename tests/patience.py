"""How long a test waits for what must come. Only one that fails waits so long: a busy machine is no reason to."""

from __future__ import annotations

PATIENCE = 60.0  # seconds
