"""A picture as a PNG of 256 colours: text stays as sharp, and the repository stays small."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

_COLOURS = 256


def save(png: bytes, picture: Path) -> None:
    """Write what a browser photographed, with a palette of its own and without dithering."""
    picture.parent.mkdir(parents=True, exist_ok=True)
    shown = Image.open(io.BytesIO(png)).convert("RGB")
    few = shown.quantize(_COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(picture, format="PNG", optimize=True)
