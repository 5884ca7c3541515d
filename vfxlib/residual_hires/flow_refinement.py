"""Completed motion made exact at full resolution: a smooth correction by which references match the picture so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.colour.acescct import code_value, light_of
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import blurred, pixel_grid, sample_cubic
from vfxlib.residual_hires.alignment import Alignment
from vfxlib.residual_hires.plate_frame import BLUR, PlateFrame

__all__ = ["refine_flow"]

SMOOTH = 3.0  # low pixels over which one correction is found
RIDGE = 2e-5  # squared code values per plate pixel: where there is less texture nothing is corrected
MOST = 0.35  # low pixels of correction a round
ROUNDS = 2
OUTLIER = 3.0  # deviations at which a pixel counts half
LEAST_DEVIATION = 0.003  # code values
WHOLE = 0.999


def refine_flow(
    alignments: Sequence[Alignment], frames: Mapping[int, PlateFrame], picture: Array, where: NDArray[np.bool_]
) -> list[Alignment]:
    """Correct the departures of alignments: Lucas-Kanade over smooth windows, at full resolution.

    alignments  k ways to other frames, each with a departure, all over one box of low pixels
    frames      offset -> what the other frame shows
    picture     [h w 3]  the best picture so far of the frame that is filled, over the plate pixels under that box:
                         the plate itself outside its hole, linear colour, finite
    where       [h w]    where it can be trusted
    returns     the same alignments with other departures
    """
    if not alignments:
        return []
    scales, low_box = alignments[0].scales, alignments[0].box
    box = scales.full_box(low_box)
    grey = blurred(code_value(light_of(picture)), BLUR)
    slope_y, slope_x = (np.asarray(slope, np.float32) for slope in np.gradient(grey))
    places = pixel_grid(box.height, box.width).reshape(-1, 2).astype(np.float64)
    places += (box.x0, box.y0)
    refined = []
    for alignment in alignments:
        frame = frames[alignment.offset]
        assert alignment.departure is not None
        for _ in range(ROUNDS):
            at = (alignment.positions(places) - (frame.window.x0, frame.window.y0)).astype(np.float32)
            seen = (frame.known_at(at) > WHOLE).reshape(grey.shape) & where
            error = sample_cubic(frame.grey, at).reshape(grey.shape) - grey
            change = _correction(error, seen, slope_x, slope_y, box, alignment)
            alignment = replace(alignment, departure=alignment.departure + change)
        refined.append(alignment)
    return refined


def _correction(
    error: Array, seen: NDArray[np.bool_], slope_x: Array, slope_y: Array, box: Box, alignment: Alignment
) -> Array:
    """One step of Gauss-Newton: [h w 2] plate pixels, over the alignment's box of low pixels."""
    scales, low_box = alignment.scales, alignment.box
    if not seen.any():
        return np.zeros((low_box.height, low_box.width, 2), np.float32)
    deviation = max(1.4826 * float(np.median(np.abs(error[seen]))), LEAST_DEVIATION)
    weight = seen / (1 + (error / np.float32(OUTLIER * deviation)) ** 2)
    by_x, by_y = weight * slope_x, weight * slope_y
    sums = np.stack([by_x * slope_x, by_x * slope_y, by_y * slope_y, by_x * error, by_y * error], axis=-1)
    sums = scales.reduce(sums.astype(np.float32), box, low_box)
    xx, xy, yy, xe, ye = (ndimage.gaussian_filter(sums[..., i], SMOOTH, mode="nearest") for i in range(5))
    xx, yy = xx + np.float32(RIDGE), yy + np.float32(RIDGE)
    determinant = xx * yy - xy * xy
    change = np.stack([xy * ye - yy * xe, xy * xe - xx * ye], axis=-1) / determinant[..., None]
    most = np.float32(MOST * scales.factor[0])
    return np.asarray(np.clip(change, -most, most), np.float32)
