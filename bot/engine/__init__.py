"""The one door to durable work. Behind it is DBOS; nothing else of Suture knows that."""

from __future__ import annotations

from bot.engine.behind import EngineError
from bot.engine.durable import Engine
from bot.engine.lease import Clock
from bot.engine.only_worker import the_only_worker
from bot.engine.patience import Work

__all__ = ["Clock", "Engine", "EngineError", "Work", "the_only_worker"]
