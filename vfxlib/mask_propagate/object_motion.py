"""How differently from the objects every pixel moves: what goes with them may belong to them."""

import torch

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.features import REFERENCE_LINES
from vfxlib.mask_propagate.warp import pixel_coordinates

__all__ = ["object_motion", "with_object_motion"]

MIN_PIXELS = 24.0  # pixels of an object from which its motion can be fitted
REWEIGHTINGS = 3  # of the iteratively reweighted least squares (IRLS), after the plain fit
SCALE = 1.0  # pixels, of the Cauchy weight: a limb that moves otherwise by more pulls the fit little
RIDGE = 1e-3  # pixels, so that a line of pixels has a motion too


def with_object_motion(features: torch.Tensor, velocity: torch.Tensor, mattes: torch.Tensor) -> torch.Tensor:
    """A frame's features, and behind them how differently from the objects each pixel moves.

    features  [8 h w]
    velocity  [2 h w]  pixels a frame
    mattes    [k h w]  0..1, where the objects are
    returns   [10 h w] the log of 1 + plate pixels at 480 lines by which a pixel leaves an affine motion fitted to the
              objects by IRLS; and 1, or 0 in both if there is too little of them
    """
    inside = (mattes.amax(0) > OBJECT_THRESHOLD).float()
    motion = object_motion(velocity, inside)
    if motion is None:
        return torch.cat((features, torch.zeros_like(features[:2])))
    residual = (velocity.to(motion.device).double() - motion).reshape(2, -1).T.norm(dim=1)
    height, width = inside.shape
    difference = (
        torch.log1p(residual * (REFERENCE_LINES / height)).reshape(1, height, width).float().to(features.device)
    )
    return torch.cat((features, difference, torch.ones_like(difference)))


def object_motion(velocity: torch.Tensor, inside: torch.Tensor) -> torch.Tensor | None:
    """The affine motion of an object, continued over the whole frame, by IRLS.

    velocity  [2 h w]  pixels a frame
    inside    [h w]    1 where the object is, else 0
    returns   [2 h w]  pixels a frame, in double precision, on the processor where the device has none; None if there is
              too little of it
    """
    if float(inside.sum()) < MIN_PIXELS:
        return None
    height, width = inside.shape
    device = torch.device("cpu") if velocity.device.type == "mps" else velocity.device  # Metal has no double precision
    weight = inside.reshape(-1).to(device).double()
    at = pixel_coordinates(0, 0, width, height, device).double().reshape(-1, 2)
    centre = (at * weight[:, None]).sum(0) / weight.sum()
    design = torch.cat(((at - centre) / max(height, width), torch.ones_like(at[:, :1])), 1)
    target = velocity.to(device).double().reshape(2, -1).T
    residual = torch.zeros_like(weight)
    for _ in range(REWEIGHTINGS + 1):
        weighted = (weight / (1 + (residual / SCALE) ** 2))[:, None] * design
        ridge = RIDGE * torch.eye(3, dtype=torch.float64, device=device)
        motion = torch.linalg.solve(weighted.T @ design + ridge, weighted.T @ target)
        residual = (target - design @ motion).norm(dim=1)
    everywhere: torch.Tensor = (design @ motion).T.reshape(2, height, width)
    return everywhere
