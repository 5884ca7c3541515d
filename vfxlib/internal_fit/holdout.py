"""The holdout: known pixels that no loss sees, for validation and to calibrate the error that a network predicts."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from vfxlib.device import to_numpy
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.internal_fit.channels import COLOUR, visible_map
from vfxlib.internal_fit.coarse_to_fine import network_input, visible_input
from vfxlib.internal_fit.dataset import InpaintDataset
from vfxlib.internal_fit.synthetic_holes import SyntheticHole, held_out_points, holdout_mask
from vfxlib.train.autocast import autocast

__all__ = ["ErrorCalibration", "Holdout"]

CONTEXT = 64  # pixels of context around what is evaluated
LARGEST = 384  # side of a part of a frame that is evaluated at once
PARTS = 8  # of all frames together, where a held-out matte is larger than that at a fine level
BINS = 8  # of the table that turns a predicted error into an expected one
MIN_PIXELS = 64  # for each of them


@dataclass(frozen=True)
class ErrorCalibration:
    """What error to expect where a network predicts some error, measured on held-out pixels.

    predicted  rising: predicted absolute error, working code values
    expected   never falling: the error that was measured there
    """

    predicted: tuple[float, ...]
    expected: tuple[float, ...]

    def error(self, predicted: Array) -> Array:
        """The expected absolute error, working code values, of what a network predicted [...]."""
        return np.asarray(np.interp(predicted, self.predicted, self.expected), np.float32)


@dataclass(frozen=True)
class _Piece:
    x: torch.Tensor  # [1 c h w] what the network sees
    truth: torch.Tensor  # [1 3 h w]
    counts: torch.Tensor  # [1 1 h w] 1 where it is evaluated


class Holdout:
    """Validates networks of one level on what no loss ever saw.

    dataset   the shot
    level     of the networks
    networks  of the levels below, finished
    holdout   what is held out
    """

    def __init__(
        self, dataset: InpaintDataset, level: int, networks: Sequence[nn.Module], holdout: Mapping[int, SyntheticHole]
    ):
        self._deviation = dataset.colours.deviation
        self._pieces = [
            _piece(dataset, level, networks, holdout, index, box)
            for index in sorted(holdout)
            for box in _boxes(dataset, level, holdout, index)
        ]

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

    def calibrate(self, network: nn.Module) -> ErrorCalibration:
        """Calibrate the error that the network predicts by the error that it makes."""
        predicted, measured = [], []
        for piece in self._pieces:
            painted = self._paint(network, piece)
            at = piece.counts[0, 0] > 0
            predicted.append(to_numpy(torch.exp(painted[0, 3][at].clamp(-12, 12))) * self._deviation)
            measured.append(to_numpy((painted[0, :3] - piece.truth[0]).abs().mean(0)[at]) * self._deviation)
        if not predicted or sum(len(part) for part in predicted) < MIN_PIXELS:
            return ErrorCalibration((0.0, 1.0), (0.1, 0.1))  # nothing is known about it: confidence 0
        return _calibration(np.concatenate(predicted), np.concatenate(measured))

    @staticmethod
    def _paint(network: nn.Module, piece: _Piece) -> torch.Tensor:
        with torch.no_grad(), autocast(piece.x.device):
            painted: torch.Tensor = network(piece.x)[-1].float()
        return painted


def _piece(
    dataset: InpaintDataset,
    level: int,
    networks: Sequence[nn.Module],
    holdout: Mapping[int, SyntheticHole],
    index: int,
    box: Box,
) -> _Piece:
    def read(level: int, box: Box) -> torch.Tensor:
        return visible_input(dataset.levels[level].crop(index, box), holdout_mask(holdout, dataset, level, index, box))

    with torch.no_grad(), autocast(dataset.levels[level].crop(index, Box(0, 0, 1, 1)).device):
        x = network_input(networks, level, [read], [box])
    frame, hidden = dataset.levels[level].crop(index, box), holdout_mask(holdout, dataset, level, index, box)
    assert hidden is not None
    inner = torch.zeros_like(hidden)
    inner[:, CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = 1
    counts = visible_map(frame) * hidden * inner
    return _Piece(x, frame[COLOUR][None], counts[None])


def _boxes(dataset: InpaintDataset, level: int, holdout: Mapping[int, SyntheticHole], index: int) -> list[Box]:
    """The box of a held-out matte at a level, with what is around it, on the coarsest level's grid.

    At a fine level one that is too large is looked at around some of its pixels, as likely any as another: the middle
    of a wide matte with gaps may show nothing that is held out, and one place is no sample of it.
    """
    hole, scale = holdout[index].box, 2**level
    step = max(4, scale)
    whole = [side * scale + 2 * CONTEXT for side in (hole.width, hole.height)]
    width, height = (-(-min(LARGEST, side) // step) * step for side in whole)
    twice = [((hole.y0 + hole.y1), (hole.x0 + hole.x1))]  # the middles, in half pixels of the coarsest level
    if level and max(whole) > LARGEST:
        points = held_out_points(holdout, dataset, index)
        count = max(1, PARTS // len(holdout))
        chosen = np.random.default_rng((3, index)).integers(len(points), size=count)
        twice = [(2 * int(y) + 1, 2 * int(x) + 1) for y, x in points[chosen]]
    boxes = []
    for middle_y, middle_x in twice:
        x, y = (middle_x * scale - width) // 2, (middle_y * scale - height) // 2
        boxes.append(Box(x - x % step, y - y % step, x - x % step + width, y - y % step + height))
    return boxes


def _calibration(predicted: Array, measured: Array) -> ErrorCalibration:
    """The mean error that was measured in each bin of pixels with about the same predicted one."""
    order = np.argsort(predicted, kind="stable")
    bins = max(1, min(BINS, len(predicted) // MIN_PIXELS))
    groups = np.array_split(order, bins)
    means = np.maximum.accumulate([float(measured[group].mean()) for group in groups])
    rising = tuple(float(predicted[group].mean()) for group in groups)
    return ErrorCalibration(rising, tuple(float(mean) for mean in means))
