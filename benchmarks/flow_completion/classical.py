"""Motion in a hole from what is around it in the same frame, by methods that learn nothing."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_array, csr_array
from scipy.sparse.linalg import splu

from vfxlib.image.picture import Array

__all__ = ["METHODS", "Known", "amle", "biharmonic", "harmonic", "nearest", "zero"]

SWEEPS = 2000  # of AMLE at most
STILL = 1e-4  # pixels: a sweep that changes less ends it
Known = NDArray[np.bool_]
AROUND = ((0, 1), (0, -1), (1, 0), (-1, 0), (1, 1), (1, -1), (-1, 1), (-1, -1))


def zero(flow: Array, known: Known) -> Array:
    """Nothing on top of the camera's motion.

    flow     [h w c]  anything in the hole
    known    [h w]
    returns  [h w c], as all methods here
    """
    return np.where(known[..., None], flow, 0).astype(np.float32)


def nearest(flow: Array, known: Known) -> Array:
    """The nearest known vector."""
    rows, columns = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return zero(flow[rows, columns], np.ones_like(known)) if known.any() else zero(flow, known)


def harmonic(flow: Array, known: Known) -> Array:
    """The smoothest between the rims: Laplace's equation, no flow through the picture's border."""
    return _solved(flow, known, _laplacian(known.shape))


def biharmonic(flow: Array, known: Known) -> Array:
    """A thin plate: the bilaplacian, which goes on with slopes."""
    laplacian = _laplacian(known.shape)
    return _solved(flow, known, laplacian @ laplacian)


def amle(flow: Array, known: Known) -> Array:
    """The absolutely minimising Lipschitz extension, by sweeps: between the steepest neighbours up and down.

    paper  Oliver, Raad, Ballester and Haro 2018, motion inpainting by an image-based geodesic AMLE method; here without
           the picture, whose distances are unknown in the hole
    """
    filled, hole = harmonic(flow, known), ~known
    for _ in range(SWEEPS):
        padded = np.pad(filled, ((1, 1), (1, 1), (0, 0)), mode="edge")
        height, width = known.shape
        slopes = [
            (padded[1 + y : 1 + y + height, 1 + x : 1 + x + width] - filled) / np.hypot(y, x).astype(np.float32)
            for y, x in AROUND
        ]
        step = (np.max(slopes, axis=0) + np.min(slopes, axis=0))[hole] / 2
        filled[hole] += step
        if not step.size or np.abs(step).max() < STILL:
            break
    return filled


def _laplacian(shape: tuple[int, int]) -> csr_array:
    """[h*w h*w]: neighbours minus the pixel itself."""
    height, width = shape
    number = np.arange(height * width).reshape(shape)
    pairs = [(number[:, :-1], number[:, 1:]), (number[:-1], number[1:])]
    one = np.concatenate([part.ravel() for pair in pairs for part in pair])
    other = np.concatenate([part.ravel() for pair in pairs for part in pair[::-1]])
    values, size = np.ones(len(one)), height * width
    beside = coo_array((values, (one, other)), shape=(size, size)).tocsr()
    return csr_array(beside - coo_array((beside.sum(axis=1), (np.arange(size),) * 2), shape=(size, size)))


def _solved(flow: Array, known: Known, matrix: csr_array) -> Array:
    hole, values = ~known.ravel(), zero(flow, known).reshape(known.size, -1)
    if hole.any() and known.any():
        rows = matrix[np.flatnonzero(hole)]
        right = -(rows[:, np.flatnonzero(~hole)] @ values[~hole].astype(np.float64))
        values[hole] = splu(rows[:, np.flatnonzero(hole)].tocsc()).solve(right)
    return values.reshape(flow.shape)


METHODS: dict[str, Callable[[Array, Known], Array]] = {
    "camera's motion": zero,
    "nearest": nearest,
    "Laplace": harmonic,
    "biharmonic": biharmonic,
    "AMLE": amle,
}
