"""The console of one test, for the words people type there."""

from tests.bot.web.conftest import console

__all__ = ["console"]
