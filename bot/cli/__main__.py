"""``python -m bot.cli`` is ``suture``."""

from __future__ import annotations

from bot.cli.program import main

if __name__ == "__main__":
    main()
