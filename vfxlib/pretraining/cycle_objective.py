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

MASKS, CYCLE = 1, 2  # stages behind that of completion alone: each adds its terms to those before
# steps; before masks are found the cycle is closed best by finding none, and then it stays so
MASKS_FROM, CYCLE_FROM = 250, 2500
CUT = 0.25  # a mask of at least this is damage that is seen
WITHOUT = "smooth fill under the mask left"
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


class CycleObjective:
    """A ``TrainingObjective``.

    The middle frame of a clip is marked, and the next one is found and completed; half of the clips run backwards.

    network    that is trained, on its device
    draw       step -> clips on that device, always the same for the same step; of two frames more than references
    held_out   the same, of pictures that are not trained on
    stages     steps from which mask prediction, and from which chain and cycle, are in the loss
    cycle      False to leave the loss of the cycle out, to see what it is worth
    """

    kind = "cycle"
    measure = "PSNR in the next frame's damage, dB"
    second_measure = "IoU of its mask, %"

    def __init__(
        self,
        network: CycleNetworks,
        draw: Callable[[int], CorruptedFrames],
        held_out: Callable[[int], CorruptedFrames],
        stages: tuple[int, int] = (MASKS_FROM, CYCLE_FROM),
        cycle: bool = True,
    ) -> None:
        self.network, self.settings, self._draw, self._stages = network, network.settings, draw, stages
        self._cycle = cycle
        self._held_out = [_samples(held_out(FIRST_HELD_OUT + i)) for i in range(HELD_OUT)]
        self.samples, frames = self._held_out[0].frames.shape[:2]
        assert frames == self.settings.references + 2, "a clip has a marked frame, the next, and their references"
        self._marked = self.settings.references // 2
        self._next = self._marked + 1
        self._references = [
            nearest_frames(place, frames, self.settings.references) for place in (self._marked, self._next)
        ]
        left = self._overlap(lambda each: each.masks[:, self._marked])
        by_left = self._psnr(lambda each: _smooth(each.frames[:, self._next], each.masks[:, self._marked]))
        by_true = self._psnr(lambda each: _smooth(each.frames[:, self._next], each.masks[:, self._next]))
        self._without = (left, by_left, by_true)

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
        hint, found = masks[:, there], nothing  # until the cycle begins the next frame is completed by its true mask
        if phase >= MASKS:
            given = marked if phase >= CYCLE else Completed(marked.frame.detach(), marked.features.detach())
            logits = network.predict(frames[:, there], given)
            found = mask_loss(logits, masks[:, there])
            hint = logits.sigmoid() if phase >= CYCLE else hint
        following = self._complete(network, samples, there, hint)
        built = [
            frame_loss(each.frame, truth[:, place], masks[:, place])
            for each, place in ((marked, here), (following, there))
        ]
        if phase < CYCLE or not self._cycle:
            return total_loss(sum(built, nothing) / 2, found, nothing)
        again = network.predict(frames[:, here], marked).sigmoid()
        frame_again = self._complete(network, samples, here, again).frame
        cycle = cycle_loss(masks[:, here], again, marked.frame, frame_again)
        return total_loss(sum(built, nothing) / 2, found, cycle)

    @property
    def to_beat(self) -> tuple[str, float]:
        """The marked frame's mask left where it is, filled smoothly."""
        return WITHOUT, self._without[1]

    def validate(self, network: nn.Module) -> float:
        """PSNR of the next frame in its damage, completed by its predicted mask, dB; working code values, peak 1."""
        assert isinstance(network, CycleNetworks)
        return self._psnr(
            lambda each: self._complete(network, each, self._next, self._predict(network, each).sigmoid()).frame
        )

    def second(self, network: nn.Module) -> float:
        """Intersection over union of the next frame's mask as predicted and the true one, percent."""
        assert isinstance(network, CycleNetworks)
        return 100.0 * self._overlap(lambda each: self._predict(network, each).sigmoid())

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """Intersection over union of the next frame's mask, and PSNR of its fill by that mask and by the true one.

        Of what needs no network, the marked frame's mask and smooth fills, and of the network.
        """
        assert isinstance(network, CycleNetworks)
        by_true = self._psnr(lambda each: self._complete(network, each, self._next, each.masks[:, self._next]).frame)
        learned = (self.second(network) / 100.0, self.validate(network), by_true)
        names = ("IoU", "by the mask found, dB", "by the true mask, dB")
        return {
            f"{who}: {name}": figure
            for name, *pair in zip(names, self._without, learned, strict=True)
            for who, figure in zip((WITHOUT, "learned"), pair, strict=True)
        }

    def _complete(self, network: CycleNetworks, samples: _Samples, place: int, mask: torch.Tensor) -> Completed:
        # not by a list of places, which would be copied to the device within a captured step
        references = torch.stack([samples.frames[:, i] for i in self._references[place - self._marked]], 1)
        return network.complete(references, samples.frames[:, place], mask)

    def _predict(self, network: CycleNetworks, each: _Samples) -> torch.Tensor:
        """Logits of the next frame's mask, by the marked frame completed."""
        marked = self._complete(network, each, self._marked, each.masks[:, self._marked])
        return network.predict(each.frames[:, self._next], marked)

    def _overlap(self, find: Callable[[_Samples], torch.Tensor]) -> float:
        """Intersection over union on the held-out clips of what finds the next frame's mask."""
        with torch.no_grad():
            parts = [intersection_over_union(find(each), each.masks[:, self._next]) for each in self._held_out]
        return sum(shared for shared, _ in parts) / max(1.0, sum(either for _, either in parts))

    def _psnr(self, fill: Callable[[_Samples], torch.Tensor]) -> float:
        """PSNR in the next frame's damage on the held-out clips, of what fills it."""
        square = count = 0.0
        with torch.no_grad():
            for each in self._held_out:
                truth = each.truth[:, self._next]
                hole = (each.masks[:, self._next] >= CUT).to(truth.dtype)
                square += float(((fill(each) - truth) * hole).square().sum())
                count += 3.0 * float(hole.sum())
        return -10 * math.log10(max(1e-12, square / max(1.0, count)))


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
