"""The flow refinement's objective: motion that a hole hides is learned from made scenes, whose motion is known."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from vfxlib.nets.flow_edges import edge_map
from vfxlib.nets.flow_refinement import FlowRefinement, open_flow_refinement
from vfxlib.nets.flow_refinement_settings import FLOWS, KIND, FlowRefinementSettings
from vfxlib.nets.flow_start import smooth_start
from vfxlib.pretraining.camera_motion import camera_motion
from vfxlib.pretraining.flow_loss import FlowLossSettings, flow_loss, step_weights
from vfxlib.pretraining.measured_flow import as_measured
from vfxlib.pretraining.motion_holes import SETUPS, Setup, draw_known
from vfxlib.pretraining.objective import MotionClip
from vfxlib.train.objective import Batch

__all__ = ["FlowObjective", "FlowSamples", "draw_flow_samples", "end_point_error", "open_flow_objective"]

HELD_OUT = 4  # batches
FIRST_HELD_OUT = 2**40  # no training reaches it
HELD_OUT_SEED = 90210  # whatever the training's, so that figures of two can be compared


@dataclass(frozen=True)
class FlowSamples:
    """Clips whose motion is to be completed.

    measured  [b t 4 h w]  forward x y, backward x y, as it would be measured, on top of the base, pixels; 0 in
                           the hole
    known     [b t 1 h w]  0 in the hole
    truth     [b t 4 h w]  the true one, on top of the base
    base      [b t 4 h w]  what most of the frame does, fitted to what was measured
    """

    measured: torch.Tensor
    known: torch.Tensor
    truth: torch.Tensor
    base: torch.Tensor


class FlowObjective:
    """A ``TrainingObjective``.

    network   that is trained, on its device
    draw      step -> clips on that device, always the same for the same step; from another thread, too
    held_out  the same, of scenes that are not trained on
    seed      of holes and errors
    loss      how the losses are weighed
    setups    which frames lose their motion
    """

    kind = KIND
    measure = "1 pixel over the error, dB"
    not_captured = "only the pixels of holes are worked on, which are others in every batch"

    def __init__(
        self,
        network: FlowRefinement,
        draw: Callable[[int], MotionClip],
        held_out: Callable[[int], MotionClip],
        seed: int,
        loss: FlowLossSettings | None = None,
        setups: tuple[Setup, ...] = SETUPS,
    ) -> None:
        self.network, self.settings = network, network.settings
        self._draw, self._seed, self._loss, self._setups = draw, seed, loss or FlowLossSettings(), setups
        self._held_out = [self._samples(held_out, FIRST_HELD_OUT + i, HELD_OUT_SEED) for i in range(HELD_OUT)]
        self.samples = len(self._held_out[0].known)
        self._without = {
            "camera's motion, px": self._error(lambda each: torch.zeros_like(each.truth)),
            "smooth start, px": self._error(lambda each: _smooth(each.measured, each.known)),
        }

    def phase(self, step: int) -> int:
        """Always 0: all terms are there from the beginning, and what changes is their weight."""
        return 0

    def sample_batch(self, step: int) -> Batch:
        """Clips with holes, and the weights of the updates at this step."""
        samples = self._samples(self._draw, step, self._seed)
        weights = samples.known.new_tensor(step_weights(step, self.settings.steps, self._loss))
        return Batch((samples.measured, samples.known, samples.truth, samples.base, weights), ())

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """Decoder, reconstruction behind every update, total variation and consistency."""
        measured, known, truth, base, weights = tensors
        if self.settings.guide == "edges":
            edges = edge_map(truth.flatten(0, 1))
            truth = torch.cat((truth, edges.reshape(*truth.shape[:2], *edges.shape[1:])), 2)
        return flow_loss(self.network(measured, known, base=base), truth, known, base, weights, self._loss)

    @property
    def to_beat(self) -> tuple[str, float]:
        """What most of the frame does, or the smooth start, whichever is nearer to the truth."""
        name = min(self._without, key=self._without.__getitem__)
        return name.removesuffix(", px"), _decibels(self._without[name])

    def validate(self, network: nn.Module) -> float:
        """How small the error in the hole is: -20 log10 of the mean end-point error in pixels, so 1 pixel is 0 dB."""
        return _decibels(self._learned(network))

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """Mean end-point error in the hole: of what most of a frame does, a smooth start, and the network."""
        return {**self._without, "learned, px": self._learned(network)}

    def _learned(self, network: nn.Module) -> float:
        return self._error(lambda each: network(each.measured, each.known, base=each.base)[-1][:, :, :FLOWS])

    def _error(self, complete: Callable[[FlowSamples], torch.Tensor]) -> float:
        """Mean end-point error in the held-out holes of what completes them."""
        with torch.no_grad():
            errors = [end_point_error(complete(each), each.truth, each.known) for each in self._held_out]
        return sum(errors) / len(errors)

    def _samples(self, draw: Callable[[int], MotionClip], step: int, seed: int) -> FlowSamples:
        return draw_flow_samples(draw(step), step, seed, self._setups)


def draw_flow_samples(clip: MotionClip, step: int, seed: int, setups: tuple[Setup, ...] = SETUPS) -> FlowSamples:
    """Hide and disturb the motion of some clips.

    step, seed  holes and errors follow from them
    setups      which frames lose their motion
    """
    rng = torch.Generator().manual_seed((seed * 0x9E3779B97F4A7C15 + step * 0xC2B2AE3D27D4EB4F) % 2**63)
    with torch.no_grad():
        truth = torch.cat((clip.forward, clip.backward), 2)
        known = draw_known(clip.mattes, clip.forward, setups, rng)
        measured = as_measured(truth, rng)
        base = _camera(measured, known)
        return FlowSamples((measured - base) * known, known, truth - base, base)


def _camera(flows: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    """What most of each frame does, forward and backward."""
    b, t, _, height, width = flows.shape
    fitted = camera_motion(
        flows.reshape(-1, 2, height, width), known.expand(b, t, 2, height, width).reshape(-1, 1, height, width)
    )
    return fitted.reshape(flows.shape)


def _smooth(measured: torch.Tensor, known: torch.Tensor) -> torch.Tensor:
    return smooth_start(measured.flatten(0, 1), known.flatten(0, 1)).view_as(measured)


def _decibels(pixels: float) -> float:
    return -20 * math.log10(max(1e-6, pixels))


def end_point_error(flows: torch.Tensor, truth: torch.Tensor, known: torch.Tensor) -> float:
    """The mean distance of forward and backward motion from the true one, in the hole.

    flows, truth  [b t 4 h w]  pixels
    known         [b t 1 h w]  0 in the hole
    """
    distance = (flows - truth).reshape(*flows.shape[:2], 2, 2, *flows.shape[3:]).square().sum(3).sqrt()
    hole = 1 - known
    return float((distance * hole).sum() / (2 * hole.sum()).clamp(min=1))


def open_flow_objective(
    draw: Callable[[int], MotionClip],
    held_out: Callable[[int], MotionClip],
    device: torch.device,
    seed: int,
    settings: Mapping[str, object],
) -> FlowObjective:
    """The objective with a network at its start.

    draw, held_out  as ``FlowObjective`` takes them
    device          of the network
    seed            of the network's start, of holes and errors
    settings        fields of ``FlowRefinementSettings`` that are not the defaults
    """
    network = open_flow_refinement(FlowRefinementSettings(**settings), seed)  # type: ignore[arg-type]
    return FlowObjective(network.to(device), draw, held_out, seed)
