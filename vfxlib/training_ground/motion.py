"""Exact motion of a background that homographies move, and which frames show which of its points."""

import torch

from vfxlib.training_ground.composite import frame_grid
from vfxlib.training_ground.homography import apply_to_pixels, compose, invert

__all__ = ["motion_between", "visibility"]

HIDDEN = -1  # label of what a matte covers


def motion_between(
    view: torch.Tensor, other: torch.Tensor, label: torch.Tensor, size: tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor]:
    """How far the background's points go from frames to other frames.

    view, other  [B L ... 3 3]  as ``layer_homography`` gives them, of the background's layers in these and the others
    label        [B ... h w]    index of the layer that is seen in these
    returns      [B ... h w]    pixels to the right, and the same down
    """
    x, y = frame_grid(size, view.device)
    there = compose(invert(other), view)
    right = down = torch.zeros(())
    for i in range(view.shape[1]):
        across, along = apply_to_pixels(there[:, i], x, y)
        across, along = across - x, along - y[:, None]
        right = across if i == 0 else torch.where(label == i, across, right)
        down = along if i == 0 else torch.where(label == i, along, down)
    return right * max(size), down * max(size)


def visibility(view: torch.Tensor, label: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """Which frames show the points of which.

    A frame shows a point if all four pixels that are read there show the same layer, and no matte covers any.

    view     [B L T 3 3]  of the background's layers in T frames
    label    [B T h w]    index of the layer that is seen, or would be if nothing stood before it
    hole     [B T h w]    True where a matte covers it
    returns  [B T T h w]  bool: of the pixel of a frame (first), whether another (second) shows its point of the
             background; of the frame itself, whether it shows it
    """
    size = (label.shape[-2], label.shape[-1])
    height, width = size
    shown = torch.where(hole, HIDDEN, label)
    # of each pixel, the label that it and its neighbours to the right and below have in common
    corner = shown[..., :-1, :-1]
    alike = (corner == shown[..., 1:, :-1]) & (corner == shown[..., :-1, 1:]) & (corner == shown[..., 1:, 1:])
    common = torch.where(alike, corner, HIDDEN).flatten(-2)  # [B T (h-1)(w-1)]
    columns, rows = (torch.arange(n, device=label.device, dtype=torch.float32) for n in (width, height))
    found = []
    for to in range(label.shape[1]):
        right, down = motion_between(view, view[:, :, to : to + 1], label, size)
        across, along = columns + right, rows[:, None] + down
        inside = (across >= 0) & (across <= width - 1) & (along >= 0) & (along <= height - 1)
        left = across.floor().clamp(0, width - 2)
        at = (along.floor().clamp(0, height - 2) * (width - 1) + left).long()
        there = common[:, to, None].expand(-1, label.shape[1], -1).gather(2, at.flatten(-2)).view_as(label)
        seen = inside & (there == label)
        seen[:, to] = ~hole[:, to]
        found.append(seen)
    return torch.stack(found, 2)
