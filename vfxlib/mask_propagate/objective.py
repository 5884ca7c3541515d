"""MaskPropagate's objective: a network learns by weighted BCE to segment the keys' objects wherever they are."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812
from torch import nn

from vfxlib.mask_propagate.augment import Sample, augment_cutout, crop_pseudo_label
from vfxlib.mask_propagate.cutout import Cutout
from vfxlib.mask_propagate.features import OBJECT_MOTION, drop_channels
from vfxlib.mask_propagate.mask_noise import perturb_mask
from vfxlib.mask_propagate.pseudo_labels import PseudoLabels
from vfxlib.nets.masker import Masker
from vfxlib.train.autocast import autocast
from vfxlib.train.objective import Batch

__all__ = ["STEP_BYTES", "PropagateObjective", "PropagateSettings", "weighted_bce"]

BACKGROUND_WEIGHT = 0.8  # the paper's alpha: weight of calling background object
KEY_SHARE = 0.5  # of samples that are of the keys once there are pseudo-labels
VALIDATION_SAMPLES = 12
VALIDATION_STEP = 2**40  # no fit reaches it: from here on are the batches that validate
STEP_BYTES = 320 * 2**20  # that a step and the frames around it take on the processor, measured with these batches


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
    """An ``Objective``.

    network        of ``INPUT_CHANNELS`` channels and one for each object
    keys           cut out; not all empty
    pseudo_labels  of an earlier round's network on the shot's frames; None in the first round
    settings       of the fit
    """

    def __init__(
        self, network: Masker, keys: Sequence[Cutout], pseudo_labels: PseudoLabels | None, settings: PropagateSettings
    ) -> None:
        self.network, self._keys, self._pseudo_labels, self._settings = network, list(keys), pseudo_labels, settings
        self._device = keys[0].features.device
        self._size = max(key.size for key in keys)

    def phase(self, step: int) -> int:
        """One for all steps."""
        return 0

    def sample_batch(self, step: int) -> Batch:
        """Augmented samples, with noisy mattes as propagation leaves them."""
        rng = np.random.default_rng((self._settings.seed, 4, self._settings.round, step))
        samples, numbers, crops = [], [], []
        with torch.no_grad():
            for _ in range(self._settings.batch):
                sample, number = self._draw_sample(rng)
                samples.append(sample)
                numbers.append(number)
                prior = perturb_mask(rng, sample.mattes, sample.size or self._size)
                features = sample.features if bool((prior > 0).any()) else drop_channels(sample.features, OBJECT_MOTION)
                crops.append(torch.cat((features, prior)))
            x = torch.stack(crops).contiguous(memory_format=torch.channels_last)
            mattes = torch.stack([sample.mattes for sample in samples])
            weight = torch.stack([sample.weight for sample in samples])
        return Batch((x, mattes, weight), tuple(numbers))

    def _draw_sample(self, rng: np.random.Generator) -> tuple[Sample, int]:
        side = self._settings.crop
        if self._pseudo_labels is None or rng.random() < KEY_SHARE:
            key = self._keys[int(rng.integers(len(self._keys)))]
            return augment_cutout(rng, key, side), key.number
        index = int(rng.integers(len(self._pseudo_labels)))
        features, mattes, weight = self._pseudo_labels.frame(index)
        return crop_pseudo_label(rng, features, mattes, weight, side, self._size), self._pseudo_labels.numbers[index]

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """The weighted binary cross-entropy."""
        x, mattes, weight = tensors
        with autocast(self._device):
            log_odds = self.network(x)
        return weighted_bce(log_odds, mattes, weight)

    def validate(self, network: nn.Module) -> float:
        """PSNR of the mattes on samples that are never drawn for a step, dB."""
        squared, count = 0.0, 0.0
        with torch.no_grad():
            for step in range(-(-VALIDATION_SAMPLES // self._settings.batch)):
                x, mattes, weight = self.sample_batch(VALIDATION_STEP + step).tensors
                with autocast(self._device):
                    predicted = torch.sigmoid(network(x).float())
                squared += float(((predicted - mattes) ** 2 * weight).sum())
                count += float(weight.sum())
        return -10 * math.log10(max(squared / max(count, 1.0), 1e-6))


def weighted_bce(log_odds: torch.Tensor, mattes: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Weighted binary cross-entropy (BCE) that minds an object missed more than background taken along.

    log_odds  [b k h w]
    mattes    [b k h w]  0..1
    weight    [b k h w]  0..1, not all 0
    paper     Implicit internal video inpainting, eq. 6; alpha 0.8. The mean is over what counts
    """
    likelihood = mattes * F.logsigmoid(log_odds) + BACKGROUND_WEIGHT * (1 - mattes) * F.logsigmoid(-log_odds)
    return -(likelihood * weight).sum() / weight.sum().clamp(min=1.0)
