"""Velocities behind what is removed, as a trained network says them, at any resolution."""

from collections.abc import Callable

from torch.nn.functional import interpolate

from vfxlib.device import to_numpy
from vfxlib.image.picture import Array
from vfxlib.motion.known_motion import known_motion
from vfxlib.motion.window_frame import WindowFrame
from vfxlib.nets.flow_refinement import FlowRefinement
from vfxlib.nets.flow_refinement_clip import ClipCompletion, GivenFlows

__all__ = ["LearnedMotion"]

LONGEST = 160  # pixels: where holes are about as large as those of the scenes that it was trained on


class LearnedMotion:
    """The velocities of a shot, completed by a network as they are asked for, from any thread."""

    def __init__(
        self,
        network: FlowRefinement,
        frame: Callable[[int], WindowFrame],
        joined: Callable[[int], bool],
        *,
        reach: int,
        margin: float,
    ) -> None:
        """Take a shot.

        network  in eval mode, on the frames' device
        frame    index -> the frame with what was measured
        joined   index -> True if the frame and the next one are there and belong together
        reach    frames to either side that a result may follow from: fewer updates are taken, for what the farthest
                 frame gives follows from whether there is a next one
        margin   plate pixels around a matte in which measured motion is not trusted
        """
        self._frame, self._joined, self._margin = frame, joined, margin
        self._clip = ClipCompletion(network, self._read, joined, min(network.settings.steps, reach - 1))

    def velocity(self, index: int) -> Array:
        """The velocity of the background of a frame that has a neighbour.

        returns  [h w 2]  view pixels a frame, forwards, on top of the homography; in the hole as the network says
        """
        shape = self._frame(index).shape
        flows = self._clip.complete(index).flows
        small = flows.shape[1:]
        velocity = interpolate((flows[:2] - flows[2:])[None] / 2, shape, mode="bilinear", align_corners=False)[0]
        scale = velocity.new_tensor([shape[1] / small[1], shape[0] / small[0]])
        return to_numpy((velocity.permute(1, 2, 0) * scale).contiguous())

    def _read(self, index: int) -> GivenFlows:
        signs = [sign for sign, there in ((1, self._joined(index)), (-1, self._joined(index - 1))) if there]
        known = known_motion(self._frame(index), signs, margin=self._margin, longest=LONGEST)
        return GivenFlows(known.residual, known.known, known.camera)
