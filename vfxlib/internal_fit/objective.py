"""InternalFit's objective: a network learns to paint what a synthetic hole hides, wherever that is known."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from vfxlib.image.box import Box
from vfxlib.internal_fit.ambiguity import anti_ambiguity_loss
from vfxlib.internal_fit.channels import COLOUR, visible_map
from vfxlib.internal_fit.coarse_to_fine import network_input, visible_input
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.internal_fit.holdout import Holdout
from vfxlib.internal_fit.reconstruct import laplace_nll, masked_l1
from vfxlib.internal_fit.stabilise import apply_change, draw_change, stabilisation_loss
from vfxlib.internal_fit.synthetic_holes import SyntheticHole, crop_with_hole, draw_synthetic_hole, holdout_mask
from vfxlib.nets.encoder import Encoder
from vfxlib.nets.painter import Painter
from vfxlib.train.autocast import autocast
from vfxlib.train.objective import Batch

__all__ = ["InpaintObjective", "InpaintSettings"]

NLL_WEIGHT = 0.01  # of the Laplace likelihood of the predicted error: at 0.05 it cost the colours 0.7 dB
VALIDATION_STEP = 2**40  # no fit reaches it: its batch validates where nothing could be held out


@dataclass(frozen=True)
class InpaintSettings:
    """How a network is fitted.

    ambiguity         weight of the anti-ambiguity loss, 0 leaves it out
    stabilise         weight of the stabilisation loss, 0 leaves it out
    regularised_from  step from which these two join
    batch, crop       samples of a step, and their side in pixels
    seed              of everything that is drawn
    """

    ambiguity: float
    stabilise: float
    regularised_from: int
    batch: int = 4
    crop: int = 160
    seed: int = 0


@dataclass(frozen=True)
class _InpaintSample:
    """One crop of one frame.

    visible  [4 h w]  what the network sees: colour, visible map
    truth    [3 h w]  the frame's colour
    weight   [1 h w]  what of it counts in the loss
    hole     [1 h w]  1 under the moved matte
    """

    visible: torch.Tensor
    truth: torch.Tensor
    weight: torch.Tensor
    hole: torch.Tensor


class InpaintObjective:
    """An ``Objective`` for one level.

    dataset   the shot
    level     that is fitted
    networks  of the levels below, finished, and this level's own
    held_out  index -> the moved matte under which no loss may look; the holdout
    settings  of the fit
    encoder   of the anti-ambiguity loss; None leaves that out
    """

    def __init__(
        self,
        dataset: InpaintDataset,
        level: int,
        networks: Sequence[Painter],
        held_out: Mapping[int, SyntheticHole],
        settings: InpaintSettings,
        encoder: Encoder | None = None,
    ) -> None:
        self.dataset, self._level, self._networks = dataset, level, list(networks)
        self._held_out, self.settings, self._encoder = held_out, settings, encoder
        self.network = self._networks[level]
        self._device = next(self.network.parameters()).device
        self.holdout = Holdout(dataset, level, self._networks, held_out)

    def phase(self, step: int) -> int:
        """1 when the regularising losses have joined."""
        wanted = self.settings.ambiguity > 0 or self.settings.stabilise > 0
        return int(wanted and step >= self.settings.regularised_from)

    def sample_batch(self, step: int) -> Batch:
        """Crops of frames with synthetic holes."""
        rng = np.random.default_rng((self.settings.seed, 2, self._level, step))
        with torch.no_grad(), autocast(self._device):
            synthetic = [
                draw_synthetic_hole(self.dataset, self._level, self.settings.crop, rng)
                for _ in range(self.settings.batch)
            ]
            samples = [self._make_sample(one, self._level) for one in synthetic]
            pairs = zip(synthetic, samples, strict=True)
            readers = [partial(self._read_visible, one, sample.visible) for one, sample in pairs]
            x = network_input(self._networks, self._level, readers, [one.box for one in synthetic])
            truth = torch.stack([sample.truth for sample in samples])
            weight = torch.stack([sample.weight for sample in samples])
            tensors: tuple[torch.Tensor, ...] = (x, truth, weight, torch.stack([sample.hole for sample in samples]))
            if self.phase(step):
                tensors += (*self._changed(x, truth, weight, tensors[3], rng), *self._target_crops(synthetic, rng))
        return Batch(tensors, tuple(self.dataset.numbers[one.index] for one in synthetic))

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """Reconstruction of every stage, the predicted error, and late the two losses that regularise."""
        x, truth, weight, hole = tensors[:4]
        with autocast(self._device):
            painted = self.network(x)
        final = painted[-1]
        total = torch.stack([masked_l1(stage, truth, weight) for stage in painted]).sum()
        total = total + NLL_WEIGHT * laplace_nll(final[:, 3:4], final, truth, weight * hole)
        if not phase:
            return total
        changed, truth_changed, known_both, target, target_known = tensors[4:]
        if self._encoder is not None:
            whole = torch.lerp(final[:, :3], x[:, :3], x[:, 3:4])
            with autocast(self._device):
                ambiguity = anti_ambiguity_loss(self._encoder, whole, 1 - x[:, 3:4], target, target_known)
            total = total + self.settings.ambiguity * ambiguity
        if self.settings.stabilise > 0:
            with autocast(self._device):
                again = self.network(changed)[-1]
            change = stabilisation_loss(final, again, truth, truth_changed, known_both)
            total = total + self.settings.stabilise * change
        return total

    def _changed(
        self, x: torch.Tensor, truth: torch.Tensor, weight: torch.Tensor, hole: torch.Tensor, rng: np.random.Generator
    ) -> tuple[torch.Tensor, ...]:
        """A sample after a small change: what the network sees of it, what there is, where the loss counts.

        The paper counts all that is known both times. What the network sees it repeats, steadily by itself, and four
        fifths of a crop is that; so here counts what it has to paint.
        """
        change = draw_change(rng, len(x), self._device)
        after = apply_change(change, truth, weight)
        visible = apply_change(change, x[:, 3:4], mask=True)
        parts = [after * visible, visible]
        if x.shape[1] > 4:
            parts.append(apply_change(change, x[:, 4:]))
        changed = torch.cat(parts, 1).contiguous(memory_format=torch.channels_last)
        return changed, after, weight * hole * apply_change(change, weight, mask=True)

    def _target_crops(
        self, synthetic: Sequence[SyntheticHole], rng: np.random.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The same part of another frame, whose textures the painting may have: targets of the anti-ambiguity loss."""
        store = self.dataset.levels[self._level]
        frames = torch.stack(
            [store.crop(store.nonempty[int(rng.integers(len(store.nonempty)))], one.box) for one in synthetic]
        )
        return frames[:, COLOUR], visible_map(frames)

    def validate(self, network: nn.Module) -> float:
        """PSNR of the held-out pixels, dB; working code values, peak 1.

        Where nothing is visible that could be held out, what the network saw in training must do.
        """
        if not self.holdout.empty:
            return self.holdout.psnr(network)
        with torch.no_grad():
            x, truth, weight, _ = self.sample_batch(VALIDATION_STEP).tensors[:4]
            with autocast(self._device):
                painted = network(x)[-1]
            error = float(masked_l1(painted, truth, weight)) * self.dataset.colours.deviation
        return -20 * math.log10(max(error, 1e-6))

    def _read_visible(self, synthetic: SyntheticHole, own: torch.Tensor, level: int, box: Box) -> torch.Tensor:
        """What is visible of a sample at some level; at its own that is known already."""
        if level == self._level:
            return own
        fine = 2 ** (self._level - level)
        down, right = synthetic.shift
        coarser = SyntheticHole(synthetic.index, synthetic.source, (down // fine, right // fine), box)
        return self._make_sample(coarser, level).visible

    def _make_sample(self, synthetic: SyntheticHole, level: int) -> _InpaintSample:
        """A frame with neither its own hole, nor the synthetic one, nor what is held out."""
        frame, hidden = crop_with_hole(self.dataset, level, synthetic, synthetic.box)
        holdout = holdout_mask(self._held_out, self.dataset, level, synthetic.index, synthetic.box)
        covered = hidden if holdout is None else torch.maximum(hidden, holdout)
        weight = visible_map(frame) if holdout is None else visible_map(frame) * (1 - holdout)
        return _InpaintSample(visible_input(frame, covered), frame[COLOUR], weight, hidden)
