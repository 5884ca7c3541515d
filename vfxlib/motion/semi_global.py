"""Semi-global matching (Hirschmueller 2008): labels that neighbours agree on, along four directions."""

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
    returns     [h w]      0 = the guess, 1.. = a label
    """
    apart = _smoothness_cost(labels[:, None], labels[None], smoothness)
    to_guess = _smoothness_cost(guess[..., None, :], labels, smoothness)  # [h w k]
    cells = costs.permute(1, 2, 0).contiguous()
    total = torch.zeros_like(cells)
    for axis in (0, 1):
        along, ways = (t.transpose(0, axis).contiguous() for t in (cells, to_guess))
        at = guess.transpose(0, axis)
        between = _smoothness_cost(at[1:], at[:-1], smoothness)
        summed = total.transpose(0, axis)
        last = len(along) - 1
        # both directions at once: row i of the one that goes down, row last - i of the one that goes up
        path = torch.stack([along[0], along[last]])
        summed[0] += path[0]
        summed[last] += path[1]
        for i in range(1, last + 1):
            here, there = torch.stack([ways[i], ways[last - i]]), torch.stack([ways[i - 1], ways[last - i + 1]])
            own = torch.stack([between[i - 1], between[last - i]])
            path = torch.stack([along[i], along[last - i]]) + _path_cost(path, apart, here, there, own, smoothness)
            summed[i] += path[0]
            summed[last - i] += path[1]
    return total.argmin(dim=2)


def _path_cost(path: Tensor, apart: Tensor, here: Tensor, there: Tensor, own: Tensor, smoothness: float) -> Tensor:
    """The path cost up to the cells before, added to each label of these: [.. n k+1]."""
    least = path.amin(dim=-1, keepdim=True)
    if not len(apart):
        return own[..., None]
    guess = torch.minimum((path[..., 1:] + here).amin(dim=-1), path[..., 0] + own)
    labels = torch.minimum((path[..., None, 1:] + apart).amin(dim=-1), path[..., :1] + there)
    return torch.cat([guess[..., None], labels], dim=-1) - least


def _smoothness_cost(a: Tensor, b: Tensor, smoothness: float) -> Tensor:
    gap = a - b
    distance = (gap[..., 0] * gap[..., 0] + gap[..., 1] * gap[..., 1]).sqrt()
    return distance.clamp(max=TRUNCATION) * (smoothness / TRUNCATION)
