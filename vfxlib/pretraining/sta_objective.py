"""STA-Net's objective: holes of a frame are painted from other frames of made scenes, whose truth is known."""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import torch
from torch import nn

from vfxlib.nets.critic import Critic
from vfxlib.nets.flow_start import smooth_start
from vfxlib.nets.gated import init_weights
from vfxlib.nets.sta import StaClip, StaSettings, open_sta, warped
from vfxlib.nets.sta_alignment import affine_flow
from vfxlib.nets.sta_clip import KIND, TrainedSta
from vfxlib.pretraining.sta_loss import StaLossWeights, fit_features, sta_loss
from vfxlib.pretraining.sta_samples import MovingPictures, StaSamples, draw_samples
from vfxlib.train.autocast import autocast
from vfxlib.train.objective import Batch

__all__ = ["StaObjective", "StaStages", "open_sta_objective"]

HELD_OUT = 4  # batches
FIRST_HELD_OUT = 2**40  # no training reaches it
HELD_OUT_SEED = 90210  # whatever the training's, so that figures of two can be compared
FITTED = 4  # batches that the perceptual features are fitted to
CRITIC = 16  # channels of the critic's first layer
ALIGN, TEMPORAL, SPATIAL = range(3)


class StaStages:
    """When the parts of the network are trained: the paper's A.2 in steps, for made scenes have no epochs.

    align    steps in which the alignment's weight is ``more`` times as large, so that it is learned first
    spatial  step from which the spatial aggregation is trained too
    """

    def __init__(self, align: int = 300, more: float = 4.0, spatial: int = 600) -> None:
        self.align, self.more, self.spatial = align, more, spatial

    def at(self, step: int) -> int:
        """The stage that a step belongs to."""
        return SPATIAL if step >= self.spatial else TEMPORAL if step >= self.align else ALIGN


