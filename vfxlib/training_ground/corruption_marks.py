"""Marks that damage leaves on a frame: lines and blots as capsules, their soft masks, and where each has its middle."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F  # noqa: N812

__all__ = ["Marks", "MarksOnFrames", "join_marks", "render_marks", "soften_mask"]

PIXELS = 2**21  # of marks that are looked at together, about
FLOOR = 1 / 64  # of a soft mask; what is less is not seen, and is 0


@dataclass(frozen=True)
class Marks:
    """K capsules on each of T frames of B clips; x is right, y is down, in pixels. All lie on the processor.

    B or T is 1 where all have the same.

    begin, end  [B T K 2]  middle line
    radius      [B T K]    half its width, pixels
    strength    [B T K]    0..1, how much of the frame it hides; 0 if it is not there
    """

    begin: torch.Tensor
    end: torch.Tensor
    radius: torch.Tensor
    strength: torch.Tensor


@dataclass(frozen=True)
class MarksOnFrames:
    """What marks cover.

    alpha   [B T 1 h w]  0..1
    middle  [B T 2 h w]  x, y of the middle of the mark that covers a pixel most; 0 where none does
    """

    alpha: torch.Tensor
    middle: torch.Tensor


def join_marks(each: Sequence[Marks], chosen: torch.Tensor, frames: int) -> Marks:
    """For every clip the marks that are chosen for it.

    each     of all clips; K may differ
    chosen   [B] int64  which of them
    frames   T
    returns  [B T ...]
    """
    most = max(marks.radius.shape[-1] for marks in each)
    rows = torch.arange(len(chosen))

    def pick(numbers: Callable[[Marks], torch.Tensor]) -> torch.Tensor:
        shape = (len(chosen), frames, most)
        tensors = [numbers(marks).expand(*shape[:2], *numbers(marks).shape[2:]) for marks in each]
        padded = [F.pad(t, (0, 0) * (t.ndim - 3) + (0, most - t.shape[2])) for t in tensors]
        return torch.stack(padded)[chosen, rows]

    return Marks(
        pick(lambda marks: marks.begin),
        pick(lambda marks: marks.end),
        pick(lambda marks: marks.radius),
        pick(lambda marks: marks.strength),
    )


def render_marks(marks: Marks, size: tuple[int, int], device: torch.device) -> MarksOnFrames:
    """Lay marks on frames, with an edge of one pixel; where two lie, the stronger one is seen, of equals the first.

    Only the pixels around a mark are looked at, those of all marks of all frames at once.

    size    height and width, pixels
    device  of what comes back
    """
    height, width = size
    clips, frames, most = marks.radius.shape
    reach = marks.radius[..., None] + 1.0
    edges = marks.radius.new_tensor((float(width), float(height)))
    low = (torch.minimum(marks.begin, marks.end) - reach).floor().clamp(min=0.0).minimum(edges)
    high = (torch.maximum(marks.begin, marks.end) + reach).ceil().add(1.0).clamp(min=0.0).minimum(edges)
    sides = (high - low).clamp(min=0.0).long().flatten(0, 2)  # [B T K 2], of the box around a mark
    area = sides.prod(-1) * (marks.strength.flatten() > 0)
    numbers = torch.cat(
        (
            *(each.movedim(-1, 0).flatten(1) for each in (low, marks.begin, marks.end - marks.begin)),
            *(each.flatten()[None] for each in (marks.radius, marks.strength)),
        )
    ).to(device)
    alpha = torch.zeros(clips * frames * height * width, device=device)
    seen = torch.full(alpha.shape, len(area), device=device)  # which mark; behind the last, none
    for part in _parts(area):
        owner, within = part.to(device)
        across = sides[:, 0].to(device)[owner]
        x0, y0, bx, by, ax, ay, radius, strength = numbers[:, owner].unbind()
        row = within // across
        x, y = x0 + (within - row * across), y0 + row
        own = strength * _inside(x - bx, y - by, ax, ay, radius)
        pixel = ((owner // most) * height + y.long()) * width + x.long()
        best = alpha.scatter_reduce(0, pixel, own, "amax")
        wins = (own == best[pixel]) & (own > alpha[pixel])
        first = torch.full_like(seen, len(area)).scatter_reduce(0, pixel, torch.where(wins, owner, len(area)), "amin")
        alpha, seen = best, torch.where(first < len(area), first, seen)
    middle = F.pad((marks.begin + (marks.end - marks.begin) / 2).flatten(0, 2).T, (0, 1)).to(device)[:, seen]
    shape = (clips, frames, height, width)
    return MarksOnFrames(alpha.reshape(shape)[:, :, None], middle.reshape(2, *shape).movedim(0, 2))


def _parts(area: torch.Tensor) -> Iterator[torch.Tensor]:
    """Every pixel of every mark's box, some millions at a time: [2 n] int64, which mark, and which pixel of its box.

    area  [M] int64  pixels of each box
    """
    ends = area.cumsum(0)
    part = (ends - area) // PIXELS  # in which a mark's box begins
    for number in sorted(set(part.tolist())):
        own = (part == number).nonzero()[:, 0]
        counts = area[own]
        within = torch.arange(int(counts.sum())) - (counts.cumsum(0) - counts).repeat_interleave(counts)
        yield torch.stack((own.repeat_interleave(counts), within))


def _inside(
    dx: torch.Tensor, dy: torch.Tensor, ax: torch.Tensor, ay: torch.Tensor, radius: torch.Tensor
) -> torch.Tensor:
    """How much of a pixel a capsule along a covers, about; d is the way to the pixel from where it begins."""
    part = ((dx * ax + dy * ay) / (ax * ax + ay * ay).clamp(min=1e-9)).clamp(0.0, 1.0)
    gap = ((dx - part * ax).square() + (dy - part * ay).square()).sqrt()
    return (radius - gap + 0.5).clamp(0.0, 1.0)


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
