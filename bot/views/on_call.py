"""Who is on call, in a sentence: always with why we think so, and since when we only believe it."""

from __future__ import annotations

from bot.model.on_call import OnCall
from bot.views.times import at_minute


def on_call_words(on_call: OnCall) -> str:
    """``on call until 2026-03-09 09:00 UTC: Ana Sousa (the rotation in config/teams.yaml:31)``."""
    until = f" until {at_minute(on_call.until)}" if on_call.until is not None else ""
    who = on_call.name or "nobody"
    if on_call.name and not on_call.person:
        who += ", whom config/teams.yaml does not know"
    if on_call.as_of is None:
        return f"on call: unknown ({on_call.source} could not be read yet)"
    read = ""
    if on_call.stale:
        read = f", as of {at_minute(on_call.as_of)}; the schedule could not be read since"
    return f"on call{until}: {who} ({on_call.source}{read})"
