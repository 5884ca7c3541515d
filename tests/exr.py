"""An EXR as a test wants it, written by OpenEXR itself rather than by what is tested."""

from pathlib import Path

import numpy as np
import OpenEXR

__all__ = ["write"]


def write(
    path: Path,
    channels: dict[str, np.ndarray],
    display: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
    **more: object,
) -> None:
    """One EXR.

    display  width and height of the display window, which begins at 0, 0
    origin   x and y of the data window's corner; its size is that of the channels
    more     header attributes; one that is "" is not written
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = next(iter(channels.values())).shape
    x, y = origin
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "dataWindow": (np.array([x, y], np.int32), np.array([x + width - 1, y + height - 1], np.int32)),
        "displayWindow": (np.array([0, 0], np.int32), np.array([display[0] - 1, display[1] - 1], np.int32)),
        "colorInteropID": "lin_rec709_scene",
        **more,
    }
    header = {name: value for name, value in header.items() if not isinstance(value, str) or value}
    OpenEXR.File(header, {name: np.ascontiguousarray(c) for name, c in channels.items()}).write(str(path))
