"""Motion of a clip of any length completed frame by frame: the same bits, however the clip is cut into chunks."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

import torch

from vfxlib.nets.flow_refinement import FlowRefinement
from vfxlib.nets.flow_refinement_settings import FLOWS
from vfxlib.nets.flow_update import FrameFeatures
from vfxlib.nets.hole_places import HolePlaces, find_places

__all__ = ["ClipCompletion", "ClipFlows", "GivenFlows"]

KEPT = 4  # frames to either side for which others may still ask: as many threads work on neighbours


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


class ClipCompletion:
    """Completes frames of a clip as they are asked for, from any thread.

    A frame's result follows from the frames within ``steps`` of it, each worked on by itself, so it has the same bits
    whatever other frames are asked for. What neighbours have in common is computed once if they are asked for soon
    after each other, and forgotten behind them: memory does not grow with the clip.
    """

    def __init__(
        self,
        network: FlowRefinement,
        read: Callable[[int], GivenFlows],
        joined: Callable[[int], bool],
        steps: int,
    ) -> None:
        """Take a clip.

        network  as trained, in eval mode
        read     index -> what was measured, all of one size
        joined   index -> True if that frame and the next one are there, without a cut between them
        steps    updates
        """
        self._network, self._read, self._joined, self._steps = network, read, joined, steps
        self._lock = Lock()
        self._given: dict[int, GivenFlows] = {}
        self._places: dict[int, HolePlaces] = {}
        self._states: dict[tuple[int, int], FrameFeatures] = {}  # by frame and updates taken

    def complete(self, index: int) -> ClipFlows:
        """Complete the motion of a frame."""
        with self._lock, torch.no_grad():
            self._forget(index)
            done = self._state(index, self._steps)
            return ClipFlows(self._network.decode(done)[0, :FLOWS], done.confidence[0])

    def _state(self, index: int, updates: int) -> FrameFeatures:
        found = self._states.get((index, updates))
        if found is None:
            found = self._states[index, updates] = self._step(index, updates - 1) if updates else self._begin(index)
        return found

    def _begin(self, index: int) -> FrameFeatures:
        given = self._given_of(index)
        start = None if given.start is None else given.start[None]
        return self._network.begin(given.flows[None], given.known[None, None], start)

    def _step(self, index: int, updates: int) -> FrameFeatures:
        here, given = self._state(index, updates), self._given_of(index)
        if index not in self._places:
            self._places[index] = find_places(given.known[None], self._network.settings.kernel)
        places = self._places[index]
        if not len(places.hole):
            return here
        nothing = FrameFeatures(torch.zeros_like(here.features), torch.zeros_like(here.confidence))
        before = self._state(index - 1, updates) if self._joined(index - 1) else nothing
        after = self._state(index + 1, updates) if self._joined(index) else nothing
        return self._network.step(before, here, after, places, given.base[None])

    def _given_of(self, index: int) -> GivenFlows:
        if index not in self._given:
            self._given[index] = self._read(index)
        return self._given[index]

    def _forget(self, index: int) -> None:
        """Forget what neither a frame nor its next neighbours need."""
        near = self._steps + KEPT
        for held in (self._given, self._places):
            for gone in [i for i in held if abs(i - index) > near + 1]:
                del held[gone]
        for key in [(i, updates) for i, updates in self._states if abs(i - index) > near - updates]:
            del self._states[key]
