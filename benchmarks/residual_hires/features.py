"""Other ways to compare references than the method's own, for the ablations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch

from benchmarks.residual_hires.detail_shot import DetailShot
from vfxlib.colour.acescct import code_value
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import sample
from vfxlib.nets.encoder import fit_encoder
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.likeness import Likeness, patch_likeness

__all__ = ["encoder_likeness", "no_likeness", "several_scales"]

FITTED = 8  # frames that the encoder is fitted to
RADII = (1, 2, 4)  # low pixels


def no_likeness(index: int, alignments: Sequence[Alignment], low: Callable[[int], Array], box: Box) -> Array:
    """Take all for alike."""
    return np.ones((len(alignments), box.height, box.width), np.float32)


def several_scales(index: int, alignments: Sequence[Alignment], low: Callable[[int], Array], box: Box) -> Array:
    """Compare patches of several sizes, and take the mean."""
    found = [patch_likeness(index, alignments, low, box, radius) for radius in RADII]
    return np.asarray(np.mean(found, axis=0), np.float32)


def encoder_likeness(shot: DetailShot, seed: int = 0) -> Likeness:
    """Compare the features of an encoder that is fitted to the shot, as the anti-ambiguity loss of a network does."""
    code = code_value(shot.low)
    pictures = to_tensor(((code - code.mean()) / code.std()).transpose(0, 3, 1, 2).copy(), torch.device("cpu"))
    chosen = [i * len(pictures) // FITTED for i in range(FITTED)]
    encoder = fit_encoder(pictures[chosen], torch.ones_like(pictures[chosen, :1]), seed=seed)
    with torch.no_grad():
        maps = to_numpy(encoder(pictures)).transpose(0, 2, 3, 1).copy()

    def likeness(index: int, alignments: Sequence[Alignment], low: Callable[[int], Array], box: Box) -> Array:
        if not alignments:
            return np.zeros((0, box.height, box.width), np.float32)
        scales = alignments[0].scales
        places = scales.centres(box)

        def features(frame: int, at: Array) -> Array:
            at = ((at + 0.5) / encoder.stride - 0.5).astype(np.float32)
            parts = [maps[frame, ..., i : i + 4].copy() for i in range(0, maps.shape[-1], 4)]
            return np.concatenate([sample(part, at).reshape(len(at), -1) for part in parts], axis=1)

        own = features(index, scales.to_low(places).astype(np.float32))
        alike = []
        for alignment in alignments:
            other = features(index + alignment.offset, scales.to_low(alignment.positions(places)).astype(np.float32))
            length = np.linalg.norm(own, axis=1) * np.linalg.norm(other, axis=1)
            alike.append((own * other).sum(axis=1) / np.maximum(length, 1e-9))
        return np.stack(alike).reshape(len(alignments), box.height, box.width).astype(np.float32)

    return likeness
