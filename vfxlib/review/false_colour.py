"""Overlays and false colours on display pictures, by which mattes and measures are seen."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.morphology import fill_nearest
from vfxlib.image.picture import Array
from vfxlib.layer_names import OBJECT_THRESHOLD, Provenance

__all__ = [
    "CONFIDENCE_COLOURS",
    "METHODS",
    "DisplayImage",
    "Rgb",
    "apply_colour_map",
    "confidence_overlay",
    "confidence_veil",
    "greyscale",
    "matte_confidence_overlay",
    "matte_overlay",
    "object_colour",
    "object_overlay",
    "outline_matte",
    "outline_objects",
    "provenance_overlay",
]

DisplayImage = NDArray[np.uint8]
"""[h w 3], as a display takes it, 0..255."""
Rgb = tuple[int, int, int]

# From distrust to trust; told apart with any kind of colour vision, and in print, where the middle is lightest.
CONFIDENCE_COLOURS: tuple[tuple[float, Rgb], ...] = (
    (0.0, (178, 24, 43)),
    (0.25, (232, 96, 60)),
    (0.5, (252, 214, 128)),
    (0.75, (120, 190, 214)),
    (1.0, (44, 123, 182)),
)
METHODS: Mapping[int, tuple[str, Rgb]] = {
    Provenance.REGISTERED_COPY: ("registered copy", (44, 123, 182)),
    Provenance.FLOW_COPY: ("flow copy", (86, 190, 160)),
    Provenance.SPATIAL: ("spatial", (204, 62, 56)),
    Provenance.FITTED: ("fitted network", (240, 190, 70)),
    Provenance.RESIDUAL: ("residual", (176, 120, 200)),
}
MATTE: Rgb = (255, 64, 96)
BRIGHT: Rgb = (235, 235, 235)  # beside the colours of confidence
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
DIM_GAIN = 0.35
CONFIDENT = 0.9  # confidence in a matte below this is worth seeing, also outside of the matte


def apply_colour_map(values: Array) -> DisplayImage:
    """False colour of confidence.

    values   [...]    0..1; NaN shows as 0
    returns  [... 3]  display
    """
    stops = [stop for stop, _ in CONFIDENCE_COLOURS]
    finite = np.nan_to_num(values)
    channels = [np.interp(finite, stops, [colour[c] for _, colour in CONFIDENCE_COLOURS]) for c in range(3)]
    return np.round(np.stack(channels, axis=-1)).astype(np.uint8)


def _dim(picture: DisplayImage) -> NDArray[np.float32]:
    grey = picture.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    return np.repeat(DIM_GAIN * grey[..., None], 3, axis=2)


def _blend(background: NDArray[np.float32], foreground: DisplayImage, opacity: Array) -> DisplayImage:
    weight = np.clip(np.nan_to_num(opacity), 0, 1)[..., None]
    return np.round(background + (foreground - background) * weight).astype(np.uint8)


def matte_overlay(picture: DisplayImage, matte: Array) -> DisplayImage:
    """The matte as a red veil with a sharp rim.

    picture  [h w 3]  display
    matte    [h w]    0..1
    """
    veil = np.broadcast_to(np.array(MATTE, np.uint8), picture.shape)
    return outline_matte(_blend(picture.astype(np.float32), veil, 0.5 * matte), matte)


def outline_matte(picture: DisplayImage, matte: Array, colour: Rgb = MATTE) -> DisplayImage:
    """The picture with a line around what is removed, wider in larger pictures.

    picture  [h w 3]  display
    matte    [h w]    0..1; the line lies outside of what is above 0
    """
    inside = matte > 0
    width = max(1, round(picture.shape[0] / 400))
    line = ndimage.binary_dilation(inside, iterations=width) & ~inside
    result = picture.copy()
    result[line] = colour
    return result


def object_colour(number: int) -> Rgb:
    """The colour of an object, the same on every frame and in every picture.

    number  1 and up; 0 counts as 1
    """
    return OBJECTS[(max(1, number) - 1) % len(OBJECTS)]


def object_overlay(picture: DisplayImage, matte: Array, index: Array) -> DisplayImage:
    """The matte as a veil with a sharp rim, each object in a colour of its own.

    picture  [h w 3]  display
    matte    [h w]    0..1; how dense the veil is
    index    [h w]    number of the object, 0 where there is none; where the matte lies beyond it, the nearest object's
    """
    overlay = picture.copy()
    rows, columns = _bounds(matte)
    if rows.stop:
        numbers = _fill_nearest(np.round(np.nan_to_num(index[rows, columns])).astype(np.int32))
        colours = np.zeros((*numbers.shape, 3), np.uint8)
        for number in np.unique(numbers):
            colours[numbers == number] = object_colour(int(number))
        overlay[rows, columns] = _blend(picture[rows, columns].astype(np.float32), colours, 0.5 * matte[rows, columns])
    return outline_objects(overlay, index)


def outline_objects(picture: DisplayImage, index: Array) -> DisplayImage:
    """The picture with a line around each object, in its colour.

    picture  [h w 3]  display
    index    [h w]    number of the object, 0 where there is none; the line lies outside
    """
    numbers = np.round(np.nan_to_num(index)).astype(np.int32)
    for number in np.unique(numbers[numbers > 0]):
        picture = outline_matte(picture, (numbers == number).astype(np.float32), object_colour(int(number)))
    return picture


def _bounds(matte: Array) -> tuple[slice, slice]:
    """The rows and columns that a matte takes up; empty ones if it is empty."""
    boxes = ndimage.find_objects((np.nan_to_num(matte) > 0).astype(np.int8))
    return (boxes[0][0], boxes[0][1]) if boxes else (slice(0, 0), slice(0, 0))


def _fill_nearest(numbers: NDArray[np.int32]) -> NDArray[np.int32]:
    """Every 0 turned into the nearest number that is none; into 1 where there is none."""
    present = np.unique(numbers[numbers > 0])
    if present.size < 2:
        return np.full_like(numbers, present[0] if present.size else 1)
    return fill_nearest(numbers)


def greyscale(matte: Array) -> DisplayImage:
    """The matte alone: black is kept, white is removed.

    matte    [h w]    0..1
    returns  [h w 3]  display
    """
    grey = np.round(np.clip(np.nan_to_num(matte), 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=2)


def matte_confidence_overlay(picture: DisplayImage, confidence: Array, matte: Array) -> DisplayImage:
    """Confidence in a matte: on it, and wherever else it is not near to 1, over the dimmed picture.

    picture     [h w 3]  display
    confidence  [h w]    0..1, that the cut of the matte at 0.5 is right
    matte       [h w]    0..1
    """
    doubtful = (matte >= OBJECT_THRESHOLD) | (np.nan_to_num(confidence) < CONFIDENT)
    return confidence_overlay(picture, confidence, doubtful.astype(np.float32))


def confidence_overlay(picture: DisplayImage, confidence: Array, matte: Array) -> DisplayImage:
    """Confidence in the hole, over the dimmed picture.

    picture     [h w 3]  display
    confidence  [h w]    0..1
    matte       [h w]    above 0 where something was filled
    """
    return _blend(_dim(picture), apply_colour_map(confidence), (matte > 0).astype(np.float32))


def confidence_veil(picture: DisplayImage, confidence: Array, matte: Array) -> DisplayImage:
    """Confidence in the hole as a veil with a sharp rim, through which the picture is seen.

    picture     [h w 3]  display
    confidence  [h w]    0..1
    matte       [h w]    above 0 where something was filled
    """
    veil = _blend(picture.astype(np.float32), apply_colour_map(confidence), 0.5 * (matte > 0))
    return outline_matte(veil, matte, BRIGHT)


def provenance_overlay(picture: DisplayImage, method: Array, matte: Array) -> DisplayImage:
    """Where the pixels of the hole came from, over the dimmed picture.

    picture  [h w 3]  display
    method   [h w]    provenance.method
    matte    [h w]    above 0 where something was filled
    """
    colours = np.zeros(picture.shape, np.uint8)
    for number, (_, colour) in METHODS.items():
        colours[np.round(np.nan_to_num(method)) == number] = colour
    return _blend(_dim(picture), colours, (matte > 0).astype(np.float32))
