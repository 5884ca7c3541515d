"""How differently from the objects every place moves: what goes with them may belong to them."""

from __future__ import annotations

import torch

from vfxlib.mask_propagate.features import STATED
from vfxlib.mask_propagate.warp import places

__all__ = ["with_object_motion"]

FEWEST = 24.0  # pixels of an object from which its motion can be told
AGAIN = 3  # times that the fit is mended
OFF = 1.0  # pixels by which a limb may move otherwise without pulling the fit
LEAST = 1e-3  # pixels of ridge, so that a line of pixels has a motion too


def with_object_motion(shown: torch.Tensor, velocity: torch.Tensor, mattes: torch.Tensor) -> torch.Tensor:
    """A frame, and beside it how differently from the objects each place moves.

    shown     [8 h w]
    velocity  [2 h w]  pixels a frame
    mattes    [k h w]  0..1, where the objects are
    returns   [10 h w] the log of 1 + plate pixels at 480 lines by which a place leaves an affine motion fitted to the
              objects, robustly; and 1, or 0 in both if there is too little of them
    """
    height, width = shown.shape[-2:]
    there = (mattes.amax(0) > 0.5).float().reshape(-1)
    if float(there.sum()) < FEWEST:
        return torch.cat((shown, torch.zeros_like(shown[:2])))
    place = torch.device("cpu") if shown.device.type == "mps" else shown.device  # Metal has no double precision
    weight = there.to(place).double()
    at = places(0, 0, width, height, place).double().reshape(-1, 2)
    middle = (at * weight[:, None]).sum(0) / weight.sum()
    terms = torch.cat(((at - middle) / max(height, width), torch.ones_like(at[:, :1])), 1)
    moved = velocity.to(place).double().reshape(2, -1).T
    off = torch.zeros_like(weight)
    for _ in range(AGAIN + 1):
        counted = (weight / (1 + (off / OFF) ** 2))[:, None] * terms
        ridge = LEAST * torch.eye(3, dtype=torch.float64, device=place)
        motion = torch.linalg.solve(counted.T @ terms + ridge, counted.T @ moved)
        off = (moved - terms @ motion).norm(dim=1)
    apart = torch.log1p(off * (STATED / height)).reshape(1, height, width).float().to(shown.device)
    return torch.cat((shown, apart, torch.ones_like(apart)))
