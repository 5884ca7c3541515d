"""Pictures in memory: what a file holds, and colour as a type.

Three colours exist, and mixing them does not type-check: the encoding in the file, scene-linear light (in which is
copied and blended), and the working log space (which networks and motion estimation see).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box

__all__ = [
    "BRIGHTEST",
    "Array",
    "Colour",
    "FileColour",
    "Header",
    "LinearColour",
    "Picture",
    "RawFrame",
    "WorkingColour",
    "is_light",
]

Array = NDArray[np.float32]
BRIGHTEST = np.float32(1e12)  # linear light: a hundred times and more what a sun in a picture has


class Colour:
    """What the numbers of a picture mean; only its three kinds are used."""


class FileColour(Colour):
    """The encoding of the file, whatever it is."""


class LinearColour(Colour):
    """Scene-linear light in the primaries of the config's scene_linear role."""


class WorkingColour(Colour):
    """The log working space: middle grey near 0.4, about 0.07 a stop in ACEScct."""


C = TypeVar("C", bound=Colour)


@dataclass(frozen=True)
class Picture(Generic[C]):
    """Colour over a window.

    pixels  [h w 3]  float32, in colour C; NaN and inf may occur
    window  Box      where the pixels lie, display window's frame
    """

    pixels: Array
    window: Box


@dataclass(frozen=True)
class Header:
    """What a frame says about itself before a pixel is read.

    path        the file
    display     display window moved to begin at 0, 0 (all boxes of this frame are in its coordinates)
    origin      where the display window begins in the file's own coordinates, x and y
    data        data window in the display window's frame; equals display for pictures without windows
    aspect      pixel aspect ratio, width over height
    channels    channel names as Paintout calls them -> numpy dtype name in the file ("float16", "uint8", ...)
    views       names of the views in the file; () for an ordinary one
    attributes  descriptive attributes, by their names in the file (timecode, owner, ...); plain values
    format      "exr", "dpx", "tiff", "png", "jpeg" or "movie"
    layout      one phrase on how the file is built, for the report: "single part scanline zip", ...
    thin        channels that have fewer pixels than the picture; they are left out where all are read
    turned      how a viewer turns the picture before it shows it, a phrase; "" if it shows it as it is stored, which is
                how Paintout reads it
    """

    path: Path
    display: Box
    origin: tuple[int, int]
    data: Box
    aspect: float
    channels: Mapping[str, str]
    views: tuple[str, ...] = ()
    attributes: Mapping[str, object] = field(default_factory=dict)
    format: str = "exr"
    layout: str = ""
    thin: tuple[str, ...] = ()
    turned: str = ""


@dataclass(frozen=True)
class RawFrame:
    """Channels of one frame exactly as they came.

    number    the frame
    header    its header
    channels  name -> [h w] over ``header.data``, in the file's own type (so that bits can be handed through)
    """

    number: int
    header: Header
    channels: Mapping[str, NDArray[np.generic]]


def is_light(pixels: Array) -> NDArray[np.bool_]:
    """Where a pixel holds light: neither NaN nor inf, nor so large a number that reckoning with it ends there.

    pixels   [h w 3]  linear colour
    returns  [h w]    True where all channels lie within 1e12 of black
    """
    if pixels.size and pixels.min() >= -BRIGHTEST and pixels.max() <= BRIGHTEST:  # False of a NaN, which both give back
        return np.ones(pixels.shape[:-1], np.bool_)
    within = (pixels >= -BRIGHTEST) & (pixels <= BRIGHTEST)
    # far quicker than a reduction over an axis of three
    return np.asarray(within[..., 0] & within[..., 1] & within[..., 2])
