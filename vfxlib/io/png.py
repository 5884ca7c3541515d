"""PNG out, by Pillow."""

import io
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from vfxlib.io.atomic import atomic_write

__all__ = ["write_png"]


def write_png(path: Path, pixels: NDArray[np.uint8], software: str = "", *, effort: int = 6) -> None:
    """Write a PNG, whole or not at all; not by OpenImageIO, which says nothing when the disk is full.

    pixels    [h w 3]  display colour, 0..255
    software  what made it, kept in the file's first bytes; "" for nothing
    effort    of the compression, 0..9: 1 takes a third of the usual's time, and a tenth more room
    raises    OutputError if it cannot be written
    """
    stream = io.BytesIO()
    about = PngInfo()
    if software:
        about.add_text("Software", software)
    Image.fromarray(pixels).save(stream, "PNG", pnginfo=about, compress_level=effort)
    with atomic_write(path) as hidden:
        hidden.write_bytes(stream.getvalue())
