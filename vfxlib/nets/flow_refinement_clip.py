"""Motion of a clip of any length completed frame by frame: the same bits, however the clip is cut into chunks."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch

from vfxlib.nets.flow_refinement import FlowRefinement
from vfxlib.nets.flow_refinement_settings import FLOWS
from vfxlib.nets.flow_update import FrameFeatures
from vfxlib.nets.hole_places import HolePlaces, find_places

__all__ = ["ClipFlows", "GivenFlows", "complete_clip"]


@dataclass(frozen=True)
class GivenFlows:
    """The measured motion of one frame, on the network's device.

    flows  [4 h w]  forward x y, backward x y, on top of the base, pixels; what lies in the hole is not looked at
    known  [h w]    confidence, 0 in the hole
    base   [4 h w]  what the flows come on top of, known everywhere, pixels
    start  [4 h w]  what the hole begins with; None for a smooth fill
    """

    flows: torch.Tensor
    known: torch.Tensor
    base: torch.Tensor
    start: torch.Tensor | None = None


@dataclass(frozen=True)
class ClipFlows:
    """The completed motion of one frame.

    flows       [4 h w]  forward x y, backward x y, on top of the base, pixels
    confidence  [h w]    0 to 1; 0 where no step has come
    """

    flows: torch.Tensor
    confidence: torch.Tensor


def complete_clip(
    network: FlowRefinement,
    read: Callable[[int], GivenFlows | None],
    wanted: Sequence[int],
    steps: int | None = None,
) -> Mapping[int, ClipFlows]:
    """Complete some frames of a clip.

    A frame's result follows from the frames within ``steps`` of it, each worked on by itself, so it has the same bits
    whatever other frames are asked for.

    network  as trained, in eval mode
    read     index -> what was measured; None where there is no frame, or a cut between it and the ones asked for
    wanted   indices of frames that follow each other
    steps    updates; None for as many as the network was trained with
    """
    steps = network.settings.steps if steps is None else steps
    with torch.no_grad():
        given = {i: each for i in range(min(wanted) - steps, max(wanted) + steps + 1) if (each := read(i)) is not None}
        reached = {i: _begin(network, each) for i, each in given.items()}
        places = {i: find_places(each.confidence, network.settings.kernel) for i, each in reached.items()}
        for left in range(steps - 1, -1, -1):
            near = [i for i in reached if min(wanted) - left <= i <= max(wanted) + left]
            reached = {i: _step(network, reached, i, places[i], given[i].base) for i in near}
        return {
            index: ClipFlows(network.decode(reached[index])[0, :FLOWS], reached[index].confidence[0])
            for index in wanted
        }


def _begin(network: FlowRefinement, given: GivenFlows) -> FrameFeatures:
    start = None if given.start is None else given.start[None]
    return network.begin(given.flows[None], given.known[None, None], start)


def _step(
    network: FlowRefinement, frames: Mapping[int, FrameFeatures], index: int, places: HolePlaces, base: torch.Tensor
) -> FrameFeatures:
    here = frames[index]
    nothing = FrameFeatures(torch.zeros_like(here.features), torch.zeros_like(here.confidence))
    return network.step(frames.get(index - 1, nothing), here, frames.get(index + 1, nothing), places, base[None])
