"""``suture demo``: the whole story by itself (``--once``), or the same morning with you at the console."""

from __future__ import annotations

import signal
from types import FrameType

import httpx2

from bot.demo.telling import DidNotHappen, Teller


def play(*, once: bool, port: int) -> int:
    """Play it; the exit code: 0 when every step was observed (or you ended it), 1 with the step named, 2 unprepared."""
    tell = Teller()
    try:
        import moto.server  # noqa: F401  only whether they are there
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as missing:
        tell.failed(f"{missing.name} is not installed, and the demo's cloud needs it: pip install 'suture[demo]'")
        return 2
    signal.signal(signal.SIGTERM, _stopped)
    try:
        _play(tell, once=once, port=port)
    except KeyboardInterrupt:
        tell.ended("Stopped; nothing of it runs any more.")
        return 130 if once else 0
    except DidNotHappen as failure:
        tell.failed(str(failure))
        return 1
    except (httpx2.HTTPError, ClientError, BotoCoreError, OSError) as failure:
        tell.failed(f"{type(failure).__name__}: {failure}")
        return 1
    return 0


def _play(tell: Teller, *, once: bool, port: int) -> None:
    from bot.demo.morning import begun
    from bot.demo.story import tell_story
    from bot.demo.watching import watch

    tell.begin(0, "The shop opens")
    with begun(tell, once=once, port=port) as morning:
        if once:
            tell_story(morning)
        else:
            watch(morning)


def _stopped(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends the demo as Ctrl-C does, so that nothing it started is left behind."""
    raise KeyboardInterrupt
