"""What InternalFit's network is trained to do: paint what a moved matte hides, wherever that is known."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import nn

from vfxlib.image.box import Box
from vfxlib.internal_fit.ambiguity import ambiguity
from vfxlib.internal_fit.channels import COLOUR, visible
from vfxlib.internal_fit.coarse_to_fine import inputs, see
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.internal_fit.holdout import Holdout
from vfxlib.internal_fit.reconstruct import laplace_nll, masked_l1
from vfxlib.internal_fit.stabilise import apply_change, draw_change, stabilise
from vfxlib.internal_fit.synthetic_holes import SyntheticHole, cut, draw_synthetic_hole, held_out
from vfxlib.nets.encoder import Encoder
from vfxlib.nets.painter import Painter
from vfxlib.train.autocast import autocast
from vfxlib.train.objective import Batch

__all__ = ["InpaintObjective", "InpaintSettings"]

FORETELLING = 0.01  # weight of foretelling the error: at 0.05 it cost the colours 0.7 dB


@dataclass(frozen=True)
class InpaintSettings:
    """How a network is fitted.

    ambiguity    weight of the anti-ambiguity loss, 0 leaves it out
    stabilise    weight of the stabilising loss, 0 leaves it out
    late         step from which these two join
    batch, crop  samples of a step, and their side in pixels
    seed         of everything that is drawn
    """

    ambiguity: float
    stabilise: float
    late: int
    batch: int = 4
    crop: int = 160
    seed: int = 0


@dataclass(frozen=True)
class _Sample:
    """One crop of one frame.

    seen    [4 h w]  what the network is shown: colour, visible map
    truth   [3 h w]  the frame's colour
    weight  [1 h w]  what of it counts in the loss
    moved   [1 h w]  1 under the moved matte
    """

    seen: torch.Tensor
    truth: torch.Tensor
    weight: torch.Tensor
    moved: torch.Tensor


SEEN = 2**40  # a step that no fit reaches: its draw is judged where nothing could be held out


class InpaintObjective:
    """A ``Recipe`` for one level.

    material  the shot
    level     that is fitted
    networks  of the levels below, finished, and this level's own
    held      what no loss may see, and how it is judged
    wishes    how
    encoder   of the anti-ambiguity loss; None leaves that out
    """

    def __init__(
        self,
        material: InpaintDataset,
        level: int,
        networks: Sequence[Painter],
        held: Mapping[int, SyntheticHole],
        wishes: InpaintSettings,
        encoder: Encoder | None = None,
    ) -> None:
        self._material, self._level, self._networks = material, level, list(networks)
        self._held, self._wishes, self._encoder = held, wishes, encoder
        self._device = next(self.network.parameters()).device
        self._judge = Holdout(material, level, self._networks, held)

    @property
    def network(self) -> Painter:
        """The network of this level."""
        return self._networks[self._level]

    @property
    def held(self) -> Holdout:
        """How it is judged."""
        return self._judge

    def phase(self, step: int) -> int:
        """1 when the regularising losses have joined."""
        wanted = self._wishes.ambiguity > 0 or self._wishes.stabilise > 0
        return int(wanted and step >= self._wishes.late)

    def sample_batch(self, step: int) -> Batch:
        """Crops of frames with moved mattes over them."""
        rng = np.random.default_rng((self._wishes.seed, 2, self._level, step))
        with torch.no_grad(), autocast(self._device):
            moved = [
                draw_synthetic_hole(self._material, self._level, self._wishes.crop, rng)
                for _ in range(self._wishes.batch)
            ]
            samples = [self._cut(one, self._level) for one in moved]
            looks = [partial(self._look, one, sample.seen) for one, sample in zip(moved, samples, strict=True)]
            x = inputs(self._networks, self._level, looks, [one.box for one in moved])
            truth = torch.stack([sample.truth for sample in samples])
            weight = torch.stack([sample.weight for sample in samples])
            tensors: tuple[torch.Tensor, ...] = (x, truth, weight, torch.stack([one.moved for one in samples]))
            if self.phase(step):
                tensors += (*self._changed(x, truth, weight, tensors[3], rng), *self._other(moved, rng))
        return Batch(tensors, tuple(self._material.numbers[one.place] for one in moved))

    def loss(self, tensors: tuple[torch.Tensor, ...], phase: int) -> torch.Tensor:
        """Reconstruction of every stage, the foretold error, and late the two that regularise."""
        x, truth, weight, moved = tensors[:4]
        with autocast(self._device):
            painted = self.network(x)
        final = painted[-1]
        total = torch.stack([masked_l1(stage, truth, weight) for stage in painted]).sum()
        total = total + FORETELLING * laplace_nll(final[:, 3:4], final, truth, weight * moved)
        if not phase:
            return total
        changed, truth_changed, known_both, target, target_known = tensors[4:]
        if self._encoder is not None:
            whole = torch.lerp(final[:, :3], x[:, :3], x[:, 3:4])
            with autocast(self._device):
                wrong = ambiguity(self._encoder, whole, 1 - x[:, 3:4], target, target_known)
            total = total + self._wishes.ambiguity * wrong
        if self._wishes.stabilise > 0:
            with autocast(self._device):
                again = self.network(changed)[-1]
            steady = stabilise(final, again, truth, truth_changed, known_both)
            total = total + self._wishes.stabilise * steady
        return total

    def _changed(
        self,
        x: torch.Tensor,
        truth: torch.Tensor,
        weight: torch.Tensor,
        moved: torch.Tensor,
        rng: np.random.Generator,
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
        seen = torch.cat(parts, 1).contiguous(memory_format=torch.channels_last)
        return seen, after, weight * moved * apply_change(change, weight, mask=True)

    def _other(self, moved: Sequence[SyntheticHole], rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """The same part of another frame, whose textures the painting may have."""
        planes = self._material.levels[self._level]
        frames = torch.stack(
            [planes.crop(planes.shown[int(rng.integers(len(planes.shown)))], one.box) for one in moved]
        )
        return frames[:, COLOUR], visible(frames)

    def validate(self, network: nn.Module) -> float:
        """Holdout-out known pixels, dB; working code values, peak 1.

        Where nothing is visible that could be held out, what the network has seen in training must do.
        """
        if not self._judge.empty:
            return self._judge.psnr(network)
        with torch.no_grad():
            x, truth, weight, _ = self.sample_batch(SEEN).tensors[:4]
            with autocast(self._device):
                painted = network(x)[-1]
            error = float(masked_l1(painted, truth, weight)) * self._material.colours.deviation
        return -20 * math.log10(max(error, 1e-6))

    def _look(self, moved: SyntheticHole, own: torch.Tensor, level: int, box: Box) -> torch.Tensor:
        """What a sample shows at some level; at its own that is known already."""
        if level == self._level:
            return own
        fine = 2 ** (self._level - level)
        there = SyntheticHole(moved.place, moved.source, (moved.shift[0] // fine, moved.shift[1] // fine), box)
        return self._cut(there, level).seen

    def _cut(self, moved: SyntheticHole, level: int) -> _Sample:
        """A frame with neither its own hole, nor the moved one, nor what is held out."""
        frame, hidden = cut(self._material, level, moved, moved.box)
        held = held_out(self._held, self._material, level, moved.place, moved.box)
        covered = hidden if held is None else torch.maximum(hidden, held)
        weight = visible(frame) if held is None else visible(frame) * (1 - held)
        return _Sample(see(frame, covered), frame[COLOUR], weight, hidden)
