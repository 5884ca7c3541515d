"""Gauss-Newton refinement of a homography on the plate's own pixels: inverse compositional alignment."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.motion.field import Matrix, corner_shift, project
from vfxlib.motion.sampling import eroded, sample
from vfxlib.motion.view import Fine

__all__ = ["refine_homography"]

POINTS = 40_000
ROUNDS = 12
BLURS = (2.0, 0.8)  # plate pixels: first to find the way, then against grain
CONVERGED = 0.002  # plate pixels a round


def refine_homography(a: Fine, b: Fine, start: Matrix, reach: float) -> Matrix:
    """Refine a homography by Gauss-Newton with Cauchy weights and a gain and offset for light.

    a, b     full-resolution frames; only pixels known in both are compared
    start    [3 3]  plate pixels of a to plate pixels of b
    reach    plate pixels that a corner may move at most; beyond, ``start`` is returned
    returns  [3 3]  inverse compositional alignment (Baker & Matthews 2004)
    """
    height, width = a.grey.shape
    inner = eroded(a.known, 5)
    inner[:4], inner[-4:], inner[:, :4], inner[:, -4:] = False, False, False, False
    points = _strongest_gradients(a.grey, inner)
    if len(points) < 500:
        return start
    b_known = eroded(b.known, 5).astype(np.float32)
    unit = 2.0 / max(width, height)
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    best = start
    for blur in BLURS:
        grey_a, grey_b = _blurred(a.grey, blur), _blurred(b.grey, blur)
        best = _gauss_newton(grey_a, grey_b, b_known, points, best, unit, centre)
    moved = corner_shift(best, start, (width, height))
    return best if np.isfinite(moved) and moved <= reach else start


def _blurred(image: Array, sigma: float) -> Array:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def _gradients(image: Array) -> tuple[Array, Array]:
    kernel = np.array([[-0.5, 0, 0.5]], np.float32)
    return (
        np.asarray(cv2.filter2D(image, cv2.CV_32F, kernel), np.float32),
        np.asarray(cv2.filter2D(image, cv2.CV_32F, kernel.T.copy()), np.float32),
    )


def _strongest_gradients(image: Array, inner: NDArray[np.bool_]) -> Matrix:
    """The strongest gradient of every cell of a grid, so that one busy corner does not decide for the picture."""
    gx, gy = _gradients(_blurred(image, BLURS[-1]))
    strength = np.where(inner, gx * gx + gy * gy, 0)
    height, width = strength.shape
    cell = max(2, int(np.sqrt(height * width / POINTS)))
    rows, columns = height // cell, width // cell
    blocks = strength[: rows * cell, : columns * cell].reshape(rows, cell, columns, cell)
    flat = blocks.transpose(0, 2, 1, 3).reshape(rows * columns, cell * cell)
    pick = flat.argmax(axis=1)
    value = flat[np.arange(len(flat)), pick]
    at = np.arange(rows * columns)
    points = np.stack([at % columns * cell + pick % cell, at // columns * cell + pick // cell], axis=-1)
    floor = np.median(value[value > 0]) * 0.25 if (value > 0).any() else 0.0
    keep = value > floor
    return np.asarray(points[keep], np.float64)


def _gauss_newton(
    a: Array, b: Array, b_known: Array, points: Matrix, start: Matrix, unit: float, centre: Matrix
) -> Matrix:
    gx, gy = (_values_at(g, points).astype(np.float64) for g in _gradients(a))
    x, y = ((points - centre) * unit).T
    # how the picture changes with the eight numbers of a homography near the identity, in centred units
    columns = [gx, gx * x, gx * y, gy, gy * x, gy * y, -(gx * x + gy * y) * x, -(gx * x + gy * y) * y]
    value = _values_at(a, points).astype(np.float64)
    jacobian = np.stack([*columns, value, np.ones_like(value)])
    to_unit = np.array([[unit, 0, -unit * centre[0]], [0, unit, -unit * centre[1]], [0, 0, 1]])
    from_unit = np.linalg.inv(to_unit)
    best = start
    for _ in range(ROUNDS):
        moved_to = project(best, points).astype(np.float32)
        seen = sample(b_known, moved_to, outside=0.0) > 0.99
        if seen.sum() < 500:
            return start
        error = sample(b, moved_to).astype(np.float64) - value
        spread = max(1.4826 * float(np.median(np.abs(error[seen]))), 1e-4)
        weighted = jacobian * (seen / (1 + (error / (1.5 * spread)) ** 2))
        # einsum and not @: a threaded product may round differently with another number of threads
        normal = np.einsum("in,jn->ij", weighted, jacobian)
        right = np.einsum("in,n->i", weighted, error)
        step = np.linalg.solve(normal + np.eye(10) * 1e-9 * np.trace(normal), right)
        rows = [[step[1], step[2], step[0]], [step[4], step[5], step[3]], [step[6], step[7], 0]]
        change = np.eye(3) + unit * np.array(rows)
        local = np.einsum("ij,jk,kl->il", from_unit, np.linalg.inv(change), to_unit)
        best = np.einsum("ij,jk->ik", best, local)
        best = best / best[2, 2]
        if np.abs(project(local / local[2, 2], points) - points).max() < CONVERGED:
            break
    return best


def _values_at(image: Array, points: Matrix) -> Array:
    at = points.astype(np.intp)
    return np.asarray(image[at[:, 1], at[:, 0]], np.float32)
