"""Sets reduced by area, so that a fit of them takes minutes of one core."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.sets import CACHE, PlateSet, PreparedSet, prepare, prepare_swapped
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.pixel_types import as_float
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage

__all__ = ["prepare_reduced"]

HALF = 0.5  # of a pixel's area, from which on it counts as shown by another frame


def prepare_reduced(plates: PlateSet, size: tuple[int, int], frames: int) -> PreparedSet:
    """A set at a smaller size; what is in the cache is used as it is.

    size    width and height, of the same shape as the plate
    frames  at most, from the first on
    """
    folder = CACHE / f"{plates.name}{size[0]}x{size[1]}"
    if plates.kind == "swapped":
        return prepare_swapped(plates, size, frames, folder)
    ready = prepare(plates)
    if not (folder / "done").exists():
        for part in ("plate", "matte", "truth", "seen"):
            if (source := ready.plate.parent / part).exists() or part != "seen":
                _reduce(source if part == "seen" else getattr(ready, part), folder / part, size, frames)
        (folder / "done").touch()
    return dataclasses.replace(ready, plate=folder / "plate", matte=folder / "matte", truth=folder / "truth")


def _reduce(source: Path, folder: Path, size: tuple[int, int], frames: int) -> None:
    """Mean of the area that each pixel covers; a matte above 0 wherever it was above 0 on any of it."""
    footage, window = open_footage(source), Box(0, 0, *size)
    for number in footage.frames[:frames]:
        frame = footage.read(number)
        write_exr(
            folder / f"{folder.name}.{number:04d}.exr",
            display=window,
            origin=(0, 0),
            data=window,
            aspect=1.0,
            channels=_reduced(frame.channels, size),
            attributes={"colorInteropID": str(frame.header.attributes["colorInteropID"])},
        )


def _reduced(channels: Mapping[str, NDArray[Any]], size: tuple[int, int]) -> dict[str, Array]:
    reduced = {}
    for name, pixels in channels.items():
        smaller = cv2.resize(as_float(pixels), size, interpolation=cv2.INTER_AREA)
        reduced[name] = np.asarray(smaller >= HALF if name == "seen.A" else smaller, np.float32)
    return reduced
