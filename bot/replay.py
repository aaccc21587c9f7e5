"""``suture replay``: a stored delivery is read again, as after a parser or a mapping was mended."""

from __future__ import annotations

import getpass

from bot.response.replay import NotReplayed, replay
from bot.wiring import Wiring
from connectors.contract.message import Identity


async def replay_delivery(wiring: Wiring, delivery_id: str) -> str:
    """What came of it, in one sentence. Whoever may run commands here may do this; the trail names them.

    Raises NotReplayed.
    """
    name = getpass.getuser()
    person = wiring.settings.people.of(Identity("terminal", name))
    await wiring.engine.start(worker=False)
    return await replay(
        wiring, delivery_id, who=person.id if person else f"terminal:{name}", where_from=f"terminal:{name}"
    )


__all__ = ["NotReplayed", "replay_delivery"]
