"""Where a test's databases lie: in memory where the machine has a file system there with room, else on disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3  # bytes that must be free; the whole suite needs a quarter of that


def quick_folder(prefix: str) -> Path:
    """A new folder, for the caller to remove; its path is short enough for a unix socket."""
    usable = _IN_MEMORY.is_dir() and os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM
    return Path(tempfile.mkdtemp(prefix=prefix, dir=_IN_MEMORY if usable else "/tmp"))
