"""Synthetic holes: the shot's own mattes, moved over known pixels to train a network on, and to hold some out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import HOLE, KNOWN
from vfxlib.internal_fit.dataset import Hole, InpaintDataset

__all__ = [
    "SyntheticHole",
    "choose_holdout",
    "crop_with_hole",
    "draw_synthetic_hole",
    "held_out_points",
    "holdout_mask",
]

NEAR = 5 / 6  # the paper draws a position near the matte's boundary five times as often as any other (A.4)
REACH = (1 / 5, 1 / 6)  # of the frame's height and width: how far from the hole "near" is, measured on 240 lines
TRIES = 12
MIN_COVER = 0.01  # share of a crop that a moved matte must cover, so that there is something to learn
HOLDOUT_FRAMES = 8  # frames on which pixels are held out, at most
HOLDOUT_EVERY = 3  # a short shot must keep something to learn from: one frame in so many
HOLDOUT_TRIES = 24
HOLDOUT_KNOWN = 0.02  # share of a held-out matte that must lie on known pixels; the best of the tries is taken


@dataclass(frozen=True)
class SyntheticHole:
    """A frame with another frame's matte moved over it.

    index   of the frame in the job
    source  index of the frame whose matte is moved
    shift   rows and columns, in pixels of the level: what lay at p lies at p + shift
    box     the part of the frame that is cropped
    """

    index: int
    source: int
    shift: tuple[int, int]
    box: Box


def crop_with_hole(
    dataset: InpaintDataset, level: int, synthetic: SyntheticHole, box: Box
) -> tuple[torch.Tensor, torch.Tensor]:
    """Crop a frame, and the matte that was moved over it.

    level      of the box; the shift counts in its pixels
    synthetic  the frame and the moved matte
    returns    [5 h w] as ``FrameStore.crop`` gives it, and [1 h w] 1 under the moved matte
    """
    store = dataset.levels[level]
    down, right = synthetic.shift
    source = Box(box.x0 - right, box.y0 - down, box.x1 - right, box.y1 - down)
    return store.crop(synthetic.index, box), store.crop(synthetic.source, source)[HOLE]


def draw_synthetic_hole(dataset: InpaintDataset, level: int, size: int, rng: np.random.Generator) -> SyntheticHole:
    """Choose a frame, a matte and where it goes: near the frame's own hole most of the time.

    size     side of the crop, a multiple of 4
    rng      of this draw alone
    returns  a crop with enough of the moved matte on known pixels, or the last one that was tried
    """
    holes, store = dataset.holes[level], dataset.levels[level]
    indices = store.nonempty
    sources = sorted(holes)
    for _ in range(TRIES):
        index = indices[int(rng.integers(len(indices)))]
        source = sources[int(rng.integers(len(sources)))]
        goal = _draw_centre(store.window(index), holes.get(index), rng)
        synthetic = _place_hole(index, source, holes[source], goal, size, dataset, level, rng)
        frame, hole = crop_with_hole(dataset, level, synthetic, synthetic.box)
        if float((frame[KNOWN] * hole).mean()) >= MIN_COVER:
            break
    return synthetic


def _draw_centre(window: Box, hole: Hole | None, rng: np.random.Generator) -> tuple[float, float]:
    """Where the centre of the moved matte goes."""
    if hole is not None and rng.random() < NEAR:
        y, x = hole.points[int(rng.integers(len(hole.points)))]
        high, wide = window.height * REACH[0], window.width * REACH[1]
        return float(y + rng.uniform(-high, high)), float(x + rng.uniform(-wide, wide))
    return float(rng.uniform(window.y0, window.y1)), float(rng.uniform(window.x0, window.x1))


def _place_hole(
    index: int,
    source: int,
    hole: Hole,
    goal: tuple[float, float],
    size: int,
    dataset: InpaintDataset,
    level: int,
    rng: np.random.Generator,
) -> SyntheticHole:
    # whole steps of the coarsest level, so that the moved matte is the same one at every level
    step = 2**level
    down, right = (round((goal[i] - hole.centre[i]) / step) * step for i in (0, 1))
    y, x = hole.points[int(rng.integers(len(hole.points)))]
    centre = (y + down + rng.uniform(-size / 4, size / 4), x + right + rng.uniform(-size / 4, size / 4))
    window = dataset.levels[level].window(index)
    y0 = _inside(centre[0] - size / 2, window.y0, window.y1 - size, step)
    x0 = _inside(centre[1] - size / 2, window.x0, window.x1 - size, step)
    return SyntheticHole(index, source, (down, right), Box(x0, y0, x0 + size, y0 + size))


def _inside(start: float, least: int, most: int, step: int) -> int:
    """A start on the grid of the coarsest level, inside the frame where the crop fits."""
    wanted = min(max(start, least), max(least, most))
    return int(wanted // step) * step


def choose_holdout(dataset: InpaintDataset, seed: int) -> dict[int, SyntheticHole]:
    """Choose known pixels that no loss may ever see: mattes moved onto visible background, on a few frames.

    returns  index -> the moved matte at the coarsest level, whose box is its bounds; empty where nothing is visible
    """
    holes, store = dataset.holes[0], dataset.levels[0]
    indices = sorted(holes)  # a frame without a hole is not kept at the fine levels
    count = min(HOLDOUT_FRAMES, max(1, len(indices) // HOLDOUT_EVERY))
    holdout: dict[int, SyntheticHole] = {}
    for i in range(count):
        index = indices[(2 * i + 1) * len(indices) // (2 * count)]
        source = min(holes, key=lambda other: (abs(other - index), other))
        rng, best = np.random.default_rng((seed, 1, index)), HOLDOUT_KNOWN
        for _ in range(HOLDOUT_TRIES):
            goal = _draw_centre(store.window(index), holes.get(index), rng)
            down, right = (round(goal[k] - holes[source].centre[k]) for k in (0, 1))
            rows, columns = holes[source].points[:, 0] + down, holes[source].points[:, 1] + right
            known = _known_at(dataset, index, rows, columns)
            if known > best:
                holdout[index], best = SyntheticHole(index, source, (down, right), _span(rows, columns)), known
    return holdout


def _known_at(dataset: InpaintDataset, index: int, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> float:
    """Share of some pixels that a frame shows."""
    box = _span(rows, columns)
    known = dataset.levels[0].crop(index, box)[KNOWN][0]
    at = to_tensor((rows - box.y0) * box.width + columns - box.x0, known.device)
    return float(known.flatten()[at].mean())


def held_out_points(holdout: Mapping[int, SyntheticHole], dataset: InpaintDataset, index: int) -> NDArray[np.int64]:
    """Some of the pixels that are held out on a frame and visible there.

    returns  [m 2]  y and x at the coarsest level, at least one
    """
    synthetic = holdout[index]
    points, box = dataset.holes[0][synthetic.source].points + synthetic.shift, synthetic.box
    known = to_numpy(dataset.levels[0].crop(index, box)[KNOWN][0])
    return np.asarray(points[known[points[:, 0] - box.y0, points[:, 1] - box.x0] > 0])


def _span(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Box:
    """The smallest box that holds some pixels."""
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def holdout_mask(
    holdout: Mapping[int, SyntheticHole], dataset: InpaintDataset, level: int, index: int, box: Box
) -> torch.Tensor | None:
    """The pixels of a frame that are held out.

    returns  [1 h w] 1 where they are; None on a frame of which nothing is held out
    """
    synthetic = holdout.get(index)
    if synthetic is None:
        return None
    scale = 2**level
    finer = SyntheticHole(index, synthetic.source, (synthetic.shift[0] * scale, synthetic.shift[1] * scale), box)
    return crop_with_hole(dataset, level, finer, box)[1]
