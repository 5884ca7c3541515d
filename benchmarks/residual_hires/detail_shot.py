"""A shot whose clean plate is known, with a perfect fill at a lower size and the motion that is measured there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.acescct import code_value
from vfxlib.device import open_device
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, RawFrame
from vfxlib.image.pixel_types import as_float
from vfxlib.io.exr import read_channels
from vfxlib.io.footage import open_footage, rgb
from vfxlib.motion import Chain, Motion, Pair, link, make_view, measure
from vfxlib.motion.complete import complete
from vfxlib.motion.field import rescaled
from vfxlib.motion.measure import measured_from
from vfxlib.motion.window_frame import window_frame
from vfxlib.residual_hires.scales import Scales

__all__ = ["DetailShot", "open_detail_shot"]

MARGIN = 0.025  # of the height: how near to a matte motion is not trusted
REACH = 12


@dataclass(frozen=True)
class DetailShot:
    """Everything that the method is given, and the truth beside it.

    scales  of the plate and of the fill
    plate   [n H W 3]  linear Rec.709
    truth   [n H W 3]  the same without the object
    hole    [n H W]
    low     [n h w 3]  the plate reduced, filled in the hole
    trust   [n h w]    confidence of that fill, 1 outside the hole
    motion  (a, b) -> motion between neighbours, plate pixels, measured at the fill's size
    chain   plate pixels
    """

    scales: Scales
    plate: Array
    truth: Array
    hole: NDArray[np.bool_]
    low: Array
    trust: Array
    motion: Mapping[tuple[int, int], Motion]
    chain: Chain


def open_detail_shot(
    plate: Path, matte: Path, truth: Path, channel: str, factor: float, fill: Path | None = None
) -> DetailShot:
    """Open a shot.

    plate, matte, truth  folders of sequences: EXR in linear Rec.709, or pictures in sRGB
    channel              of the matte; "" for a picture's only one
    factor               plate pixels per pixel of the fill
    fill                 folder of a clean plate at that size, with its confidence; None reduces the truth
    """
    plates, truths = _colours(plate), _colours(truth)
    mattes = open_footage(matte)
    hole = np.stack([_channel(mattes.read(number), channel) > 0 for number in mattes.frames])
    height, width = hole.shape[1:]
    scales = Scales((width, height), (round(width / factor), round(height / factor)))
    whole, whole_low = Box(0, 0, *scales.full), Box(0, 0, *scales.low)
    touched = np.stack([scales.touched(mask, whole) for mask in hole])
    fills = _colours(fill) if fill else np.stack([scales.reduce(each, whole, whole_low) for each in truths])
    lows = np.stack([scales.reduce(each, whole, whole_low) for each in plates])
    lows = np.where(touched[..., None], fills, lows)
    trust = np.ones(touched.shape, np.float32)
    if fill:
        trust = np.stack([read_channels(path, 0).channels["confidence.A"] for path in sorted(fill.glob("*.exr"))])
        trust = np.where(touched, trust.astype(np.float32), 1)
    motion, chain = _motion(lows, ~touched, scales)
    return DetailShot(scales, plates, truths, hole, lows, trust, motion, chain)


def _channel(frame: RawFrame, name: str) -> Array:
    return as_float(frame.channels[name] if name else next(iter(frame.channels.values())))


def _colours(folder: Path) -> Array:
    footage = open_footage(folder)
    pixels = np.stack([as_float(rgb(footage.read(number))) for number in footage.frames])
    return pixels if footage.format == "exr" else _light(pixels)


def _light(code: Array) -> Array:
    """The sRGB curve undone."""
    return np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4).astype(np.float32)


def _motion(lows: Array, known: NDArray[np.bool_], scales: Scales) -> tuple[dict[tuple[int, int], Motion], Chain]:
    """Measure and complete the motion of a shot at the lower size, as FlowInpaint does."""
    cv2.setNumThreads(1)
    margin = MARGIN * scales.low[1]
    views = {i: make_view(code_value(low), seen) for i, (low, seen) in enumerate(zip(lows, known, strict=True))}
    pairs: dict[int, Pair] = {i: measure(views[i], views[i + 1], margin=margin) for i in range(len(views) - 1)}
    chain = link(range(len(views)), {i: pair.join for i, pair in pairs.items()})
    motion: dict[tuple[int, int], Motion] = {}
    device = open_device("cpu")
    laid = {i: window_frame(view, measured_from(i, pairs), device) for i, view in views.items()}
    for index in views:
        found = complete(index, laid, reach=REACH, margin=margin)
        for sign, way in ((1, found.forward), (-1, found.backward)):
            if way is not None:
                motion[index, index + sign] = enlarged_motion(way, scales)
    places = {i: rescaled(place, scales.factor) for i, place in chain.from_first.items()}
    return motion, Chain(chain.frames, places, chain.take, chain.locked)


def enlarged_motion(motion: Motion, scales: Scales) -> Motion:
    """A motion of the low picture as one of the plate."""
    residual = None if motion.residual is None else motion.residual * np.array(scales.factor, np.float32)
    return Motion(rescaled(motion.homography, scales.factor), residual, scales.full)
