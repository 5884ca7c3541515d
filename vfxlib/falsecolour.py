"""Mattes and measures made visible: overlays and false colours on display pictures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.picture import Array

__all__ = ["CONFIDENCE", "METHODS", "confidence_shown", "matte_shown", "outlined", "provenance_shown", "ramp"]

Shown = NDArray[np.uint8]
Rgb = tuple[int, int, int]

# From distrust to trust; told apart with any kind of colour vision, and in print, where the middle is lightest.
CONFIDENCE: tuple[tuple[float, Rgb], ...] = (
    (0.0, (178, 24, 43)),
    (0.25, (232, 96, 60)),
    (0.5, (252, 214, 128)),
    (0.75, (120, 190, 214)),
    (1.0, (44, 123, 182)),
)
METHODS: Mapping[int, tuple[str, Rgb]] = {  # design 1, provenance
    1: ("registered copy", (44, 123, 182)),
    2: ("flow copy", (86, 190, 160)),
    3: ("spatial", (204, 62, 56)),
    4: ("InternalFit", (240, 190, 70)),
    5: ("residual", (176, 120, 200)),
}
MATTE: Rgb = (255, 64, 96)
DIMMED = 0.35


def ramp(values: Array) -> Shown:
    """False colour of confidence.

    values   [...]    0..1; NaN shows as 0
    returns  [... 3]  display
    """
    places = [place for place, _ in CONFIDENCE]
    known = np.nan_to_num(values)
    channels = [np.interp(known, places, [colour[c] for _, colour in CONFIDENCE]) for c in range(3)]
    return np.round(np.stack(channels, axis=-1)).astype(np.uint8)


def _dimmed(picture: Shown) -> NDArray[np.float32]:
    grey = picture.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.repeat(DIMMED * grey[..., None], 3, axis=2)


def _mixed(below: NDArray[np.float32], above: Shown, share: Array) -> Shown:
    weight = np.clip(np.nan_to_num(share), 0, 1)[..., None]
    return np.round(below + (above - below) * weight).astype(np.uint8)


def matte_shown(picture: Shown, matte: Array) -> Shown:
    """The matte as a red veil with a sharp rim.

    picture  [h w 3]  display
    matte    [h w]    0..1
    """
    veil = np.broadcast_to(np.array(MATTE, np.uint8), picture.shape)
    return outlined(_mixed(picture.astype(np.float32), veil, 0.5 * matte), matte)


def outlined(picture: Shown, matte: Array, colour: Rgb = MATTE) -> Shown:
    """The picture with a line around what is removed, wider in larger pictures.

    picture  [h w 3]  display
    matte    [h w]    0..1; the line lies outside of what is above 0
    """
    inside = matte > 0
    width = max(1, round(picture.shape[0] / 400))
    line = ndimage.binary_dilation(inside, iterations=width) & ~inside
    drawn = picture.copy()
    drawn[line] = colour
    return drawn


def confidence_shown(picture: Shown, confidence: Array, matte: Array) -> Shown:
    """Confidence in the hole, over the dimmed picture.

    picture     [h w 3]  display
    confidence  [h w]    0..1
    matte       [h w]    above 0 where something was filled
    """
    return _mixed(_dimmed(picture), ramp(confidence), (matte > 0).astype(np.float32))


def provenance_shown(picture: Shown, method: Array, matte: Array) -> Shown:
    """Where the pixels of the hole came from, over the dimmed picture.

    picture  [h w 3]  display
    method   [h w]    provenance.method
    matte    [h w]    above 0 where something was filled
    """
    colours = np.zeros(picture.shape, np.uint8)
    for number, (_, colour) in METHODS.items():
        colours[np.round(np.nan_to_num(method)) == number] = colour
    return _mixed(_dimmed(picture), colours, (matte > 0).astype(np.float32))
