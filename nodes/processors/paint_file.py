"""The paint of a key frame on disk, an EXR that artists' tools can show and replace."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.key_index import KeyIndex
from vfxlib.confidence import FULL_DOUBT
from vfxlib.flow_inpaint.source import Source, open_source
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.tiles import bounds
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.io.open_file import check_channels, reading_own
from vfxlib.pipeline.fingerprint import FINGERPRINT

__all__ = ["KeyPaint", "keys_near", "read_key", "write_key"]

ERROR = "paint.error"
AROUND = 4  # pixels of the clean plate kept around the hole: a sample at its rim touches them


@dataclass(frozen=True)
class KeyPaint:
    """The clean plate of a key frame in and around its hole.

    pixels  [h w 3]  linear colour
    known   [h w]    True where the clean plate has a value
    error   [h w]    expected absolute error in the hole, code values
    window  Box      where they lie, display window's frame
    """

    pixels: Array
    known: NDArray[np.bool_]
    error: Array
    window: Box

    def source(self, device: torch.device) -> Source:
        """The paint as something to copy from."""
        return open_source(self.pixels, self.known, self.window, device=device)


def write_key(
    path: Path,
    clean: Array,
    known: NDArray[np.bool_],
    paint: NDArray[np.bool_],
    hole: NDArray[np.bool_],
    window: Box,
    own: str,
    *,
    error: Array | None = None,
) -> None:
    """Write the clean plate in and around the hole.

    clean   [h w 3]  linear colour over ``window``
    known   [h w]    where it has a value
    paint   [h w]    what was painted: for people, who may want to know where to look
    hole    [h w]    what was filled, not empty
    own     fingerprint
    error   [h w]    expected absolute error in the hole, code values; None where nobody has measured it
    """
    box = bounds(hole, window).grown(AROUND) & window
    part = box.slices(window)
    channels: dict[str, NDArray[np.generic]] = {name: clean[part][..., i] for i, name in enumerate("RGB")}
    channels["A"] = known[part].astype(np.float16)
    channels["paint.A"] = paint[part].astype(np.float16)
    if error is not None:
        channels[ERROR] = error[part].astype(np.float16)
    display = Box(0, 0, max(window.x1, 1), max(window.y1, 1))
    write_exr(
        path, display=display, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes={FINGERPRINT: own}
    )


def read_key(path: Path) -> KeyPaint:
    """Read a key frame's paint, also when an artist has changed it; without its error nobody vouches for it.

    raises  PictureError if it cannot be read, or has no colour
    """
    with reading_own():
        raw = read_channels(path, 0)
        check_channels(path, raw.channels, "RGB")
    pixels = np.stack([raw.channels[name].astype(np.float32) for name in "RGB"], axis=-1)
    alpha = raw.channels.get("A")
    known = np.ones(pixels.shape[:2], np.bool_) if alpha is None else alpha.astype(np.float32) > 0
    error = raw.channels.get(ERROR)
    unsure = np.full(known.shape, FULL_DOUBT, np.float32) if error is None else error.astype(np.float32)
    return KeyPaint(pixels, known, unsure, raw.header.data)


def keys_near(context: StepContext, index: KeyIndex, number: int) -> dict[int, KeyPaint]:
    """The key frames that may reach a frame, by index in the job.

    raises  as ``read_key``
    """
    near = index.near(context.around(number))
    return {context.shot.frames.index(n): read_key(path) for n, path in near.items() if path.exists()}
