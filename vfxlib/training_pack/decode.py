"""Pictures of packages read whole, for a display."""

from pathlib import Path

import numpy as np
import torch

from vfxlib.device import to_tensor
from vfxlib.io.images import image_format, read_image, read_image_header

__all__ = ["read_picture"]

COLOURS = ("R", "G", "B")
MOST_PIXELS = 64 * 10**6
CPU = torch.device("cpu")


def read_picture(path: Path) -> torch.Tensor | None:
    """Read a PNG or JPEG picture of 8 bits.

    returns  [3 h w]  uint8; None for one that is of another kind, has holes, or no colours
    raises   PictureError if it is damaged
    """
    if image_format(path) not in ("png", "jpeg"):
        return None
    header = read_image_header(path)
    if any(header.channels.get(name) != "uint8" for name in COLOURS):
        return None
    if header.display.width * header.display.height > MOST_PIXELS:
        return None
    names = [*COLOURS, *(name for name in ("A",) if name in header.channels)]
    frame = read_image(path, 0, names)
    if "A" in names and int(np.asarray(frame.channels["A"]).min()) < 255:
        return None
    return torch.stack([to_tensor(frame.channels[name], CPU) for name in COLOURS])
