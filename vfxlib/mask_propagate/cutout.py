"""Cutouts: a key cut out of its frame, so that augmentation can paste the object over the background."""

import math
from dataclasses import dataclass

import numpy as np
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.mask_propagate.object_motion import with_object_motion
from vfxlib.mask_propagate.warp import dilate
from vfxlib.motion import gaussian_pull_push

__all__ = ["Cutout", "cut_out", "measure_objects"]

RIM = 2  # pixels around the matte that the background is not read from
FAINT = 0.02  # of the matte: less is nothing, as a key that was compressed has everywhere
COUNTED = 0.3  # of the matte: from here on a pixel counts for where the object is


@dataclass(frozen=True)
class Cutout:
    """A key frame in two parts.

    number      of the frame
    features    [10 h w]
    mattes      [k h w]  0..1, of each object; what is faint is 0
    background  [10 h w]  the frame with the objects filled smoothly
    known       [1 h w]  1 where the background was seen
    centre      x, y     of the objects; of the frame where the key is empty
    size        pixels   root of their area; 0 where the key is empty
    extent      pixels   longer side of their bounds
    """

    number: int
    features: torch.Tensor
    mattes: torch.Tensor
    background: torch.Tensor
    known: torch.Tensor
    centre: tuple[float, float]
    size: float
    extent: float

    @property
    def empty(self) -> bool:
        """True of a key that says that nothing is there."""
        return self.size == 0


def cut_out(number: int, features: torch.Tensor, velocity: torch.Tensor, mattes: torch.Tensor) -> Cutout:
    """Cut a key out of its frame.

    number    of the frame
    features  [8 h w]
    velocity  [2 h w]  pixels a frame
    mattes    [k h w]  0..1
    """
    mattes = torch.where(mattes < FAINT, torch.zeros_like(mattes), mattes)
    features = with_object_motion(features, velocity, mattes)
    union = mattes.amax(0, keepdim=True)
    known = 1 - (dilate(union, RIM) > 0).float()
    pixels = to_numpy(features).transpose(1, 2, 0)
    visible = to_numpy(known)[0] > 0
    # OpenCV takes four channels at a time
    fours = (slice(0, 4), slice(4, 8), slice(8, 10))
    filled_parts = [gaussian_pull_push(np.ascontiguousarray(pixels[..., part]), visible) for part in fours]
    background = to_tensor(np.concatenate(filled_parts, axis=2).transpose(2, 0, 1), features.device)
    return Cutout(number, features, mattes, background, known, *measure_objects(mattes))


def measure_objects(mattes: torch.Tensor) -> tuple[tuple[float, float], float, float]:
    """Where the objects of a key [k h w] are, and how large: centre, size and extent as a ``Cutout`` has them."""
    height, width = mattes.shape[-2:]
    rows, columns = torch.nonzero(mattes.amax(0) > COUNTED, as_tuple=True)
    if not len(rows):
        return (width / 2, height / 2), 0.0, 0.0
    extent = max(int(rows.max() - rows.min()), int(columns.max() - columns.min())) + 1
    centre = float(columns.float().mean()), float(rows.float().mean())
    return centre, math.sqrt(len(rows)), float(extent)
