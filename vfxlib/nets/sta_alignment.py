"""The affine half of STA-Net's joint alignment: a network that lays a whole frame over another."""

import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.nets.elu_conv import EluConv
from vfxlib.nets.gated import PlainConv

__all__ = ["AffineNetwork", "affine_flow"]

SIDE = 64  # pixels: frames of any size are squeezed to this square, so that a shift is a share of the frame
REACH = 4  # places of a feature map, each 4 of these pixels: how far the correlation looks, a quarter of the frame
PARAMETERS = 6


class AffineNetwork(nn.Module):
    """Tells by which affine map a frame is read to lie over another.

    channels  of the first layer
    paper     Copy-and-paste networks, 3.1. There the map follows from both frames' features alone; here from their
              correlation too, by which a shift is seen and need not be learned
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        c = channels
        self.encoder = nn.Sequential(
            EluConv(4, c, 5, stride=2, padding="zeros"),
            EluConv(c, 2 * c, stride=2, padding="zeros"),
            EluConv(2 * c, 2 * c, padding="zeros"),
        )
        self.regressor = nn.Sequential(
            EluConv(4 * c + (2 * REACH + 1) ** 2, 4 * c, padding="zeros"),
            EluConv(4 * c, 4 * c, stride=2, padding="zeros"),
            EluConv(4 * c, 4 * c, stride=2, padding="zeros"),
            EluConv(4 * c, 4 * c, padding="zeros"),
        )
        self.last = PlainConv(4 * c * (SIDE // 16) ** 2, PARAMETERS, 1)

    def forward(self, target: torch.Tensor, reference: torch.Tensor) -> torch.Tensor:
        """Find the maps.

        target, reference  [n 4 h w]  colour, 0 where not visible; visible 1, else 0
        returns            [n 2 3]    from the target's places (x y 1) to the reference's, both -1..1 from edge to edge
        """
        ours, theirs = (self.encoder(_squeezed(each)) for each in (target, reference))
        seen = torch.cat((ours, theirs, _correlation(ours, theirs)), 1)
        features: torch.Tensor = self.regressor(seen)
        change = self.last(features.flatten(1)[..., None, None]).float().reshape(-1, 2, 3)
        # a small step of the weights is a small step of the frame
        maps: torch.Tensor = torch.eye(2, 3, dtype=change.dtype, device=change.device) + 0.1 * change
        return maps


def _squeezed(frames: torch.Tensor) -> torch.Tensor:
    return F.interpolate(frames, (SIDE, SIDE), mode="bilinear", align_corners=False, antialias=True)


def _correlation(ours: torch.Tensor, theirs: torch.Tensor) -> torch.Tensor:
    """Cosine similarity of each place to those around it in the other frame: [n c h w] twice -> [n 81 h w]."""
    height, width = ours.shape[-2:]
    ours, theirs = (F.normalize(each.float(), dim=1, eps=1e-3) for each in (ours, theirs))
    around = F.pad(theirs, (REACH,) * 4)
    found = [
        (ours * around[..., y : y + height, x : x + width]).sum(1)
        for y in range(2 * REACH + 1)
        for x in range(2 * REACH + 1)
    ]
    return torch.stack(found, 1)


def affine_flow(maps: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Write affine maps as motion.

    maps     [n 2 3]    as ``AffineNetwork`` gives them
    size     height and width of a frame, pixels
    returns  [n 2 h w]  pixels from a target's pixel to where the reference shows it, x right, y down
    """
    height, width = size
    x = (2 * torch.arange(width, device=maps.device, dtype=maps.dtype) + 1) / width - 1
    y = (2 * torch.arange(height, device=maps.device, dtype=maps.dtype) + 1) / height - 1
    across = maps[:, :, :1, None] * x + maps[:, :, 1:2, None] * y[:, None] + maps[:, :, 2:, None]
    right = (across[:, 0] - x) * (width / 2)
    down = (across[:, 1] - y[:, None]) * (height / 2)
    return torch.stack((right, down), 1)
