"""Registration made exact at full resolution: a homography refined on the textured places around a hole."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.image.tiles import bounds
from vfxlib.motion.field import Matrix, project
from vfxlib.motion.sampling import sample_cubic
from vfxlib.residual_hires.plate_frame import PlateFrame

__all__ = ["Landmarks", "find_landmarks", "landmarks_box", "refine_registration"]

MOST = 4_000  # landmarks: enough for a hundredth of a pixel
FEWEST = 200
AROUND = 0.35  # heights of the hole that landmarks may lie away from it
LEAST_AROUND = 48  # plate pixels
EDGE = 4  # plate pixels from anything unknown: what a softened gradient sees
ROUNDS = 5
CONVERGED = 0.01  # plate pixels a round
REACH = 0.75  # low pixels that a corner of the hole may move by


@dataclass(frozen=True)
class Landmarks:
    """Textured places of a frame, around its hole.

    points  [n 2]  plate pixels, display window's frame
    value   [n]    softened working code values
    slope   [n 2]  their gradient, per plate pixel
    """

    points: Matrix
    value: Matrix
    slope: Matrix


def landmarks_box(hole: Box) -> Box:
    """Where landmarks are looked for: around the bounds of a hole."""
    return hole.grown(max(LEAST_AROUND, round(AROUND * max(hole.height, hole.width))))


def find_landmarks(frame: PlateFrame, hole: NDArray[np.bool_]) -> Landmarks:
    """Find the strongest gradient of every cell of a grid around a hole, so that no busy corner decides alone.

    frame  the frame, its ``window`` reaching around the hole
    hole   [h w]  over the same window, not empty
    """
    near = landmarks_box(bounds(hole, frame.window)) & frame.window
    part = near.slices(frame.window)
    grey, known = frame.grey[part], frame.known[part]
    inner = ndimage.minimum_filter(known.view(np.uint8), 2 * EDGE + 1, mode="constant") > 0
    slope_y, slope_x = (
        np.gradient(grey, axis=axis) if grey.shape[axis] > 1 else np.zeros_like(grey) for axis in (0, 1)
    )
    strength = np.where(inner, slope_x * slope_x + slope_y * slope_y, 0)
    cell = max(2, int(np.ceil(np.sqrt(max(int(inner.sum()), 1) / MOST))))
    rows, columns = strength.shape[0] // cell, strength.shape[1] // cell
    blocks = strength[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell)
    flat = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, cell * cell)
    pick, at = flat.argmax(axis=1), np.arange(rows * columns)
    y, x = at // columns * cell + pick // cell, at % columns * cell + pick % cell
    strongest = strength[y, x]
    floor = 0.25 * np.median(strongest[strongest > 0]) if (strongest > 0).any() else 0.0
    y, x = y[strongest > floor], x[strongest > floor]
    return Landmarks(
        np.stack([x + near.x0, y + near.y0], axis=-1).astype(np.float64),
        grey[y, x].astype(np.float64),
        np.stack([slope_x[y, x], slope_y[y, x]], axis=-1).astype(np.float64),
    )


def refine_registration(marks: Landmarks, reference: PlateFrame, start: Matrix, reach: float) -> Matrix:
    """Refine a homography by Gauss-Newton, inverse compositional (Baker & Matthews 2004), with Cauchy weights.

    marks      of the frame that is filled
    reference  another frame
    start      [3 3]  plate pixels of the first to plate pixels of the other
    reach      plate pixels that a landmark may be moved by; beyond, or with too little to go by, ``start`` is returned
    """
    if len(marks.points) < FEWEST:
        return start
    left, top = marks.points.min(axis=0)
    right, below = marks.points.max(axis=0)
    centre = np.array([(left + right) / 2, (top + below) / 2])
    unit = 2.0 / max(right - left, below - top, 1.0)
    x, y = ((marks.points - centre) * unit).T
    gx, gy = marks.slope.T
    ones = np.ones_like(gx)
    terms = [gx, gx * x, gx * y, gy, gy * x, gy * y, -(gx * x + gy * y) * x, -(gx * x + gy * y) * y, marks.value, ones]
    jacobian = np.stack(terms, axis=-1)
    to_unit = np.array([[unit, 0, -unit * centre[0]], [0, unit, -unit * centre[1]], [0, 0, 1]])
    from_unit = np.linalg.inv(to_unit)
    origin = np.array([reference.window.x0, reference.window.y0])
    best = start
    for _ in range(ROUNDS):
        at = (project(best, marks.points) - origin).astype(np.float32)
        seen = reference.known_at(at) > 0.999
        if np.count_nonzero(seen) < FEWEST:
            return start
        error = sample_cubic(reference.grey, at).astype(np.float64) - marks.value
        spread = max(1.4826 * float(np.median(np.abs(error[seen]))), 1e-4)
        weight = seen / (1 + (error / (1.5 * spread)) ** 2)
        # einsum and not @: a threaded product may round differently with another number of threads
        normal = np.einsum("n,ni,nj->ij", weight, jacobian, jacobian)
        right_side = np.einsum("n,ni,n->i", weight, jacobian, error)
        step = np.linalg.solve(normal + np.eye(10) * (1e-7 * np.trace(normal)), right_side)
        rows = [[step[1], step[2], step[0]], [step[4], step[5], step[3]], [step[6], step[7], 0]]
        change = np.eye(3) + unit * np.array(rows)
        local = np.einsum("ij,jk,kl->il", from_unit, np.linalg.inv(change), to_unit)
        best = np.einsum("ij,jk->ik", best, local)
        best = best / best[2, 2]
        if np.abs(project(local / local[2, 2], marks.points) - marks.points).max() < CONVERGED:
            break
    moved = np.abs(project(best, marks.points) - project(start, marks.points)).max()
    return best if np.isfinite(moved) and moved <= reach else start
