"""Which frames of a clip lose their motion, and where: the setups of the paper, and holes as objects leave them."""

from typing import Literal

import torch

from vfxlib.nets.flow_edges import flow_edges
from vfxlib.nets.flow_warp import warp_by_flow

__all__ = ["SETUPS", "Setup", "draw_known"]

Setup = Literal["moving", "middle", "same", "sandwich"]

SETUPS: tuple[Setup, ...] = ("moving", "middle", "same", "sandwich")
BIASED = 10  # the centres of holes are drawn by an exponential law whose mean is this part of all places


def draw_known(
    mattes: torch.Tensor, flow: torch.Tensor, setups: tuple[Setup, ...], rng: torch.Generator
) -> torch.Tensor:
    """Draw where the motion of a batch of clips is known.

    A setup is drawn for each clip. "moving": the hole is what the clip's matte covers. The others take the matte of
    the middle frame as one shape, moved to where the first frame's flow has edges (the paper's 2.1.3): "middle" hides
    it in the two middle frames, "same" in all, "sandwich" in all but the first and the last (2.1.4).

    mattes   [b t 1 h w]  above 0 in the hole
    flow     [b t 2 h w]  forward
    setups   to choose from, each as often as the others
    rng      on the processor; the only source of chance
    returns  [b t 1 h w]  1 where known, 0 in the hole
    """
    b, t, _, height, width = mattes.shape
    moving = (mattes > 0).to(flow.dtype)
    chosen = [setups[int(i)] for i in torch.randint(len(setups), (b,), generator=rng)]
    # an exponential law by its inverse
    law = -torch.log1p(-torch.rand(b, generator=rng)) * (height * width / BIASED)
    place = law.long().clamp(max=height * width - 1)
    shape = moving[:, t // 2]
    ranked = flow_edges(flow[:, 0]).flatten(1).argsort(stable=True, dim=1, descending=True)
    centre = ranked.gather(1, place.to(ranked.device)[:, None])[:, 0]
    shape = _centred(shape, centre % width, centre // width)
    hidden = []
    for clip, setup in enumerate(chosen):
        frames = {
            "moving": range(0),
            "middle": range(max(0, t // 2 - 1), t // 2 + 1),
            "same": range(t),
            "sandwich": range(1, t - 1),
        }[setup]
        if setup == "moving":
            hidden.append(moving[clip])
            continue
        nothing = torch.zeros_like(shape[clip])
        hidden.append(torch.stack([shape[clip] if frame in frames else nothing for frame in range(t)]))
    return 1 - torch.stack(hidden)


def _centred(shape: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Move shapes [b 1 h w] by whole pixels, so that their centres of gravity lie at some pixels [b]."""
    height, width = shape.shape[-2:]
    total = shape.sum((1, 2, 3)).clamp(min=1)
    columns = torch.arange(width, device=shape.device, dtype=shape.dtype)
    rows = torch.arange(height, device=shape.device, dtype=shape.dtype)[:, None]
    back = torch.stack(((shape * columns).sum((1, 2, 3)) / total - x, (shape * rows).sum((1, 2, 3)) / total - y), 1)
    whole = back.round()[:, :, None, None].expand(-1, -1, height, width)
    return (warp_by_flow(shape, whole) > 0.5).to(shape.dtype)
