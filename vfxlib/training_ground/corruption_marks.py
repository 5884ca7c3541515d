"""Marks that damage leaves on a frame: lines and blots as capsules, their soft masks, and where each has its middle."""

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["Marks", "MarksOnFrame", "join_marks", "render_marks", "soften_mask"]

FLOOR = 1 / 64  # of a soft mask; what is less is not seen, and is 0


@dataclass(frozen=True)
class Marks:
    """K capsules on a frame of each of B samples; x is right, y is down, in pixels. All lie on the processor.

    begin, end  [B K 2]  middle line
    radius      [B K]    half its width, pixels
    strength    [B K]    0..1, how much of the frame it hides; 0 if it is not there
    """

    begin: torch.Tensor
    end: torch.Tensor
    radius: torch.Tensor
    strength: torch.Tensor


@dataclass(frozen=True)
class MarksOnFrame:
    """What marks cover.

    alpha   [B 1 h w]  0..1
    middle  [B 2 h w]  x, y of the middle of the mark that covers a pixel most; anything where none does
    """

    alpha: torch.Tensor
    middle: torch.Tensor


def join_marks(each: list[Marks], chosen: torch.Tensor) -> Marks:
    """For every sample the marks that are chosen for it.

    each    of all samples; K may differ
    chosen  [B] int64  which of them
    """
    most = max(marks.radius.shape[1] for marks in each)

    def pick(tensors: list[torch.Tensor]) -> torch.Tensor:
        padded = torch.stack([F.pad(t, (0, 0) * (t.ndim - 2) + (0, most - t.shape[1])) for t in tensors])
        return padded[chosen, torch.arange(len(chosen))]

    return Marks(
        pick([marks.begin for marks in each]),
        pick([marks.end for marks in each]),
        pick([marks.radius for marks in each]),
        pick([marks.strength for marks in each]),
    )


def render_marks(marks: Marks, size: tuple[int, int], device: torch.device) -> MarksOnFrame:
    """Lay marks on a frame, with an edge of one pixel; where two lie, the stronger one is seen.

    size    height and width, pixels
    device  of what comes back
    """
    height, width = size
    alpha = torch.zeros(len(marks.radius), 1, height, width, device=device)
    middle = torch.zeros(len(marks.radius), 2, height, width, device=device)
    reach = marks.radius[..., None] + 1.0
    there = marks.strength > 0
    low = torch.minimum(marks.begin, marks.end) - reach
    high = torch.maximum(marks.begin, marks.end) + reach
    for k in range(marks.radius.shape[1]):
        if not bool(there[:, k].any()):
            continue
        left, top = (max(0, math.floor(v)) for v in low[there[:, k], k].amin(0).tolist())
        right, bottom = (math.ceil(v) + 1 for v in high[there[:, k], k].amax(0).tolist())
        right, bottom = min(right, width), min(bottom, height)
        if left >= right or top >= bottom:
            continue
        x = torch.arange(left, right, device=device, dtype=torch.float32)
        y = torch.arange(top, bottom, device=device, dtype=torch.float32)[:, None]
        box = (slice(None), slice(None), slice(top, top + len(y)), slice(left, left + len(x)))
        begin, along = marks.begin[:, k].to(device), (marks.end - marks.begin)[:, k].to(device)
        radius, strength = marks.radius[:, k].to(device), marks.strength[:, k].to(device)
        own = (strength[:, None, None] * _inside(begin, along, radius, x, y))[:, None]
        better = own > alpha[box]
        alpha[box] = torch.where(better, own, alpha[box])
        middle[box] = torch.where(better, (begin + along / 2)[:, :, None, None], middle[box])
    return MarksOnFrame(alpha, middle)


def _inside(
    begin: torch.Tensor, along: torch.Tensor, radius: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> torch.Tensor:
    """How much of each pixel a capsule covers, about: [B h w]."""
    (bx, by), (ax, ay) = (each[:, :, None, None].unbind(1) for each in (begin, along))
    dx, dy = x - bx, y - by
    part = ((dx * ax + dy * ay) / (ax * ax + ay * ay).clamp(min=1e-9)).clamp(0.0, 1.0)
    gap = ((dx - part * ax).square() + (dy - part * ay).square()).sqrt()
    return (radius[:, None, None] - gap + 0.5).clamp(0.0, 1.0)


def soften_mask(alpha: torch.Tensor, rounds: int) -> torch.Tensor:
    """Extend a mask by iterative Gaussian smoothing, so that no edge tells where it ends.

    In every round what was smoothed is smoothed again, and nowhere falls below the mask itself.

    alpha    [n 1 h w]  0..1
    rounds   of a kernel of five pixels; each lets it grow by two
    returns  [n 1 h w]  0..1; 0 where it would be less than 1/64
    paper    Semi-supervised video inpainting with cycle consistency constraints, 4.1
    """
    if not rounds:
        return alpha
    kernel = alpha.new_tensor((1.0, 4.0, 6.0, 4.0, 1.0)) / 16.0
    soft = alpha
    for _ in range(rounds):
        for shape, pad in (((1, 1, 1, 5), (2, 2, 0, 0)), ((1, 1, 5, 1), (0, 0, 2, 2))):
            soft = F.conv2d(F.pad(soft, pad, mode="replicate"), kernel.reshape(shape))
        soft = torch.maximum(soft, alpha)
    return ((soft - FLOOR) / (1.0 - FLOOR)).clamp(min=0.0)
