"""Samples of STA-Net's training: of a clip one frame is the target, the others its references."""

from dataclasses import dataclass
from typing import Protocol

import torch

from vfxlib.nets.flow_warp import warp_by_flow
from vfxlib.nets.sta import StaClip
from vfxlib.nets.sta_clip import normalised_by
from vfxlib.pretraining.measured_flow import as_measured
from vfxlib.pretraining.objective import MotionClip, PictureClip

__all__ = ["MovingPictures", "StaSamples", "chained_flow", "draw_samples"]


class MovingPictures(MotionClip, PictureClip, Protocol):
    """A batch of clips whose looks and motion are known."""


@dataclass(frozen=True)
class StaSamples:
    """Targets with their references, and what their holes hide.

    clip       as the network sees it, normalised by what is visible of the target
    truth      [b 3 h w]  the target without what must go, normalised
    between    [b 1 1 1]  0..1, for the critic
    deviation  [b 1 1 1]  working code values that count as 1
    """

    clip: StaClip
    truth: torch.Tensor
    between: torch.Tensor
    deviation: torch.Tensor


@torch.no_grad()
def draw_samples(clips: MovingPictures, rng: torch.Generator) -> StaSamples:
    """Take a frame of every clip for the target, the same of all.

    rng  on the processor; the only source of chance
    """
    frames, truth = clips.working, clips.working_truth
    count, device = frames.shape[1], frames.device
    at = int(torch.randint(count, (1,), generator=rng))
    others = [i for i in range(count) if i != at]
    visible = (clips.mattes <= 0).to(frames.dtype)
    mean, deviation = normalised_by(frames[:, at], visible[:, at])
    measured = as_measured(torch.cat((clips.forward, clips.backward), 2), rng)
    flows = [chained_flow(measured, at, other) for other in others]
    references = (frames[:, others] - mean[:, None]) / deviation[:, None]
    clip = StaClip(
        target=(frames[:, at] - mean) / deviation,
        hole=1 - visible[:, at],
        references=references,
        visible=visible[:, others],
        flows=torch.stack(flows, 1),
    )
    between = torch.rand(len(frames), 1, 1, 1, generator=rng).to(device)
    return StaSamples(clip, (truth[:, at] - mean) / deviation, between, deviation)


def chained_flow(flows: torch.Tensor, start: int, end: int) -> torch.Tensor:
    """Follow motion from frame to frame.

    flows       [b t 4 h w]  of every frame: x y to the next one, x y to the one before, pixels
    start, end  frames, counted from 0
    returns     [b 2 h w]    pixels from the first one's places to where they lie in the last
    """
    ahead = end > start
    way = flows[:, :, :2] if ahead else flows[:, :, 2:]
    total = way[:, start]
    for frame in range(start + 1, end) if ahead else range(start - 1, end, -1):
        total = total + warp_by_flow(way[:, frame], total)
    return total
