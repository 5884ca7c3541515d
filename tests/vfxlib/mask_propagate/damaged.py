"""A made picture that moves by itself from frame to frame, with flat specks on it, and what a fit sees of it."""

import numpy as np
import torch
from scipy import ndimage

from vfxlib.mask_propagate.damage_examples import KeyedFrame
from vfxlib.mask_propagate.damage_features import FrameBeside

HEIGHT, WIDTH = 64, 96


def picture(seed=1):
    """A soft texture: [3 h w] working code values."""
    rng = np.random.default_rng(seed)
    noise = ndimage.gaussian_filter(rng.random((3, HEIGHT, WIDTH)), (0, 3, 3))
    return torch.from_numpy((0.4 + 2 * (noise - 0.5)).astype(np.float32))


def noisy(clean, seed):
    """The same with grain."""
    return clean + 0.004 * torch.randn(clean.shape, generator=torch.Generator().manual_seed(seed))


def keyed(places, seed=2, colour=0.75, alone=False):
    """A frame with square specks at some places, and its key.

    alone  True of others that are all on one side, which changes nothing here
    """
    clean = picture()
    key = torch.zeros(HEIGHT, WIDTH)
    for y, x in places:
        key[y : y + 4, x : x + 4] = 1
    frame = torch.where(key > 0, torch.full_like(clean, colour), noisy(clean, seed))
    return KeyedFrame(FrameBeside(frame, torch.stack([noisy(clean, seed + 10 + i) for i in range(4)])), key)
