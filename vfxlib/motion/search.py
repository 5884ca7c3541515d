"""The search for the velocity with the least cost: semi-global matching of labels, then a pattern search."""

from collections.abc import Iterator

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.semi_global import semi_global
from vfxlib.motion.sightings import SightingCost

__all__ = ["coarse_points", "search"]

COARSE = 2  # view pixels between the points at which all labels are tried
ALIKE = 0.3  # view pixels a frame: velocities of one surface
NEAR = 5  # view pixels over which they are averaged
SMOOTHNESS = 0.4  # cost of a jump in motion between neighbours
MEASURED = 1.0  # cost of departing from what is measured right beside the hole
BORDER = 3  # coarse points of measured motion around the hole that take part
LABEL_WINDOW = 3  # coarse points over which the costs of labels are averaged
WINDOW = 5  # and those of small steps
SMOOTH_BONUS = 0.05  # the smooth guess need not be better than the others, only as good
STILL_BONUS = 0.1  # where most of the frame moves with the camera alone
STEPS = (0.3, 0.15, 0.07)  # view pixels a frame: the refinement
BETTER = 0.97  # share of the cost that a step may leave: of several noisy costs the least is always a little less
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (-0.7, 0.7), (0.7, -0.7), (-0.7, -0.7))
# points with velocities that are judged at once: on fewer most of the time goes into calling, on more into memory
BLOCK, DEVICE_BLOCK = 1 << 16, 1 << 21


def coarse_points(points: NDArray[np.intp]) -> NDArray[np.intp]:
    """Those of some points [n 2] that lie on the coarse grid, on which motion is searched for."""
    coarse = points[(points % COARSE == 0).all(axis=1)]
    return coarse if len(coarse) else points


