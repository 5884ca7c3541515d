"""Pictures read at points, and holes filled smoothly, by OpenCV."""

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array

__all__ = [
    "blurred",
    "box_mean",
    "eroded",
    "gaussian_pull_push",
    "pixel_grid",
    "sample",
    "sample_cubic",
    "sample_nearest",
]

ROW = 1024  # OpenCV refuses pictures with a side of 32768 pixels or more, so lists of points are folded


def pixel_grid(height: int, width: int) -> Array:
    """Give the position of every pixel: [h w 2], x right, y down."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x, y], axis=-1).astype(np.float32)


def _remap(image: Array, points: Array, interpolation: int, outside: float | None) -> Array:
    shape = points.shape[:-1]
    flat = points.reshape(-1, 2)
    count = len(flat)
    rows = max(1, -(-count // ROW))
    folded = np.zeros((2, rows * ROW), np.float32)
    folded[:, :count] = flat.T
    x, y = folded.reshape(2, rows, ROW)
    border = cv2.BORDER_REPLICATE if outside is None else cv2.BORDER_CONSTANT
    value = (outside or 0.0,) * 4
    read = cv2.remap(image, x, y, interpolation, borderMode=border, borderValue=value)
    return np.asarray(read.reshape(rows * ROW, *image.shape[2:])[:count].reshape(*shape, *image.shape[2:]), np.float32)


def sample(image: Array, points: Array, outside: float | None = None) -> Array:
    """Read a picture at points, bilinear in 1/32 of a pixel; ``vfxlib.image.bilinear`` does it in double precision.

    image    [h w] or [h w c]  up to four channels
    points   [... 2]           pixels, x right, y down, below 32768
    outside                    value around the picture; None holds its edge
    returns  [...] or [... c]
    """
    return _remap(image, points, cv2.INTER_LINEAR, outside)


def sample_nearest(image: Array, points: Array, outside: float | None = None) -> Array:
    """Read a picture at points, the nearest pixel; otherwise as ``sample``."""
    return _remap(image, points, cv2.INTER_NEAREST, outside)


def sample_cubic(image: Array, points: Array, outside: float | None = None) -> Array:
    """Read a picture at points, by cubic convolution (a = -3/4); otherwise as ``sample``."""
    return _remap(image, points, cv2.INTER_CUBIC, outside)


def box_mean(image: Array, radius: int) -> Array:
    """The mean of the square around every pixel.

    image    [h w] or [h w c]  up to four channels; its edge pixels go on beyond it
    radius   pixels to every side
    returns  the same shape
    """
    side = 2 * radius + 1
    return np.asarray(cv2.blur(np.ascontiguousarray(image), (side, side), borderType=cv2.BORDER_REPLICATE), np.float32)


def blurred(image: Array, sigma: float) -> Array:
    """Blur by a Gaussian.

    image    [h w] or [h w c]  up to four channels; mirrored at its edges
    sigma    pixels
    returns  the same shape
    """
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.float32)


def eroded(mask: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Take away what lies within ``radius`` pixels of the outside; the picture's edge takes nothing away."""
    r = round(radius)
    if r <= 0:
        return mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1))
    return np.asarray(cv2.erode(mask.astype(np.uint8), disc, borderValue=1) > 0)


def gaussian_pull_push(image: Array, known: NDArray[np.bool_]) -> Array:
    """Fill the unknown from the known around it, smoothly, by pull and push over a Gaussian pyramid.

    ``vfxlib.spatial_fill.pull_push`` does it over a pyramid of 2 x 2 means, with relaxation.

    image    [h w] or [h w c]  any values; what is unknown is not looked at
    known    [h w]             True keeps the pixel's bits
    returns  the same shape; 0 where nothing at all is known
    """
    if known.all():
        return image
    keep = known if image.ndim == 2 else known[..., None]
    weight = known.astype(np.float32)
    filled = _pull_push(np.where(keep, image, 0).astype(np.float32), weight)
    return np.asarray(np.where(keep, image, filled), np.float32)


def _pull_push(weighted: Array, weight: Array) -> Array:
    height, width = weight.shape
    share = weight if weighted.ndim == 2 else weight[..., None]
    if min(height, width) <= 2:
        total = float(weight.sum())
        mean = weighted.sum(axis=(0, 1)) / max(total, 1e-9)
        return np.asarray(np.broadcast_to(mean, weighted.shape), np.float32)
    half = (-(-height // 2), -(-width // 2))
    channels = weighted.shape[2:]  # OpenCV drops a single channel's axis
    below = _pull_push(
        np.asarray(cv2.pyrDown(weighted), np.float32).reshape(*half, *channels),
        np.asarray(cv2.pyrDown(weight), np.float32),
    )
    coarse = np.asarray(cv2.pyrUp(below, dstsize=(width, height)), np.float32).reshape(weighted.shape)
    value = np.where(share > 1e-6, weighted / np.maximum(share, 1e-6), 0)
    trust = np.minimum(share, 1)
    return np.asarray(value * trust + coarse * (1 - trust), np.float32)
