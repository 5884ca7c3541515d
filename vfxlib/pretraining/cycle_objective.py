"""The objective of completion and mask prediction: from one marked frame the next is found and mended."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import nn

from vfxlib.nets.cycle import CycleNetworks, CycleSettings, nearest_frames, open_cycle
from vfxlib.nets.cycle_completion import Completed, cover
from vfxlib.nets.flow_start import smooth_start
from vfxlib.pretraining.cycle_loss import cycle_loss, frame_loss, mask_loss, total_loss
from vfxlib.train.objective import Batch

__all__ = ["CUT", "CorruptedFrames", "CycleObjective", "intersection_over_union", "open_cycle_objective"]

COMPLETION, MASKS, CYCLE = range(3)  # stages: each adds its terms to those before
MASKS_FROM, CYCLE_FROM = 500, 1500  # steps
CUT = 0.25  # a mask of at least this is damage that is seen
HELD_OUT = 8  # batches: damage covers little, so figures of few clips say little
FIRST_HELD_OUT = 2**40  # no training reaches it


class CorruptedFrames(Protocol):
    """Of a batch of clips, what is seen, what was there and where, as ``vfxlib.training_ground`` draws it."""

    @property
    def working(self) -> torch.Tensor:
        """[b t 3 h w]  with damage, working code values."""

    @property
    def working_truth(self) -> torch.Tensor:
        """[b t 3 h w]  without; where the mask is 0 the same bits."""

    @property
    def masks(self) -> torch.Tensor:
        """[b t 1 h w]  0..1."""


@dataclass(frozen=True)
class _Samples:
    """frames, truth [b t 3 h w], masks [b t 1 h w]."""

    frames: torch.Tensor
    truth: torch.Tensor
    masks: torch.Tensor


@dataclass(frozen=True)
class _Chain:
    """A marked frame completed, the next one's mask predicted, and that one completed by it.

    marked, following  of the two frames
    logits             [b 1 h w]  of the next one's mask
    """

    marked: Completed
    logits: torch.Tensor
    following: Completed


class CycleObjective:
    """A ``TrainingObjective``.

    The middle frame of a clip is marked, and the next one is found and completed; half of the clips run backwards.

    network    that is trained, on its device
    draw       step -> clips on that device, always the same for the same step; of two frames more than references
    held_out   the same, of pictures that are not trained on
    stages     steps from which mask prediction, and from which chain and cycle, are in the loss
    """

    kind = "cycle"
    measure = "PSNR of the frame after the marked one, in its damage, dB"

    def __init__(
        self,
        network: CycleNetworks,
        draw: Callable[[int], CorruptedFrames],
        held_out: Callable[[int], CorruptedFrames],
        stages: tuple[int, int] = (MASKS_FROM, CYCLE_FROM),
    ) -> None:
        self.network, self.settings, self._draw, self._stages = network, network.settings, draw, stages
        self._held_out = [_samples(held_out(FIRST_HELD_OUT + i)) for i in range(HELD_OUT)]
        self.samples, frames = self._held_out[0].frames.shape[:2]
        assert frames == self.settings.references + 2, "a clip has a marked frame, the next, and their references"
        self._marked = self.settings.references // 2
        self._next = self._marked + 1
        self._references = [
            list(nearest_frames(place, frames, self.settings.references)) for place in (self._marked, self._next)
        ]
        self._without = self._judge(
            lambda each: (
                each.masks[:, self._marked],
                _smooth(each.frames[:, self._next], each.masks[:, self._marked]),
                _smooth(each.frames[:, self._next], each.masks[:, self._next]),
            )
        )

    def phase(self, step: int) -> int:
        """The stage: 0 completion, 1 mask prediction too, 2 both in a cycle."""
        return sum(step >= first for first in self._stages)

    def sample_batch(self, step: int) -> Batch:
        """Clips, every second one backwards."""
        samples = _samples(self._draw(step))
        tensors = (samples.frames, samples.truth, samples.masks)
        return Batch(tuple(torch.cat((x[::2], x[1::2].flip(1))) for x in tensors), ())

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """The paper's eq. 11, as far as the stage has come."""
        samples, network = _Samples(*tensors), self.network
        frames, truth, masks = samples.frames, samples.truth, samples.masks
        here, there = self._marked, self._next
        nothing = torch.zeros((), device=frames.device)
        marked = self._complete(network, samples, here, masks[:, here])
        if phase < CYCLE:
            following = self._complete(network, samples, there, masks[:, there])
        if phase == MASKS:
            given = Completed(marked.frame.detach(), marked.features.detach())
            found = mask_loss(network.predict(frames[:, there], given), masks[:, there])
        elif phase == CYCLE:
            logits = network.predict(frames[:, there], marked)
            following = self._complete(network, samples, there, logits.sigmoid())
            found = mask_loss(logits, masks[:, there])
        else:
            found = nothing
        built = [
            frame_loss(each.frame, truth[:, place], masks[:, place])
            for each, place in ((marked, here), (following, there))
        ]
        if phase < CYCLE:
            return total_loss(sum(built, nothing) / 2, found, nothing)
        again = network.predict(frames[:, here], marked).sigmoid()
        frame_again = self._complete(network, samples, here, again).frame
        cycle = cycle_loss(masks[:, here], again, marked.frame, frame_again)
        return total_loss(sum(built, nothing) / 2, found, cycle)

    @property
    def to_beat(self) -> tuple[str, float]:
        """The marked frame's mask left where it is, filled smoothly."""
        return "smooth fill under the marked frame's mask", self._without["end to end, dB"]

    def validate(self, network: nn.Module) -> float:
        """PSNR of the next frame in its damage, completed by its predicted mask, dB; working code values, peak 1."""
        assert isinstance(network, CycleNetworks)
        return self._judge(lambda each: self._run(network, each))["end to end, dB"]

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """Intersection over union of the next frame's mask, and PSNR of its fill by that mask and by the true one.

        Of what needs no network, the marked frame's mask and smooth fills, and of the network.
        """
        assert isinstance(network, CycleNetworks)
        learned = self._judge(lambda each: self._run(network, each))
        names = {"iou": "IoU", "end to end, dB": "by the mask found, dB", "completed, dB": "by the true mask, dB"}
        return {
            f"{who}: {words}": figures[name]
            for name, words in names.items()
            for who, figures in (("mask left, smooth fill", self._without), ("learned", learned))
        }

    def _complete(self, network: CycleNetworks, samples: _Samples, place: int, mask: torch.Tensor) -> Completed:
        references = self._references[place - self._marked]
        return network.complete(samples.frames[:, references], samples.frames[:, place], mask)

    def _run(self, network: CycleNetworks, each: _Samples) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The next frame's mask, its fill by that, and its fill by the true one."""
        marked = self._complete(network, each, self._marked, each.masks[:, self._marked])
        found = network.predict(each.frames[:, self._next], marked).sigmoid()
        by_found = self._complete(network, each, self._next, found).frame
        by_true = self._complete(network, each, self._next, each.masks[:, self._next]).frame
        return found, by_found, by_true

    def _judge(self, run: Callable[[_Samples], tuple[torch.Tensor, torch.Tensor, torch.Tensor]]) -> dict[str, float]:
        """Figures on the held-out clips of what gives mask, fill by that mask, and fill by the true one."""
        shared = either = count = 0.0
        squares = [0.0, 0.0]
        with torch.no_grad():
            for each in self._held_out:
                found, *fills = run(each)
                mask, truth = each.masks[:, self._next], each.truth[:, self._next]
                parts = intersection_over_union(found, mask)
                shared, either = shared + parts[0], either + parts[1]
                hole = (mask >= CUT).to(truth.dtype)
                count += 3.0 * float(hole.sum())
                for i, fill in enumerate(fills):
                    squares[i] += float(((fill - truth) * hole).square().sum())
        psnr = [-10 * math.log10(max(1e-12, square / max(1.0, count))) for square in squares]
        return {"iou": shared / max(1.0, either), "end to end, dB": psnr[0], "completed, dB": psnr[1]}


def intersection_over_union(found: torch.Tensor, mask: torch.Tensor) -> tuple[float, float]:
    """How many pixels two masks share, and how many either has, each cut at a quarter.

    found, mask  any shape, 0..1
    """
    one, other = found >= CUT, mask >= CUT
    return float((one & other).sum()), float((one | other).sum())


def _smooth(frame: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return smooth_start(frame, 1.0 - cover(mask))


def _samples(clip: CorruptedFrames) -> _Samples:
    with torch.no_grad():
        return _Samples(clip.working, clip.working_truth, clip.masks)


def open_cycle_objective(
    draw: Callable[[int], CorruptedFrames],
    held_out: Callable[[int], CorruptedFrames],
    device: torch.device,
    seed: int,
    settings: Mapping[str, object],
) -> CycleObjective:
    """The objective with networks at their start.

    draw, held_out  as ``CycleObjective`` takes them
    device          of the networks
    seed            of their start
    settings        fields of ``CycleSettings`` that are not the defaults
    """
    network = open_cycle(CycleSettings(**settings), seed)  # type: ignore[arg-type]
    return CycleObjective(network.to(device), draw, held_out)