def search(
    judge: SightingCost,
    coarse: NDArray[np.intp],
    points: NDArray[np.intp],
    domain: NDArray[np.bool_],
    trusted: NDArray[np.bool_],
    guess: Array,
    labels: Array,
    still: bool,
) -> tuple[Array, Array]:
    """Find the best velocity of every point: all labels on a coarse grid, then small steps from the best.

    judge    judges velocities of the coarse points by what the other frames show
    coarse   [m 2]    as ``coarse_points`` chooses them
    points   [n 2]    integer positions, x and y, row by row
    domain   [h w]    True at the points
    trusted  [h w]    True where the guess is measured
    guess    [h w 2]  a smooth guess of the whole frame, view pixels a frame
    labels   [k 2]    velocities to try
    still             most of the frame moves with the camera alone: prefer that, and keep it exact
    returns           velocities [n 2], and their costs [n]: 0 = all frames agree
    """
    choices = np.concatenate([np.zeros((1, 2), np.float32), labels])
    grid = _Grid(coarse // COARSE, judge.device)
    costs = grid.mean(_label_costs(judge, guess[coarse[:, 1], coarse[:, 0]], choices), LABEL_WINDOW)
    costs[0] -= SMOOTH_BONUS
    if still:
        costs[1] -= STILL_BONUS
    start = _smoothest_labels(costs, choices, coarse // COARSE, guess, trusted)
    around = guess[::COARSE, ::COARSE]
    found, cost = _pattern_search(judge, grid, _Denoise(coarse // COARSE, around, COARSE), start, still)
    # every pixel takes the motion and the cost of the coarse point beside it
    nearest = points // COARSE * COARSE
    inside = domain[nearest[:, 1], nearest[:, 0]]
    field = guess.copy()
    field[coarse[:, 1], coarse[:, 0]] = found
    velocity = np.where(inside[:, None], field[nearest[:, 1], nearest[:, 0]], guess[points[:, 1], points[:, 0]])
    doubt = np.ones(domain.shape, np.float32)
    doubt[coarse[:, 1], coarse[:, 0]] = cost
    for beside in COARSE * np.array([[1, 0], [0, 1], [1, 1]]):  # at the rim the one to the right, or below
        other = np.minimum(nearest + beside, np.array(domain.shape)[::-1] - 1) // COARSE * COARSE
        better = ~inside & domain[other[:, 1], other[:, 0]]
        nearest, inside = np.where(better[:, None], other, nearest), inside | better
    return _Denoise(points, guess, 1)(velocity), doubt[nearest[:, 1], nearest[:, 0]]


def _runs(count: int, size: int) -> Iterator[slice]:
    return (slice(begin, min(begin + size, count)) for begin in range(0, count, size))


def _block(device: torch.device) -> int:
    return BLOCK if device.type == "cpu" else DEVICE_BLOCK


def _label_costs(judge: SightingCost, start: Array, choices: Array) -> Tensor:
    """[k+1 n] costs of the points' own guess, and of every label."""
    device = judge.device
    own, labels = to_tensor(start, device), to_tensor(choices, device)
    costs = own.new_empty((1 + len(labels), len(start)))
    # all labels of a few points at once, for these read the same pixels
    for run in _runs(len(start), max(1, _block(device) // (1 + len(labels)))):
        points = run.stop - run.start
        tried = torch.cat([own[None, run], labels[:, None].expand(-1, points, -1)])
        vx, vy = tried.unbind(-1)
        costs[:, run] = judge.cost(run, judge.gather(run, vx, vy)).reshape(-1, points)
    return costs


def _smoothest_labels(
    costs: Tensor, choices: Array, cells: NDArray[np.intp], guess: Array, trusted: NDArray[np.bool_]
) -> Array:
    """Semi-global matching of the coarse points among each other and with the measured motion around them."""
    low, high = np.maximum(cells.min(axis=0) - BORDER, 0), cells.max(axis=0) + BORDER + 1
    part = np.s_[low[1] * COARSE : high[1] * COARSE : COARSE, low[0] * COARSE : high[0] * COARSE : COARSE]
    around, measured = (to_tensor(a[part], costs.device) for a in (guess, trusted))
    labels = to_tensor(choices, costs.device)
    gap_x, gap_y = (around[..., i] - labels[:, i, None, None] for i in (0, 1))
    distance = (gap_x * gap_x + gap_y * gap_y).sqrt()
    volume = costs.new_zeros((len(costs), *measured.shape))
    volume[1:] = torch.where(measured, distance.clamp(max=1) * MEASURED, 0)
    x, y = (to_tensor(np.ascontiguousarray(at), costs.device) for at in (cells - low).T)
    volume[:, y, x] = costs
    pick = semi_global(volume, labels, around, SMOOTHNESS)[y, x]
    return to_numpy(torch.where((pick == 0)[:, None], around[y, x], labels[(pick - 1).clamp(min=0)]))


def _pattern_search(
    judge: SightingCost, grid: "_Grid", denoise: "_Denoise", velocity: Array, still: bool
) -> tuple[Array, Array]:
    """Small steps from velocities [n 2], as long as what the other frames show becomes more alike."""
    device, count = judge.device, len(velocity)
    runs = list(_runs(count, _block(device)))
    every = torch.arange(count, device=device)
    lowest = torch.zeros(count, device=device)
    for step in STEPS:
        velocity = denoise(velocity)
        vx, vy = (to_tensor(part, device) for part in velocity.T)
        free = (vx != 0) | (vy != 0) if still else torch.ones_like(vx, dtype=torch.bool)
        costs, nearby = [], []
        for run in runs:
            first = judge.gather(run, vx[run][None], vy[run][None])
            costs.append(judge.cost(run, first))
            nearby.append(judge.nearby(every[run], vx[run], vy[run], first))
        lowest = grid.mean(torch.cat(costs)[None], WINDOW)[0]
        for right, down in DIRECTIONS:
            tried_x, tried_y = vx + right * step, vy + down * step
            tried = [near.cost(tried_x[run], tried_y[run]) for near, run in zip(nearby, runs, strict=True)]
            cost = grid.mean(torch.cat(tried)[None], WINDOW)[0]
            better = (cost < lowest * BETTER) & free
            lowest = torch.where(better, cost, lowest)
            vx, vy = torch.where(better, tried_x, vx), torch.where(better, tried_y, vy)
        velocity = to_numpy(torch.stack([vx, vy], dim=-1))
    return velocity, to_numpy(lowest)


class _Denoise:
    """A median over 5 x 5 points against outliers, and a bilateral filter, which averages velocities that are alike."""

    def __init__(self, points: NDArray[np.intp], around: Array, spacing: int) -> None:
        """Lay out the points.

        points   [n 2]    their places on their grid
        around   [h w 2]  velocities of the grid where there are no points
        spacing           view pixels from one place of the grid to the next
        """
        self._near = NEAR / spacing
        margin = 2 * NEAR
        left, top = np.maximum(points.min(axis=0) - margin, 0)
        right, bottom = points.max(axis=0) + margin + 1
        self._field = around[top:bottom, left:right].copy()
        self._x, self._y = (points - (left, top)).T

    def __call__(self, velocity: Array) -> Array:
        """Denoise the velocities [n 2] of the points."""
        self._field[self._y, self._x] = velocity
        parts = [np.asarray(cv2.medianBlur(np.ascontiguousarray(self._field[..., i]), 5), np.float32) for i in (0, 1)]
        median = np.stack([*parts, np.zeros_like(parts[0])], axis=-1)
        smooth = cv2.bilateralFilter(median, 2 * int(self._near) + 1, ALIKE, self._near / 2)
        return np.asarray(np.asarray(smooth)[self._y, self._x, :2], np.float32)


class _Grid:
    """Points that lie on a grid."""

    def __init__(self, points: NDArray[np.intp], device: torch.device) -> None:
        x, y = (points - points.min(axis=0)).T
        self._shape = (int(y.max()) + 1, int(x.max()) + 1)
        self._at = to_tensor(y * self._shape[1] + x, device)
        self._shares: dict[int, Tensor] = {}

    def mean(self, values: Tensor, window: int) -> Tensor:
        """The means of values [k n] over a square window of the points."""
        if window not in self._shares:
            self._shares[window] = self._blurred(torch.ones_like(values[:1]), window).clamp(min=1e-3)
        return self._blurred(values, window) / self._shares[window]

    def _blurred(self, values: Tensor, window: int) -> Tensor:
        image = values.new_zeros((len(values), self._shape[0] * self._shape[1]))
        image[:, self._at] = values
        image, pad = image.reshape(-1, *self._shape), window // 2
        blurred = avg_pool2d(avg_pool2d(image, (window, 1), 1, (pad, 0)), (1, window), 1, (0, pad))
        return blurred.reshape(len(values), -1)[:, self._at]
