"""The command line: run Suture, ask the configuration, read the trail. Its words are the chat's own where it can."""

from __future__ import annotations

from bot.cli.program import app, main

__all__ = ["app", "main"]
