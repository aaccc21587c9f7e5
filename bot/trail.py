"""``suture audit verify``: walks the whole trail and says whether it holds."""

from __future__ import annotations

from bot.store.audit import Head, Verified, verify
from bot.wiring import Wiring


async def verify_trail(wiring: Wiring, head: str) -> tuple[bool, str]:
    """(good, what to tell). ``head`` is a hash noted earlier, "" for none."""
    try:
        anchor = Head.parse(head) if head else None
    except ValueError as error:
        return False, str(error)
    async with wiring.store.read() as connection:
        said = await verify(connection, anchor)
    if isinstance(said, Verified):
        return True, f"{said.count} records, every one as it was written. Head: {said.head or 'none yet'}"
    return False, f"The trail is broken at record {said.sequence}: {said.why}"
