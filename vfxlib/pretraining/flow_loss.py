"""The losses of the flow refinement, and how they are weighed from step to step and as the training goes on."""

import math
from dataclasses import dataclass
from typing import Literal

import torch

from vfxlib.nets.flow_refinement_settings import FLOWS
from vfxlib.nets.flow_warp import warp_by_flow

__all__ = ["FlowLossSettings", "flow_loss", "step_weights"]

Scheme = Literal["squares", "bell"]


@dataclass(frozen=True)
class FlowLossSettings:
    """How the losses are weighed.

    total_variation  weight of the total variation of the error, 0 leaves it out
    consistency      weight of the lesser of forward-backward and backward-forward error, 0 leaves it out
    edges            weight of the error of motion's edges, where they guide
    scheme           of the steps' weights: "squares" eq. 4, "bell" eq. 3
    late             s0, training steps over which the refinement joins the decoder
    spread           sigma of "bell"
    """

    total_variation: float = 0.1
    consistency: float = 0.1
    edges: float = 0.1
    scheme: Scheme = "squares"
    late: float = 100.0
    spread: float = 500.0


def step_weights(step: int, steps: int, settings: FlowLossSettings) -> list[float]:
    """The weight of the loss of every update, at one step of the training.

    step     of the training, 0 is the first
    steps    updates
    returns  one for each update; together they come from 0 to 1 as the training goes on
    paper    Towards video inpainting, eq. 3 and 4
    """
    if settings.scheme == "squares":
        raw = [float((t + 1) ** 2) for t in range(steps)]
    else:
        raw = [math.exp(-((t + 1 - step / settings.late) ** 2) / (2 * settings.spread**2)) for t in range(steps)]
    total = sum(raw)
    joined = 1 - math.exp(-step / settings.late)
    return [joined * weight / total if total else 0.0 for weight in raw]


def flow_loss(
    decoded: list[torch.Tensor],
    truth: torch.Tensor,
    known: torch.Tensor,
    base: torch.Tensor,
    weights: torch.Tensor,
    settings: FlowLossSettings,
) -> torch.Tensor:
    """What the decoder does to known flow, and what every update makes of the hole.

    decoded  [b t 4 h w]  before any update and behind each, on top of the base, pixels; with edges [b t 6 h w]
    truth    [b t 4 h w]  the true one; with edges [b t 6 h w]
    known    [b t 1 h w]  0 in the hole
    base     [b t 4 h w]  what all flows come on top of, pixels
    weights  [steps]      of the updates, as ``step_weights`` gives them
    returns  scalar, pixels
    paper    Towards video inpainting, 3.4
    """
    hole = 1 - known
    total = _weighed(decoded[0] - truth, known, settings)
    for weight, maps in zip(weights.unbind(), decoded[1:], strict=True):
        loss = _weighed(maps - truth, hole, settings)
        error = (maps - truth)[:, :, :FLOWS]
        if settings.total_variation:
            loss = loss + settings.total_variation * _total_variation(error, hole)
        if settings.consistency:
            loss = loss + settings.consistency * _consistency(maps[:, :, :FLOWS] + base, hole)
        total = total + weight * loss
    return total


def _weighed(error: torch.Tensor, where: torch.Tensor, settings: FlowLossSettings) -> torch.Tensor:
    """The mean of the absolute error of flows, and of edges if there are any."""
    loss = _mean(error[:, :, :FLOWS].abs(), where)
    if error.shape[2] > FLOWS:
        loss = loss + settings.edges * _mean(error[:, :, FLOWS:].abs(), where)
    return loss


def _mean(values: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """The mean where a weight says so; 0 if nowhere."""
    return (values * weight).sum() / (weight.sum() * values.shape[2]).clamp(min=1)


def _total_variation(error: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    parts = []
    for axis in (-1, -2):
        size = error.shape[axis] - 1
        either = torch.maximum(hole.narrow(axis, 0, size), hole.narrow(axis, 1, size))
        parts.append(_mean(error.diff(dim=axis).abs(), either))
    return torch.stack(parts).sum()


def _consistency(flows: torch.Tensor, hole: torch.Tensor) -> torch.Tensor:
    """The lesser of both errors where both neighbours are there and are led to; the paper's 2.2.3 says why not one."""
    if flows.shape[1] < 3:
        return flows.new_zeros(())
    middle = flows[:, 1:-1].flatten(0, 1)
    errors, inside = [], hole[:, 1:-1].flatten(0, 1)
    for own, back, neighbours in ((slice(0, 2), slice(2, 4), flows[:, 2:]), (slice(2, 4), slice(0, 2), flows[:, :-2])):
        way = middle[:, own]
        there = torch.cat((neighbours.flatten(0, 1)[:, back], torch.ones_like(way[:, :1])), 1)
        read = warp_by_flow(there, way)
        errors.append((way + read[:, :2]).square().sum(1, keepdim=True).add(1e-12).sqrt())
        inside = inside * (read[:, 2:].detach() > 0.999)
    return (torch.minimum(*errors) * inside).sum() / inside.sum().clamp(min=1)
