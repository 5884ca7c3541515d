"""Holdout-out known pixels: how good a network is, and how far its own word on that can be trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.internal_fit.channels import COLOUR, visible
from vfxlib.internal_fit.coarse_to_fine import inputs, see
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.internal_fit.synthetic_holes import SyntheticHole, held_out
from vfxlib.train.autocast import autocast

__all__ = ["ErrorCalibration", "Holdout"]

AROUND = 64  # pixels of context around what is judged
LARGEST = 384  # side of a part of a frame that is judged at once
STEPS = 8  # of the table that turns a network's word into an expected error
FEW = 64  # pixels for each of them, at least


@dataclass(frozen=True)
class ErrorCalibration:
    """What error to expect where a network foretells some error, measured on held-out pixels.

    told      rising: foretold absolute error, working code values
    expected  never falling: the error that was found there
    """

    told: tuple[float, ...]
    expected: tuple[float, ...]

    def error(self, told: Array) -> Array:
        """The expected absolute error, working code values, of what a network foretold [...]."""
        return np.asarray(np.interp(told, self.told, self.expected), np.float32)


@dataclass(frozen=True)
class _Piece:
    x: torch.Tensor  # [1 c h w] what the network sees
    truth: torch.Tensor  # [1 3 h w]
    counts: torch.Tensor  # [1 1 h w] 1 where it is judged


class Holdout:
    """Judges networks of one level on what no loss ever saw.

    material  the shot
    level     of the networks
    networks  of the levels below, finished
    held      what is held out
    """

    def __init__(
        self, material: InpaintDataset, level: int, networks: Sequence[nn.Module], held: Mapping[int, SyntheticHole]
    ):
        self._deviation = material.colours.deviation
        self._pieces = [_piece(material, level, networks, held, place) for place in sorted(held)]

    @property
    def empty(self) -> bool:
        """True where nothing could be held out."""
        return not any(bool(piece.counts.any()) for piece in self._pieces)

    def psnr(self, network: nn.Module) -> float:
        """PSNR of the held-out pixels, dB; working code values, peak 1. NaN where nothing could be held out."""
        squared, count = 0.0, 0.0
        for piece in self._pieces:
            painted = self._paint(network, piece)
            squared += float((((painted[:, :3] - piece.truth) * piece.counts) ** 2).sum())
            count += 3 * float(piece.counts.sum())
        if not count:
            return math.nan
        return -10 * math.log10(max(squared / count * self._deviation**2, 1e-12))

    def trust(self, network: nn.Module) -> ErrorCalibration:
        """How far the network's word on its own error can be trusted."""
        told, found = [], []
        for piece in self._pieces:
            painted = self._paint(network, piece)
            at = piece.counts[0, 0] > 0
            told.append(to_numpy(torch.exp(painted[0, 3][at].clamp(-12, 12))) * self._deviation)
            found.append(to_numpy((painted[0, :3] - piece.truth[0]).abs().mean(0)[at]) * self._deviation)
        if not told or sum(len(part) for part in told) < FEW:
            return ErrorCalibration((0.0, 1.0), (0.1, 0.1))  # nothing is known about it: confidence 0
        return _table(np.concatenate(told), np.concatenate(found))

    @staticmethod
    def _paint(network: nn.Module, piece: _Piece) -> torch.Tensor:
        with torch.no_grad(), autocast(piece.x.device):
            painted: torch.Tensor = network(piece.x)[-1].float()
        return painted


def _piece(
    material: InpaintDataset, level: int, networks: Sequence[nn.Module], held: Mapping[int, SyntheticHole], place: int
) -> _Piece:
    box = _box(held[place].box, level)

    def look(level: int, box: Box) -> torch.Tensor:
        return see(material.levels[level].crop(place, box), held_out(held, material, level, place, box))

    with torch.no_grad(), autocast(material.levels[level].crop(place, Box(0, 0, 1, 1)).device):
        x = inputs(networks, level, [look], [box])
    frame, hidden = material.levels[level].crop(place, box), held_out(held, material, level, place, box)
    assert hidden is not None
    inner = torch.zeros_like(hidden)
    inner[:, AROUND:-AROUND, AROUND:-AROUND] = 1
    counts = visible(frame) * hidden * inner
    return _Piece(x, frame[COLOUR][None], counts[None])


def _box(moved: Box, level: int) -> Box:
    """The middle of a held-out matte at a level, with what is around it, on the coarsest level's grid."""
    scale = 2**level
    step = max(4, scale)
    width, height = (min(LARGEST, side * scale + 2 * AROUND) for side in (moved.width, moved.height))
    width, height = (-(-side // step) * step for side in (width, height))
    x = ((moved.x0 + moved.x1) * scale - width) // 2
    y = ((moved.y0 + moved.y1) * scale - height) // 2
    return Box(x - x % step, y - y % step, x - x % step + width, y - y % step + height)


def _table(told: Array, found: Array) -> ErrorCalibration:
    order = np.argsort(told, kind="stable")
    steps = max(1, min(STEPS, len(told) // FEW))
    groups = np.array_split(order, steps)
    means = np.maximum.accumulate([float(found[group].mean()) for group in groups])
    return ErrorCalibration(tuple(float(told[group].mean()) for group in groups), tuple(float(mean) for mean in means))
