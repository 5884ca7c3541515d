"""The painter's objective before it meets a shot: what a hole hides is painted in made scenes of any content."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from vfxlib.internal_fit.reconstruct import laplace_nll, masked_l1
from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.painter import Painter, PainterSettings, open_painter
from vfxlib.pretraining.objective import PictureClip
from vfxlib.train.autocast import autocast
from vfxlib.train.normalise import MIN_DEVIATION
from vfxlib.train.objective import Batch

__all__ = ["PainterObjective", "PainterSamples", "open_painter_objective"]

KNOWN_WEIGHT = 0.1  # of what is visible, which a network repeats by itself
NLL_WEIGHT = 0.01  # of the predicted error, as a fit has it
HELD_OUT = 4  # batches
FIRST_HELD_OUT = 2**40  # no training reaches it


@dataclass(frozen=True)
class PainterSamples:
    """Pictures whose holes are to be painted.

    visible    [n 4 h w]    as a fit's network sees them: normalised colour, 0 in the hole; 1 where visible
    truth      [n 3 h w]    normalised
    deviation  [n 1 1 1]    working code values that count as 1
    """

    visible: torch.Tensor
    truth: torch.Tensor
    deviation: torch.Tensor


class PainterObjective:
    """A ``TrainingObjective``.

    network   that is trained, on its device: one of a fit's coarsest level
    draw      step -> clips on that device, always the same for the same step; each frame is a picture of its own
    held_out  the same, of pictures that are not trained on
    """

    kind = "painter"
    measure = "PSNR in the hole, dB"

    def __init__(
        self, network: Painter, draw: Callable[[int], PictureClip], held_out: Callable[[int], PictureClip]
    ) -> None:
        self.network, self.settings, self._draw = network, network.settings, draw
        self._device = next(network.parameters()).device
        self._held_out = [_samples(held_out(FIRST_HELD_OUT + i)) for i in range(HELD_OUT)]
        self.samples = len(self._held_out[0].truth)
        self._without = {
            "mean colour, dB": self._psnr(lambda each: torch.zeros_like(each.truth)),
            "smooth fill, dB": self._psnr(lambda each: smooth_start(each.visible[:, :3], each.visible[:, 3:4])),
        }

    def phase(self, step: int) -> int:
        """Always 0: no loss joins later."""
        return 0

    def sample_batch(self, step: int) -> Batch:
        """Pictures with holes."""
        samples = _samples(self._draw(step))
        return Batch((samples.visible, samples.truth), ())

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """Reconstruction of every stage, and the predicted error in the hole."""
        visible, truth = tensors
        hole = 1 - visible[:, 3:4]
        with autocast(self._device):
            painted = self.network(visible)
        weight = hole + KNOWN_WEIGHT * (1 - hole)
        total = torch.stack([masked_l1(stage, truth, weight) for stage in painted]).sum()
        return total + NLL_WEIGHT * laplace_nll(painted[-1][:, 3:4], painted[-1], truth, hole)

    @property
    def to_beat(self) -> tuple[str, float]:
        """The smooth fill."""
        return "smooth fill", self._without["smooth fill, dB"]

    def validate(self, network: nn.Module) -> float:
        """PSNR in the hole, dB; working code values, peak 1."""

        def painted(each: PainterSamples) -> torch.Tensor:
            with autocast(self._device):
                colour: torch.Tensor = network(each.visible)[-1][:, :3]
            return colour.float()

        return self._psnr(painted)

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """PSNR in the hole: of the mean of what is visible, of a smooth fill, and of what the network paints."""
        return {**self._without, "painted, dB": self.validate(network)}

    def _psnr(self, fill: Callable[[PainterSamples], torch.Tensor]) -> float:
        """PSNR in the held-out holes of what fills them."""
        square = count = 0.0
        with torch.no_grad():
            for each in self._held_out:
                hole = 1 - each.visible[:, 3:4]
                square += float(((fill(each) - each.truth) * each.deviation * hole).square().sum())
                count += 3 * float(hole.sum())
        return -10 * math.log10(max(1e-12, square / max(1.0, count)))


def _samples(clip: PictureClip) -> PainterSamples:
    """Normalise each picture by the mean and deviation of what is visible of it, as a fit does a whole shot."""
    with torch.no_grad():
        frames, truth = clip.working.flatten(0, 1), clip.working_truth.flatten(0, 1)
        visible = (clip.mattes.flatten(0, 1) <= 0).to(frames.dtype)
        count = visible.sum((2, 3), keepdim=True).clamp(min=1)
        mean = (frames * visible).sum((2, 3), keepdim=True) / count
        square = ((frames - mean).square() * visible).sum((2, 3), keepdim=True) / count
        deviation = square.mean(1, keepdim=True).sqrt().clamp(min=MIN_DEVIATION)
        colour = (frames - mean) / deviation * visible
        seen = torch.cat((colour, visible), 1).contiguous(memory_format=torch.channels_last)
        return PainterSamples(seen, (truth - mean) / deviation, deviation)


def open_painter_objective(
    draw: Callable[[int], PictureClip],
    held_out: Callable[[int], PictureClip],
    device: torch.device,
    seed: int,
    settings: Mapping[str, object],
) -> PainterObjective:
    """The objective with a painter at its start.

    draw, held_out  as ``PainterObjective`` takes them
    device          of the network
    seed            of the network's start
    settings        fields of ``PainterSettings`` that are not the defaults
    """
    network = open_painter(PainterSettings(**settings), seed)  # type: ignore[arg-type]
    return PainterObjective(network.to(device), draw, held_out)
