"""Mattes and measures made visible: overlays and false colours on display pictures."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.picture import Array

__all__ = [
    "CONFIDENCE",
    "METHODS",
    "certainty_shown",
    "confidence_shown",
    "grey_shown",
    "matte_shown",
    "object_colour",
    "objects_outlined",
    "outlined",
    "overlay_shown",
    "provenance_shown",
    "ramp",
]

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
OBJECTS: tuple[Rgb, ...] = (  # of objects 1, 2, ...; then from the start again
    MATTE,
    (0, 190, 255),
    (255, 196, 0),
    (70, 225, 130),
    (190, 120, 255),
    (255, 136, 40),
    (0, 214, 200),
    (255, 130, 210),
)
DIMMED = 0.35
CERTAIN = 0.9  # confidence in a matte below this is worth seeing, also outside of the matte


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


def object_colour(number: int) -> Rgb:
    """The colour of an object, the same on every frame and in every picture.

    number  1 and up; 0 counts as 1
    """
    return OBJECTS[(max(1, number) - 1) % len(OBJECTS)]


def overlay_shown(picture: Shown, matte: Array, index: Array) -> Shown:
    """The matte as a veil with a sharp rim, each object in a colour of its own.

    picture  [h w 3]  display
    matte    [h w]    0..1; how dense the veil is
    index    [h w]    number of the object, 0 where there is none; where the matte lies beyond it, the nearest object's
    """
    shown = picture.copy()
    rows, columns = _inside(matte)
    if rows.stop:
        numbers = _spread(np.round(np.nan_to_num(index[rows, columns])).astype(np.int32))
        colours = np.zeros((*numbers.shape, 3), np.uint8)
        for number in np.unique(numbers):
            colours[numbers == number] = object_colour(int(number))
        shown[rows, columns] = _mixed(picture[rows, columns].astype(np.float32), colours, 0.5 * matte[rows, columns])
    return objects_outlined(shown, index)


def objects_outlined(picture: Shown, index: Array) -> Shown:
    """The picture with a line around each object, in its colour.

    picture  [h w 3]  display
    index    [h w]    number of the object, 0 where there is none; the line lies outside
    """
    numbers = np.round(np.nan_to_num(index)).astype(np.int32)
    for number in np.unique(numbers[numbers > 0]):
        picture = outlined(picture, (numbers == number).astype(np.float32), object_colour(int(number)))
    return picture


def _inside(matte: Array) -> tuple[slice, slice]:
    """The rows and columns that a matte takes up; empty ones if it is empty."""
    found = ndimage.find_objects((np.nan_to_num(matte) > 0).astype(np.int8))
    return (found[0][0], found[0][1]) if found else (slice(0, 0), slice(0, 0))


def _spread(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Every 0 turned into the nearest number that is none."""
    present = np.unique(numbers[numbers > 0])
    if present.size < 2:
        return np.full_like(numbers, present[0] if present.size else 1)
    nearest = ndimage.distance_transform_edt(numbers == 0, return_distances=False, return_indices=True)
    spread: NDArray[np.int32] = numbers[tuple(nearest)]
    return spread


def grey_shown(matte: Array) -> Shown:
    """The matte alone: black is kept, white is removed.

    matte    [h w]    0..1
    returns  [h w 3]  display
    """
    grey = np.round(np.clip(np.nan_to_num(matte), 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def certainty_shown(picture: Shown, confidence: Array, matte: Array) -> Shown:
    """Confidence in a matte: on it, and wherever else it is not near to 1, over the dimmed picture.

    picture     [h w 3]  display
    confidence  [h w]    0..1, that the cut of the matte at 0.5 is right
    matte       [h w]    0..1
    """
    doubtful = (matte >= 0.5) | (np.nan_to_num(confidence) < CERTAIN)
    return confidence_shown(picture, confidence, doubtful.astype(np.float32))


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
