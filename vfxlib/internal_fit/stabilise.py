"""The stabilisation loss: a small change of the input may change the painting only as it changes the picture."""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.device import to_tensor
from vfxlib.internal_fit.reconstruct import masked_l1

__all__ = ["Change", "apply_change", "draw_change", "stabilisation_loss"]

SHIFT = 3.0  # pixels
TURN = 2.0  # degrees
ZOOM = 0.05
SHEAR = 1.0  # degrees
GAIN = 0.05
BELLS = ((0.0, 0.0, 1.0, 0.0, 0.0), (0.0, 0.25, 0.5, 0.25, 0.0), (0.0625, 0.25, 0.375, 0.25, 0.0625))  # 1, 3, 5 wide


@dataclass(frozen=True)
class Change:
    """A small random affine map, gain and blur for each picture of a batch.

    matrix   [b 2 3] float32: from a position in the changed picture to the one in the old, pixels about the centre, x y
    gain     [b 1 1 1] float32: factor of the colours, which stand for differences from the shot's mean
    blur     [b] int64: 0 none, 1 a 3x3 Gaussian, 2 a 5x5 one
    """

    matrix: torch.Tensor
    gain: torch.Tensor
    blur: torch.Tensor


def draw_change(rng: np.random.Generator, batch: int, device: torch.device | None = None) -> Change:
    """Draw changes.

    rng      the only source of chance
    batch    pictures
    device   where the change is wanted; the processor if None
    returns  shifts up to 3 pixels, turns to 2 degrees, zooms to 5 %, shears to 1 degree, gains to 5 %, all even
    paper    Implicit internal video inpainting, A.3
    """
    shift = rng.uniform(-SHIFT, SHIFT, (batch, 2))
    turn = np.radians(rng.uniform(-TURN, TURN, batch))
    zoom = rng.uniform(1 - ZOOM, 1 + ZOOM, batch)
    shear = np.tan(np.radians(rng.uniform(-SHEAR, SHEAR, batch)))
    cos, sin = np.cos(turn) * zoom, np.sin(turn) * zoom
    matrix = np.stack([cos, cos * shear - sin, shift[:, 0], sin, sin * shear + cos, shift[:, 1]], 1)
    gain = rng.uniform(1 - GAIN, 1 + GAIN, (batch, 1, 1, 1))
    blur = rng.integers(len(BELLS), size=batch)
    where = device or torch.device("cpu")
    return Change(
        to_tensor(matrix.reshape(batch, 2, 3).astype(np.float32), where),
        to_tensor(gain.astype(np.float32), where),
        to_tensor(blur.astype(np.int64), where),
    )


def apply_change(
    change: Change, picture: torch.Tensor, known: torch.Tensor | None = None, *, mask: bool = False
) -> torch.Tensor:
    """Change pictures, or maps of what is known in them.

    change   one for each picture
    picture  [b c h w]; finite, or anything where unknown if `known` is given
    known    [b 1 h w], above 0 where the picture is known: only that is mixed; the unknown comes out as 0
    mask     the picture is a map, 1 where known: it is moved alone, and what touches the unknown or the outside
             becomes 0, the rest 1
    returns  [b c h w] float32. A picture's outside is its edge
    """
    if mask:
        return (warp(change, picture.float(), "zeros") > 0.999).float()
    if known is None:
        return blur(change, warp(change, picture.float(), "border")) * change.gain
    share = (known > 0).float()
    masked = torch.where(known > 0, picture.float(), 0.0)
    picture = blur(change, warp(change, masked, "border"))
    share = blur(change, warp(change, share, "border"))
    return torch.where(share > 1e-3, picture / share.clamp(min=1e-3), 0.0) * change.gain


def warp(change: Change, picture: torch.Tensor, beyond: str) -> torch.Tensor:
    """Move [b c h w] by the matrix, between pixels by their distance."""
    height, width = picture.shape[-2:]
    # torch counts from -1 to 1 over each side, so its pixels are not square
    x, y, shift = change.matrix.unbind(2)
    wide, high = (
        torch.stack((x[:, 0], y[:, 0] * (height / width), shift[:, 0] * (2 / width)), 1),
        torch.stack((x[:, 1] * (width / height), y[:, 1], shift[:, 1] * (2 / height)), 1),
    )
    grid = F.affine_grid(torch.stack((wide, high), 1), list(picture.shape), align_corners=False)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode=beyond, align_corners=False)


def blur(change: Change, picture: torch.Tensor) -> torch.Tensor:
    """Blur each of [b c h w] by its own kernel."""
    b, c, height, width = picture.shape
    bells = to_tensor(np.asarray(BELLS, np.float32), picture.device)[change.blur]
    kernel = (bells[:, :, None] * bells[:, None, :]).repeat_interleave(c, 0)[:, None]
    wide = F.pad(picture, (2, 2, 2, 2), mode="replicate").reshape(1, b * c, height + 4, width + 4)
    return F.conv2d(wide, kernel, groups=b * c).reshape(b, c, height, width)


def stabilisation_loss(
    painted: torch.Tensor,
    painted_changed: torch.Tensor,
    picture: torch.Tensor,
    picture_changed: torch.Tensor,
    known: torch.Tensor,
) -> torch.Tensor:
    """Measure how much the painting changes in another way than the picture does.

    painted          [b 3+ h w], the painting of the picture; channels beyond the picture's are not looked at
    painted_changed  [b 3+ h w], the painting of the changed picture
    picture          [b 3 h w], what the camera saw, ALSO where the synthetic hole hid it from the network
    picture_changed  [b 3 h w], the same after `apply_change`
    known            [b 1 h w], above 0 where both pictures are known
    returns          scalar float32: mean absolute difference of the two changes
    paper            Implicit internal video inpainting, eq. 4 and 5
    """
    change = painted_changed[:, : picture.shape[1]].float() - painted[:, : picture.shape[1]].float()
    return masked_l1(change, picture_changed.float() - picture.float(), (known > 0).float())
