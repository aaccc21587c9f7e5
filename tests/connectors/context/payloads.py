"""Context payloads of ours, in the documented shapes."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

PAYLOADS = Path(__file__).resolve().parents[2] / "payloads" / "context"


def stream_of(name: str) -> BinaryIO:
    return io.BytesIO((PAYLOADS / name).read_bytes())
