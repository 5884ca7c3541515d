"""Coarse to fine: each level's network paints with the enlarged picture of the level below as a further input."""

from collections.abc import Callable, Sequence

import torch
from torch import nn

from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import COLOUR, visible_map
from vfxlib.nets.gated import upsample_2x

__all__ = ["CropReader", "compose", "input_channels", "network_input", "visible_input"]

CONTEXT = 48  # pixels of the level below that are painted around a box: a network sees no farther with use

CropReader = Callable[[int, Box], torch.Tensor]
"""Level and box -> [4 h w] what is visible there: colour, 0 where nothing is; 1 where something is."""


def input_channels(level: int) -> int:
    """Channels of a level's network: colour and visible map, and above the coarsest the picture of the level below."""
    return 4 if level == 0 else 7


def visible_input(frame: torch.Tensor, hidden: torch.Tensor | None = None) -> torch.Tensor:
    """A frame as a network's input: colour under its visible map.

    frame    [5 h w]  as ``FrameStore.crop`` gives it
    hidden   [1 h w]  1 where something more is covered
    returns  [4 h w]  colour, 0 where nothing is visible; 1 where something is
    """
    visible = visible_map(frame)
    if hidden is not None:
        visible = visible * (1 - hidden)
    return torch.cat((frame[COLOUR] * visible, visible))


def network_input(
    networks: Sequence[nn.Module],
    level: int,
    readers: Sequence[CropReader],
    boxes: Sequence[Box],
    base: Callable[[Box], torch.Tensor] | None = None,
) -> torch.Tensor:
    """The input of a level's network.

    networks  of the levels below, at least
    readers   one for each sample
    boxes     one for each sample, all of one size
    base      the coarsest level's whole picture where it is painted already: [4 h w] in a box
    returns   [b 4 h w] at the coarsest level, [b 7 h w] above it; channels_last
    """
    x = torch.stack([reader(level, box) for reader, box in zip(readers, boxes, strict=True)])
    if level:
        lower = [_below(box) for box in boxes]
        below = compose(networks, level - 1, readers, lower, base)
        enlarged = upsample_2x(below[:, :3])
        cuts = [
            enlarged[i, :, box.y0 - 2 * low.y0 :, box.x0 - 2 * low.x0 :][:, : box.height, : box.width]
            for i, (box, low) in enumerate(zip(boxes, lower, strict=True))
        ]
        x = torch.cat((x, torch.stack(cuts)), 1)
    return x.contiguous(memory_format=torch.channels_last)


def compose(
    networks: Sequence[nn.Module],
    level: int,
    readers: Sequence[CropReader],
    boxes: Sequence[Box],
    base: Callable[[Box], torch.Tensor] | None = None,
) -> torch.Tensor:
    """The whole picture at a level: what is visible, and in between what the networks paint.

    returns  [b 4 h w]  colour, log of the expected error (that of a visible pixel means nothing)

    The others are as in `network_input`.
    """
    if level == 0 and base is not None:
        return torch.stack([base(box) for box in boxes])
    x = network_input(networks, level, readers, boxes, base)
    painted = networks[level](x)[-1]
    return torch.cat((torch.lerp(painted[:, :3], x[:, :3], x[:, 3:4]), painted[:, 3:4]), 1)


def _below(box: Box) -> Box:
    """The part of the level below that a box needs, its corner on the network's grid of four pixels."""
    x, y = box.x0 // 2 - CONTEXT, box.y0 // 2 - CONTEXT
    x, y = x - x % 4, y - y % 4
    # as wide for every box of one size, so that boxes make a batch
    width, height = (-(-(side // 2 + 2 * CONTEXT + 5) // 4) * 4 for side in (box.width, box.height))
    return Box(x, y, x + width, y + height)
