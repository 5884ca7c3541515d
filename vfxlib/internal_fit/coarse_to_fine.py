"""Networks from coarse to fine: each paints at its level, with the picture of the level below to go by."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import COLOUR, visible
from vfxlib.nets.gated import double

__all__ = ["CONTEXT", "Look", "compose", "inputs", "network_inputs", "see"]

CONTEXT = 48  # pixels of the level below that are painted around what is wanted: a network sees no farther with use

Look = Callable[[int, Box], torch.Tensor]
"""Level and box -> [4 h w] what is visible there: colour, 0 where nothing is; 1 where something is."""


def network_inputs(level: int) -> int:
    """Channels of a level's network: colour and visible map, and above the coarsest the picture of the level below."""
    return 4 if level == 0 else 7


def see(frame: torch.Tensor, hidden: torch.Tensor | None = None) -> torch.Tensor:
    """What of a frame is visible.

    frame    [5 h w]  as ``Planes.crop`` gives it
    hidden   [1 h w]  1 where something more is covered
    returns  [4 h w]  colour, 0 where nothing is visible; 1 where something is
    """
    seen = visible(frame)
    if hidden is not None:
        seen = seen * (1 - hidden)
    return torch.cat((frame[COLOUR] * seen, seen))


def inputs(
    networks: Sequence[nn.Module],
    level: int,
    looks: Sequence[Look],
    boxes: Sequence[Box],
    base: Callable[[Box], torch.Tensor] | None = None,
) -> torch.Tensor:
    """What a level's network is given.

    networks  of the levels below, at least
    looks     one for each sample
    boxes     one for each sample, all of one size
    base      the coarsest level's whole picture where it is painted already: [4 h w] in a box
    returns   [b 4 h w] at the coarsest level, [b 7 h w] above it; channels_last
    """
    seen = torch.stack([look(level, box) for look, box in zip(looks, boxes, strict=True)])
    if level:
        lower = [_below(box) for box in boxes]
        below = compose(networks, level - 1, looks, lower, base)
        enlarged = double(below[:, :3])
        cuts = [
            enlarged[i, :, box.y0 - 2 * low.y0 :, box.x0 - 2 * low.x0 :][:, : box.height, : box.width]
            for i, (box, low) in enumerate(zip(boxes, lower, strict=True))
        ]
        seen = torch.cat((seen, torch.stack(cuts)), 1)
    return seen.contiguous(memory_format=torch.channels_last)


def compose(
    networks: Sequence[nn.Module],
    level: int,
    looks: Sequence[Look],
    boxes: Sequence[Box],
    base: Callable[[Box], torch.Tensor] | None = None,
) -> torch.Tensor:
    """The whole picture at a level: what is visible, and in between what the networks paint.

    returns  [b 4 h w]  colour, log of the expected error (that of a visible pixel means nothing); others as `inputs`
    """
    if level == 0 and base is not None:
        return torch.stack([base(box) for box in boxes])
    x = inputs(networks, level, looks, boxes, base)
    painted = networks[level](x)[-1]
    return torch.cat((torch.lerp(painted[:, :3], x[:, :3], x[:, 3:4]), painted[:, 3:4]), 1)


def _below(box: Box) -> Box:
    """The part of the level below that a box needs, its corner on the network's grid of four pixels."""
    x, y = box.x0 // 2 - CONTEXT, box.y0 // 2 - CONTEXT
    x, y = x - x % 4, y - y % 4
    # as wide for every box of one size, so that boxes make a batch
    width, height = (-(-(side // 2 + 2 * CONTEXT + 5) // 4) * 4 for side in (box.width, box.height))
    return Box(x, y, x + width, y + height)
