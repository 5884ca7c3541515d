"""What MaskPropagate's network is trained to do: find the keys' objects wherever they are put."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.mask_propagate.augment import Sample, augment_cutout, crop_pseudo_label
from vfxlib.mask_propagate.cutout import Cutout
from vfxlib.mask_propagate.features import FOLLOWS, drop_channels
from vfxlib.mask_propagate.mask_noise import perturb_mask
from vfxlib.mask_propagate.pseudo_labels import PseudoLabels
from vfxlib.nets.masker import Masker
from vfxlib.train.autocast import autocast
from vfxlib.train.objective import Batch

__all__ = ["NEEDED", "PropagateObjective", "PropagateSettings", "weighted_bce"]

FORGIVING = 0.8  # the paper's alpha: weight of calling background object
KEYS = 0.5  # share of samples of the keys once mattes were found on other frames
JUDGED = 12  # samples by which a network is judged
BEYOND = 2**40  # steps that no fit reaches: these are of them
NEEDED = 320 * 2**20  # bytes that a step and the frames around it take on the processor, measured with these batches


@dataclass(frozen=True)
class PropagateSettings:
    """How a network is fitted.

    batch, crop  samples of a step, and their side in pixels
    seed         of everything that is drawn
    round        of the fit, so that each draws its own
    """

    batch: int = 4
    crop: int = 160
    seed: int = 0
    round: int = 0


class PropagateObjective:
    """A ``Recipe``.

    network  of ``SEEN`` channels and one for each object
    keys     cut out; not all empty
    found    what an earlier network found on the shot's frames; None in the first round
    wishes   how
    """

    def __init__(
        self, network: Masker, keys: Sequence[Cutout], found: PseudoLabels | None, wishes: PropagateSettings
    ) -> None:
        self._network, self._keys, self._found, self._wishes = network, list(keys), found, wishes
        self._device = keys[0].shown.device
        self._size = max(key.size for key in keys)

    @property
    def network(self) -> Masker:
        """The network."""
        return self._network

    def phase(self, step: int) -> int:
        """One for all steps."""
        return 0

    def sample_batch(self, step: int) -> Batch:
        """Objects at other places, with mattes as they come out of being carried."""
        rng = np.random.default_rng((self._wishes.seed, 4, self._wishes.round, step))
        samples, where, seen = [], [], []
        with torch.no_grad():
            for _ in range(self._wishes.batch):
                sample, number = self._sample(rng)
                samples.append(sample)
                where.append(number)
                prior = perturb_mask(rng, sample.mattes, sample.size or self._size)
                shown = sample.shown if bool((prior > 0).any()) else drop_channels(sample.shown, FOLLOWS)
                seen.append(torch.cat((shown, prior)))
            x = torch.stack(seen).contiguous(memory_format=torch.channels_last)
            mattes = torch.stack([sample.mattes for sample in samples])
            weight = torch.stack([sample.weight for sample in samples])
        return Batch((x, mattes, weight), tuple(where))

    def _sample(self, rng: np.random.Generator) -> tuple[Sample, int]:
        side = self._wishes.crop
        if self._found is None or rng.random() < KEYS:
            key = self._keys[int(rng.integers(len(self._keys)))]
            return augment_cutout(rng, key, side), key.number
        place = int(rng.integers(len(self._found)))
        shown, mattes, weight = self._found.frame(place)
        return crop_pseudo_label(rng, shown, mattes, weight, side, self._size), self._found.numbers[place]

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """The weighted cross-entropy."""
        x, mattes, weight = tensors
        with autocast(self._device):
            found = self._network(x)
        return weighted_bce(found, mattes, weight)

    def validate(self, network: nn.Module) -> float:
        """PSNR of the mattes on samples that are never drawn for a step, dB."""
        squared, count = 0.0, 0.0
        with torch.no_grad():
            for step in range(-(-JUDGED // self._wishes.batch)):
                x, mattes, weight = self.sample_batch(BEYOND + step).tensors
                with autocast(self._device):
                    found = torch.sigmoid(network(x).float())
                squared += float(((found - mattes) ** 2 * weight).sum())
                count += float(weight.sum())
        return -10 * math.log10(max(squared / max(count, 1.0), 1e-6))


def weighted_bce(found: torch.Tensor, mattes: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Cross-entropy that minds an object missed more than background taken along.

    found    [b k h w]  log odds
    mattes   [b k h w]  0..1
    weight   [b k h w]  0..1, not all 0
    paper    Implicit internal video inpainting, eq. 6; alpha 0.8. The mean is over what counts
    """
    missed = mattes * F.logsigmoid(found) + FORGIVING * (1 - mattes) * F.logsigmoid(-found)
    return -(missed * weight).sum() / weight.sum().clamp(min=1.0)
