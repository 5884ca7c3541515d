"""Small shots for the tests of InternalFit: frames made of arrays, no files."""

from pathlib import Path

import numpy as np
import torch
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.internal_fit.coarse_to_fine import input_channels
from vfxlib.internal_fit.dataset import InpaintDataset, gather_dataset
from vfxlib.internal_fit.downsample import Halvings, NetworkFrame
from vfxlib.nets.painter import PainterSettings

CPU = torch.device("cpu")


def wall(index: int, height: int = 48, width: int = 64, seed: int = 0) -> np.ndarray:
    """A textured wall that pans by two pixels a frame."""
    rng = np.random.default_rng(seed)
    wide = ndimage.gaussian_filter(rng.random((height, width + 64, 3)), (2, 2, 0))
    wide = 0.4 + (wide - wide.mean()) * 3
    return wide[:, 2 * index : 2 * index + width].astype(np.float32)


def network_frame(index: int, height: int = 48, width: int = 64, hidden: float = 0.0) -> NetworkFrame:
    """A frame of that wall with a square hole that crosses it; ``hidden`` stands where nobody must look."""
    colour = wall(index, height, width)
    hole = np.zeros((height, width), bool)
    hole[16:32, 8 + 4 * index : 24 + 4 * index] = True
    colour[hole] = hidden
    return NetworkFrame(colour, ~hole, hole, Box(0, 0, width, height))


def shot(
    frames: int = 6, halvings: int = 0, room: int = 10**9, hidden: float = 0.0, size: tuple[int, int] = (48, 64)
) -> InpaintDataset:
    """The shot as a fit sees it."""
    return gather_dataset(
        range(1001, 1001 + frames),
        lambda number: network_frame(number - 1001, *size, hidden=hidden),
        Halvings(halvings, halvings),
        device=CPU,
        room=room,
        folder=Path("build/test-frames"),
    )


def painter_settings(level: int = 0, **more) -> PainterSettings:
    """A small painter of a level."""
    return PainterSettings(
        inputs=input_channels(level),
        outputs=4,
        width=0.25,
        padding="zeros",
        head="residual" if level else "linear",
        **more,
    )
