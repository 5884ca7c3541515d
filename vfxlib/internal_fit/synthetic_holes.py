"""The shot's own mattes, moved: the holes that a network is trained to fill, and those that are held out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vfxlib.device import to_tensor
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import HOLE, KNOWN
from vfxlib.internal_fit.dataset import Hole, InpaintDataset

__all__ = ["SyntheticHole", "choose_holdout", "cut", "draw_synthetic_hole", "held_out"]

NEAR = 5 / 6  # the paper draws a place near the matte's boundary five times as often as any other (A.4)
REACH = (1 / 5, 1 / 6)  # of the frame's height and width: how far from the hole "near" is, measured on 240 lines
TRIES = 12
ENOUGH = 0.01  # share of a crop that a moved matte must cover, so that there is something to learn
HELD = 8  # frames on which pixels are held out, at most
HELD_EVERY = 3  # a short shot must keep something to learn from: one frame in so many
HELD_TRIES = 24
HELD_KNOWN = 0.02  # share of a held-out matte that must lie on known pixels; the best place that is found is taken


@dataclass(frozen=True)
class SyntheticHole:
    """A frame with another frame's matte moved over it.

    place   the frame, by place in the job
    source  place of the frame whose matte is moved
    shift   rows and columns, in pixels of the level: what lay at p lies at p + shift
    box     the part of the frame that is looked at
    """

    place: int
    source: int
    shift: tuple[int, int]
    box: Box


def cut(material: InpaintDataset, level: int, moved: SyntheticHole, box: Box) -> tuple[torch.Tensor, torch.Tensor]:
    """What a frame shows in a box, and where the moved matte lies.

    level    of the box; the shift counts in its pixels
    returns  [5 h w] as ``Planes.crop`` gives it, and [1 h w] 1 under the moved matte
    """
    planes = material.levels[level]
    down, right = moved.shift
    source = Box(box.x0 - right, box.y0 - down, box.x1 - right, box.y1 - down)
    return planes.crop(moved.place, box), planes.crop(moved.source, source)[HOLE]


def draw_synthetic_hole(material: InpaintDataset, level: int, size: int, rng: np.random.Generator) -> SyntheticHole:
    """Choose a frame, a matte and where it goes: near the frame's own hole most of the time.

    size     side of the crop, a multiple of 4
    rng      of this draw alone
    returns  a crop with enough of the moved matte on known pixels, or the last one that was tried
    """
    holes, planes = material.holes[level], material.levels[level]
    places = planes.shown
    sources = sorted(holes)
    for _ in range(TRIES):
        place = places[int(rng.integers(len(places)))]
        source = sources[int(rng.integers(len(sources)))]
        target = _target(planes.window(place), holes.get(place), rng)
        moved = _moved(place, source, holes[source], target, size, material, level, rng)
        seen, hole = cut(material, level, moved, moved.box)
        if float((seen[KNOWN] * hole).mean()) >= ENOUGH:
            break
    return moved


def _target(window: Box, hole: Hole | None, rng: np.random.Generator) -> tuple[float, float]:
    """Where the middle of the moved matte goes."""
    if hole is not None and rng.random() < NEAR:
        y, x = hole.points[int(rng.integers(len(hole.points)))]
        high, wide = window.height * REACH[0], window.width * REACH[1]
        return float(y + rng.uniform(-high, high)), float(x + rng.uniform(-wide, wide))
    return float(rng.uniform(window.y0, window.y1)), float(rng.uniform(window.x0, window.x1))


def _moved(
    place: int,
    source: int,
    hole: Hole,
    target: tuple[float, float],
    size: int,
    material: InpaintDataset,
    level: int,
    rng: np.random.Generator,
) -> SyntheticHole:
    # whole steps of the coarsest level, so that the moved matte is the same one at every level
    step = 2**level
    down, right = (round((target[i] - hole.middle[i]) / step) * step for i in (0, 1))
    y, x = hole.points[int(rng.integers(len(hole.points)))]
    middle = (y + down + rng.uniform(-size / 4, size / 4), x + right + rng.uniform(-size / 4, size / 4))
    window = material.levels[level].window(place)
    y0 = _inside(middle[0] - size / 2, window.y0, window.y1 - size, step)
    x0 = _inside(middle[1] - size / 2, window.x0, window.x1 - size, step)
    return SyntheticHole(place, source, (down, right), Box(x0, y0, x0 + size, y0 + size))


def _inside(start: float, least: int, most: int, step: int) -> int:
    """A start on the grid of the coarsest level, inside the frame where the crop fits."""
    wanted = min(max(start, least), max(least, most))
    return int(wanted // step) * step


def choose_holdout(material: InpaintDataset, seed: int) -> dict[int, SyntheticHole]:
    """Choose known pixels that no loss may ever see: mattes moved onto visible background, on a few frames.

    returns  place -> the moved matte at the coarsest level, whose box is its bounds; empty where nothing is visible
    """
    holes, planes = material.holes[0], material.levels[0]
    places = sorted(holes)  # a frame without a hole is not kept at the fine levels
    count = min(HELD, max(1, len(places) // HELD_EVERY))
    held: dict[int, SyntheticHole] = {}
    for i in range(count):
        place = places[(2 * i + 1) * len(places) // (2 * count)]
        source = min(holes, key=lambda other: (abs(other - place), other))
        rng, best = np.random.default_rng((seed, 1, place)), HELD_KNOWN
        for _ in range(HELD_TRIES):
            target = _target(planes.window(place), holes.get(place), rng)
            down, right = (round(target[k] - holes[source].middle[k]) for k in (0, 1))
            rows, columns = holes[source].points[:, 0] + down, holes[source].points[:, 1] + right
            known = _known_at(material, place, rows, columns)
            if known > best:
                held[place], best = SyntheticHole(place, source, (down, right), _span(rows, columns)), known
    return held


def _known_at(material: InpaintDataset, place: int, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> float:
    """Share of some pixels that a frame shows."""
    box = _span(rows, columns)
    known = material.levels[0].crop(place, box)[KNOWN][0]
    at = to_tensor((rows - box.y0) * box.width + columns - box.x0, known.device)
    return float(known.flatten()[at].mean())


def _span(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Box:
    """The smallest box that holds some pixels."""
    return Box(int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)


def held_out(
    held: Mapping[int, SyntheticHole], material: InpaintDataset, level: int, place: int, box: Box
) -> torch.Tensor | None:
    """Where pixels of a frame are held out.

    returns  [1 h w] 1 where they are; None on a frame of which nothing is held out
    """
    moved = held.get(place)
    if moved is None:
        return None
    scale = 2**level
    finer = SyntheticHole(place, moved.source, (moved.shift[0] * scale, moved.shift[1] * scale), box)
    return cut(material, level, finer, box)[1]
