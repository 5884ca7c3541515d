"""Whether a key marks damage of the picture, or a thing in it."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.device import to_numpy
from vfxlib.image.morphology import connected_components
from vfxlib.layer_names import DAMAGE_THRESHOLD
from vfxlib.mask_propagate.damage_features import FrameBeside, between

__all__ = ["DAMAGE", "KeyNature", "measure_key"]

DAMAGE = "corruption"  # as the parameter calls it
THIN = 1 / 120  # of the frame's height: what a square of this side does not fit into is thin
MOSTLY = 0.5  # share of a key that is thin, if it is
SCATTERED = 0.4  # share of it beyond its largest part, if it is in pieces
LEAST = 1e-3  # working code values: less is no difference
DIFFERS = 2.5  # times as far from its aligned neighbours as the picture around it
STAYS = 0.5  # of the change that the picture around makes from frame to frame, at the key's place


@dataclass(frozen=True)
class KeyNature:
    """What is measured of a key; two of three make it damage: thin or in pieces, differs, stays.

    thin     share of it that is thin
    pieces   share of it that is not in its largest part
    differs  how many times as far from its neighbours it is as the rest of the picture
    stays    its change at its own place, for one of the picture around: small if it does not move with that
    """

    thin: float
    pieces: float
    differs: float
    stays: float

    @property
    def is_damage(self) -> bool:
        """True if it is no thing in the picture."""
        small = self.thin >= MOSTLY or self.pieces >= SCATTERED
        return small + (self.differs >= DIFFERS) + (self.stays <= STAYS) >= 2

    def __str__(self) -> str:
        return (
            f"{self.thin:.0%} of the key is thin and {self.pieces:.0%} beside its largest part, it differs "
            f"{self.differs:.1f} times as much as the picture from other frames moved onto it, and {self.stays:.2f} "
            "times as much from those as they are"
        )


def measure_key(beside: FrameBeside, still: torch.Tensor, key: torch.Tensor) -> KeyNature:
    """Measure a key.

    beside  its frame, and others moved onto it
    still   [3 h w]  the nearest of them as it is
    key     [h w]    0..1
    """
    marked = key >= DAMAGE_THRESHOLD
    side = 2 * (max(2, round(THIN * key.shape[0])) // 2) + 1
    solid = -F.max_pool2d(-marked[None, None].float(), side, 1, side // 2)
    solid = F.max_pool2d(solid, side, 1, side // 2)[0, 0] > 0
    thin = float((marked & ~solid).sum() / marked.sum())
    labels, count = connected_components(to_numpy(marked))
    pieces = 1 - float(np.bincount(labels.ravel(), minlength=count + 1)[1:].max()) / float(marked.sum())
    spike = (beside.frame - between(beside.frame, beside.others[:2])).abs().amax(0)
    rest = float(spike[~marked].mean()) + LEAST
    change = (beside.frame - still).abs().amax(0)
    stays = float(change[marked].median()) / (float(change[~marked].mean()) + LEAST)
    return KeyNature(thin, pieces, float(spike[marked].mean()) / rest, stays)