class StaObjective:
    """A ``TrainingObjective``.

    network   that is trained, on its device, with its critic
    draw      step -> clips on that device, always the same for the same step; from another thread, too
    held_out  the same, of scenes that are not trained on
    seed      of targets, errors of motion and perceptual features
    weights   of the losses
    stages    of the training
    """

    kind = KIND
    measure = "PSNR in the hole, dB"

    def __init__(
        self,
        network: TrainedSta,
        draw: Callable[[int], MovingPictures],
        held_out: Callable[[int], MovingPictures],
        seed: int,
        weights: StaLossWeights | None = None,
        stages: StaStages | None = None,
    ) -> None:
        self.network, self.settings = network, network.sta.settings
        self._draw, self._seed = draw, seed
        self._weights, self._stages = weights or StaLossWeights(), stages or StaStages()
        self._device = next(network.parameters()).device
        fitted = [self._samples(draw, FIRST_HELD_OUT + i, seed).truth for i in range(FITTED)]
        self._features = fit_features(torch.cat(fitted), seed)
        self._held_out = [self._samples(held_out, FIRST_HELD_OUT + i, HELD_OUT_SEED) for i in range(HELD_OUT)]
        self.samples = len(self._held_out[0].truth)
        self._without = {
            "smooth fill, dB": self._psnr(lambda clip: smooth_start(clip.target, 1 - clip.hole)),
            "mean along the motion, dB": self._psnr(_mean_along_motion),
        }

    def phase(self, step: int) -> int:
        """The stage: alignment first, then the temporal aggregation, then the spatial one too."""
        stage = self._stages.at(step)
        return TEMPORAL if stage == SPATIAL and not self.settings.spatial else stage

    def sample_batch(self, step: int) -> Batch:
        """Targets with their references."""
        samples = self._samples(self._draw, step, self._seed)
        clip = samples.clip
        parts = (clip.target, clip.hole, clip.references, clip.visible, clip.flows, samples.truth, samples.between)
        return Batch(parts, ())

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """Equation 1."""
        *parts, truth, between = tensors
        clip, spatial = StaClip(*parts), phase == SPATIAL
        with autocast(self._device):
            result = self.network.sta(clip, spatial=spatial)
        more = self._stages.more if phase == ALIGN else 1.0
        weights = replace(self._weights, align=more * self._weights.align)
        total = sta_loss(result, clip, truth, between, self._features, self.network.critic, weights)
        if not spatial:  # no gradient at all is none that can be captured
            total = total + 0 * sum(each.sum() for each in self.network.spatial_parameters())
        return total

    @property
    def to_beat(self) -> tuple[str, float]:
        """The better of a smooth fill and what the motion brings, averaged."""
        name = max(self._without, key=self._without.__getitem__)
        return name.removesuffix(", dB"), self._without[name]

    def validate(self, network: nn.Module) -> float:
        """PSNR in the hole, dB; working code values, peak 1."""
        return self._psnr(lambda clip: _painted(network, clip).final)

    def figures(self, network: nn.Module) -> Mapping[str, float]:
        """PSNR in the hole without a network and with it, and the parts of the hole apart; how far alignment is off."""

        def inside(mask: str) -> float:
            return self._psnr(lambda clip: _painted(network, clip).final, lambda clip: _part(network, clip, mask))

        return {
            **self._without,
            "painted, dB": self.validate(network),
            "painted where references show the place, dB": inside("seen"),
            "painted where none does, dB": inside("leftover"),
            **self._misalignment(network),
        }

    def _misalignment(self, network: Any) -> dict[str, float]:
        """Mean distance from the background's motion, over the whole frame, of the affine maps and of no map at all."""
        affine = network.sta.affine
        if affine is None:
            return {}
        off = still = count = 0.0
        with torch.no_grad():
            for clip in (each.clip for each in self._held_out):
                known = torch.cat((clip.target * (1 - clip.hole), 1 - clip.hole), 1)
                for i in range(clip.flows.shape[1]):
                    reference = torch.cat((clip.references[:, i] * clip.visible[:, i], clip.visible[:, i]), 1)
                    size = (reference.shape[-2], reference.shape[-1])
                    apart = affine_flow(affine(known, reference), size) - clip.flows[:, i]
                    off += float(apart.square().sum(1).sqrt().mean())
                    still += float(clip.flows[:, i].square().sum(1).sqrt().mean())
                    count += 1
        return {"not aligned, px": still / count, "aligned by the affine network, px": off / count}

    def _psnr(
        self,
        fill: Callable[[StaClip], torch.Tensor],
        mask: Callable[[StaClip], torch.Tensor] = lambda clip: clip.hole,
    ) -> float:
        """PSNR of what fills the held-out holes, in a part of them."""
        square = count = 0.0
        with torch.no_grad():
            for each in self._held_out:
                inside = mask(each.clip)
                square += float(((fill(each.clip) - each.truth) * each.deviation * inside).square().sum())
                count += 3 * float(inside.sum())
        return -10 * math.log10(max(1e-12, square / max(1.0, count)))

    def _samples(self, draw: Callable[[int], MovingPictures], step: int, seed: int) -> StaSamples:
        rng = torch.Generator().manual_seed((seed * 0x9E3779B97F4A7C15 + step * 0xC2B2AE3D27D4EB4F) % 2**63)
        return draw_samples(draw(step), rng)


def _painted(network: Any, clip: StaClip) -> Any:
    with autocast(clip.target.device):
        return network.sta(clip)


def _part(network: Any, clip: StaClip, mask: str) -> torch.Tensor:
    leftover: torch.Tensor = _painted(network, clip).leftover
    return leftover if mask == "leftover" else clip.hole - leftover


def _mean_along_motion(clip: StaClip) -> torch.Tensor:
    """The mean of the references along the motion, and a smooth fill where none shows the place."""
    total, weight = torch.zeros_like(clip.target), torch.zeros_like(clip.hole)
    for i in range(clip.references.shape[1]):
        reference = torch.cat((clip.references[:, i] * clip.visible[:, i], clip.visible[:, i]), 1)
        aligned = warped(reference, clip.flows[:, i])
        total, weight = total + aligned.picture, weight + aligned.visible
    known = torch.maximum((weight > 0).to(weight.dtype), 1 - clip.hole)
    return smooth_start(torch.lerp(clip.target, total / weight.clamp(min=1), clip.hole), known)


def open_sta_objective(
    draw: Callable[[int], MovingPictures],
    held_out: Callable[[int], MovingPictures],
    device: torch.device,
    seed: int,
    settings: Mapping[str, object],
) -> StaObjective:
    """The objective with a network at its start.

    draw, held_out  as ``StaObjective`` takes them
    device          of the network
    seed            of the network's start, of targets and errors
    settings        fields of ``StaSettings`` that are not the defaults
    """
    network = open_sta(StaSettings(**settings), seed)  # type: ignore[arg-type]
    critic = Critic(CRITIC) if network.settings.spatial else None
    if critic is not None:
        init_weights(critic, seed + 1)
    return StaObjective(TrainedSta(network, critic).to(device), draw, held_out, seed)
