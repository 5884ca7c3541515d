"""Semi-global matching (Hirschmueller 2008): labels that neighbours agree on, along four directions."""

from itertools import pairwise

import torch
from torch import Tensor

__all__ = ["semi_global"]

TRUNCATION = 1.0  # view pixels a frame: velocities farther apart than this differ, however much


def semi_global(costs: Tensor, labels: Tensor, guess: Tensor, smoothness: float) -> Tensor:
    """Choose a label for every cell so that its cost is low and its neighbours have one with a like velocity.

    costs       [k+1 h w]  of the guess (first) and of each label
    labels      [k 2]      velocities, view pixels a frame
    guess       [h w 2]    a velocity of its own for each cell
    smoothness             cost of neighbours that differ
    returns     [h w]      0 = the guess, 1.. = a label; on the device of the costs
    """
    if costs.device.type != "cpu":
        # a thousand rows one after the other, of some twenty small operations each: waiting for their launch takes a
        # GPU several times as long as the processor needs for the work
        return semi_global(costs.cpu(), labels.cpu(), guess.cpu(), smoothness).to(costs.device)
    # labels first: least costs are then taken over whole rows of cells at once
    apart = _smoothness_cost(labels[:, None], labels[None], smoothness)[..., None]
    to_guess = _smoothness_cost(labels[:, None, None], guess, smoothness)  # [k h w]
    total = torch.zeros_like(costs)
    for order in ((1, 0, 2), (2, 0, 1)):  # down, then right: rows of cells first
        along, ways = costs.permute(order).contiguous(), to_guess.permute(order).contiguous()
        at = guess if order[0] == 1 else guess.transpose(0, 1)
        between = _smoothness_cost(at[1:], at[:-1], smoothness)
        summed = torch.zeros_like(along)  # [rows k+1 n]
        for step in (1, -1):
            rows = range(len(along))[::step]
            path = along[rows[0]]
            summed[rows[0]] += path
            for before, i in pairwise(rows):
                path = along[i] + _path_cost(path, apart, ways[i], ways[before], between[min(before, i)])
                summed[i] += path
        total += summed.permute(1, 0, 2) if order[0] == 1 else summed.permute(1, 2, 0)
    return total.argmin(dim=0)


def _path_cost(path: Tensor, apart: Tensor, here: Tensor, there: Tensor, own: Tensor) -> Tensor:
    """The path cost up to the cells before, added to each label of these: [k+1 n]."""
    if not len(apart):
        return own[None]
    guess = torch.minimum((path[1:] + here).amin(dim=0), path[0] + own)
    labels = torch.minimum((path[1:, None] + apart).amin(dim=0), path[:1] + there)
    return torch.cat([guess[None], labels]) - path.amin(dim=0)


def _smoothness_cost(a: Tensor, b: Tensor, smoothness: float) -> Tensor:
    x, y = a[..., 0] - b[..., 0], a[..., 1] - b[..., 1]
    distance = (x * x + y * y).sqrt()
    return distance.clamp(max=TRUNCATION) * (smoothness / TRUNCATION)
