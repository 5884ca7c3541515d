"""A small made scene: patches of ground that move apart, and a hole that moves; its motion is known everywhere."""

from dataclasses import dataclass

import torch

__all__ = ["MadeClip", "MadeScenes", "MadeSettings", "made_flows"]


@dataclass(frozen=True)
class MadeClip:
    """What an objective asks of clips."""

    forward: torch.Tensor
    backward: torch.Tensor
    mattes: torch.Tensor
    working: torch.Tensor
    working_truth: torch.Tensor


@dataclass(frozen=True)
class MadeSettings:
    """Of the scenes below."""

    size: int = 16
    frames: int = 4
    batch: int = 2
    hole: int = 6


class MadeScenes:
    """A sampler as trainings take it."""

    def __init__(self, pictures, settings, device, seed):
        self.pictures, self.settings, self.device, self.seed = pictures, settings, device, seed

    def draw(self, step):
        own, seed = self.settings, self.seed * 7919 + step % 1000
        flows, known = made_flows(seed, own.batch, own.frames, own.size, own.hole, fastest=2.0)
        # a slope of some colour, so that what is hidden follows from what is around it
        rows = torch.arange(own.size)[:, None] / own.size
        truth = (0.3 + 0.05 * flows[:, :, :3, :1, :1]) * (1 + rows + rows.T)
        return MadeClip(flows[:, :, :2], flows[:, :, 2:], 1 - known, truth * known + 0.9 * (1 - known), truth)


def made_flows(seed, clips=2, frames=6, size=32, hole=10, fastest=3.0):
    """True motion and holes of some clips.

    returns  [b t 4 h w] forward x y, backward x y; [b t 1 h w] 1 where known
    """
    rng = torch.Generator().manual_seed(seed)
    rows = torch.arange(size, dtype=torch.float32)[:, None].expand(size, size)
    columns = rows.T
    flows, known = torch.zeros(clips, frames, 4, size, size), torch.ones(clips, frames, 1, size, size)

    def even(low, high, *shape):
        return low + (high - low) * torch.rand(shape, generator=rng)

    for clip in range(clips):
        layers = 3
        velocity = even(-fastest, fastest, layers, 2)
        place, slope, speed = even(0.2 * size, 0.8 * size, layers, 2), even(-1, 1, layers, 2), even(-1, 1, 2)
        middle = even(0.35 * size, 0.65 * size, 2)
        for t in range(frames):
            now = velocity[0][:, None, None].expand(2, size, size)
            for layer in range(1, layers):
                x, y = (place[layer] + (t - frames / 2) * velocity[layer]).tolist()
                inside = (columns - x) * slope[layer, 0] + (rows - y) * slope[layer, 1] > 0
                now = torch.where(inside, velocity[layer][:, None, None], now)
            flows[clip, t] = torch.cat((now, -now))
            x, y = (middle + (t - frames / 2) * speed).tolist()
            hidden = ((columns - x).abs() < hole / 2) & ((rows - y).abs() < hole / 2)
            known[clip, t, 0] = 1 - hidden.float()
    return flows, known
