"""``suture replay``: stored deliveries are read again, as after a parser or a mapping was mended."""

from __future__ import annotations

from datetime import timedelta

from bot.at_terminal import signer
from bot.model.replayed import Replayed
from bot.response.replay import NotReplayed, replay
from bot.response.replay_source import Progress, SourceReplay
from bot.wiring import Wiring

__all__ = ["NotReplayed", "replay_delivery", "replay_source"]


async def replay_delivery(wiring: Wiring, delivery_id: str) -> str:
    """What came of it, in one sentence. Whoever may run commands here may do this; the trail names them.

    Raises NotReplayed.
    """
    await wiring.engine.start(worker=False)
    who, where_from = signer(wiring.settings.people)
    return await replay(wiring, delivery_id, who=who, where_from=where_from)


async def replay_source(wiring: Wiring, source: str, span: timedelta, progress: Progress, *, changes: bool) -> Replayed:
    """Everything the source delivered within ``span`` until now, newest first; ``changes``: not only looked at.

    Raises NotReplayed for a source that is not installed.
    """
    if source not in wiring.sources:
        raise NotReplayed(f"There is no source {source[:80]!r}; there are {', '.join(wiring.sources)}.")
    if changes:
        await wiring.engine.start(worker=False)
    who, where_from = signer(wiring.settings.people)
    run = SourceReplay(wiring, source, who=who, where_from=where_from)
    return await run.run(wiring.clock() - span, changes=changes, progress=progress)
