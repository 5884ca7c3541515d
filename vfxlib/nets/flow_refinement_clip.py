"""Motion of a clip of any length completed frame by frame: the same bits, however the clip is cut into chunks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from vfxlib.nets.flow_refinement import FlowRefinement, FrameFeatures

__all__ = ["ClipFlows", "complete_clip"]


@dataclass(frozen=True)
class ClipFlows:
    """The completed motion of one frame.

    flows       [4 h w]  forward x y, backward x y, pixels
    confidence  [h w]    0 to 1; 0 where no step has come
    """

    flows: torch.Tensor
    confidence: torch.Tensor


def complete_clip(
    network: FlowRefinement,
    read: Callable[[int], tuple[torch.Tensor, torch.Tensor] | None],
    wanted: Sequence[int],
    steps: int | None = None,
) -> Mapping[int, ClipFlows]:
    """Complete some frames of a clip.

    A frame's result follows from the frames within ``steps`` of it, each worked on by itself, so it has the same bits
    whatever other frames are asked for.

    network  as trained, in eval mode
    read     index -> flows [4 h w] and their confidence [h w] as ``FlowRefinement.forward`` takes them, on the
             network's device; None where there is no frame, or a cut between it and the ones asked for
    wanted   indices of frames that follow each other
    steps    updates; None for as many as the network was trained with
    """
    steps = network.settings.steps if steps is None else steps
    with torch.no_grad():
        reached = {}
        for index in range(min(wanted) - steps, max(wanted) + steps + 1):
            if (given := read(index)) is not None:
                reached[index] = network.begin(given[0][None], given[1][None, None])
        for left in range(steps - 1, -1, -1):
            near = [i for i in reached if min(wanted) - left <= i <= max(wanted) + left]
            reached = {i: _step(network, reached, i) for i in near}
        return {
            index: ClipFlows(network.decode(reached[index])[0], reached[index].confidence[0, 0]) for index in wanted
        }


def _step(network: FlowRefinement, frames: Mapping[int, FrameFeatures], index: int) -> FrameFeatures:
    here = frames[index]
    nothing = FrameFeatures(torch.zeros_like(here.features), torch.zeros_like(here.confidence))
    return network.step(frames.get(index - 1, nothing), here, frames.get(index + 1, nothing))
