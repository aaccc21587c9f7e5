"""Where real payloads may lie beside the checkout; absent elsewhere, and then the tests over them have no cases."""

from __future__ import annotations

import os
from pathlib import Path

SAMPLES = Path(os.environ.get("SUTURE_SAMPLES", Path(__file__).resolve().parents[2] / "shared" / "samples"))


def sample_files(folder: str) -> list[Path]:
    """The files of one samples folder, in order; empty where there is no such folder."""
    return sorted(path for path in (SAMPLES / folder).glob("*") if path.is_file())
