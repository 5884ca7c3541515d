"""Whether a key marks damage of the picture, or a thing in it."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.mask_propagate.damage_features import SEEN, FrameBeside

__all__ = ["DAMAGE", "KeyNature", "measure_key"]

DAMAGE = "corruption"  # as the parameter calls it
THIN = 1 / 120  # of the frame's height: what a square of this side does not fit into is thin
MOSTLY = 0.5  # share of a key that is thin, if it is
SCATTERED = 5  # parts, at least, of which none holds most of the key
DIFFERS = 2.5  # times as far from its aligned neighbours as the picture around it
STAYS = 0.5  # of the change that the picture's motion would make at the key


@dataclass(frozen=True)
class KeyNature:
    """What is measured of a key; two of the three make it damage.

    thin     share of it that is thin
    differs  how many times as far from its neighbours it is as the rest of the picture
    stays    its change at its own place, for one along the picture's motion: small if it does not move with that
    """

    thin: float
    differs: float
    stays: float

    @property
    def is_damage(self) -> bool:
        """True if it is no thing in the picture."""
        return (self.thin >= MOSTLY) + (self.differs >= DIFFERS) + (self.stays <= STAYS) >= 2

    def __str__(self) -> str:
        return (
            f"{self.thin:.0%} of the key is thin, it differs {self.differs:.1f} times as much as the picture from "
            f"other frames, and changes {self.stays:.2f} times as much where it is as along the motion"
        )


def measure_key(beside: FrameBeside, still: torch.Tensor, key: torch.Tensor) -> KeyNature:
    """Measure a key.

    beside  its frame, and others moved onto it
    still   [3 h w]  the nearest of them as it is
    key     [h w]    0..1
    """
    marked = key >= SEEN
    side = 2 * (max(2, round(THIN * key.shape[0])) // 2) + 1
    solid = -F.max_pool2d(-marked[None, None].float(), side, 1, side // 2)
    solid = F.max_pool2d(solid, side, 1, side // 2)[0, 0] > 0
    thin = float((marked & ~solid).sum() / marked.sum())
    low, high = beside.others[:2].amin(0), beside.others[:2].amax(0)
    spike = (beside.frame - torch.minimum(torch.maximum(beside.frame, low), high)).abs().amax(0)
    rest = float(spike[~marked].mean()) + 1e-3
    along = float((beside.frame - beside.others[0]).abs().amax(0)[marked].mean()) + 1e-3
    stays = float((beside.frame - still).abs().amax(0)[marked].mean()) / along
    return KeyNature(thin, float(spike[marked].mean()) / rest, stays)
