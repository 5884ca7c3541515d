"""The encodings of one plate and the ways between them, as values and functions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vfxlib.picture import Array, FileColour, LinearColour, Picture, WorkingColour

__all__ = ["Colours", "Turn", "Turns", "as_float"]

Turn = Callable[[Array], Array]
"""Colour to colour: [h w 3] to [h w 3]; a new array, or the same one where there is nothing to do."""


@dataclass(frozen=True)
class Turns:
    """Every way between two encodings; the last two are made when they are first wanted."""

    file_linear: Turn
    linear_file: Turn
    linear_working: Turn
    working_linear: Turn
    linear_output: Turn
    output_linear: Turn
    linear_rec709: Callable[[], Turn]
    linear_display: Callable[[], Turn]


def as_float(array: NDArray[np.generic]) -> Array:
    """Code values as float32: integers over their largest value, floats as they are.

    array    any shape; uint8, uint16, uint32, bool or a float type
    returns  same shape, float32; the same array if it is float32 already
    """
    if array.dtype == np.float32:
        return array.astype(np.float32, copy=False)
    if isinstance(array.dtype, np.dtypes.UInt8DType | np.dtypes.UInt16DType):
        shares: Array = np.divide(array, np.iinfo(array.dtype).max, dtype=np.float32)
        return shares
    if isinstance(array.dtype, np.dtypes.UInt32DType):
        return as_float(np.divide(array, np.iinfo(array.dtype).max, dtype=np.float64))
    return array.astype(np.float32)


@dataclass(frozen=True)
class Colours:
    """How the colour of one plate is turned, and the names that say so.

    config      the OCIO config: a path or an ``ocio://`` name
    file        space of the plate's files
    linear      scene-linear space in which light is copied and blended
    working     log space that networks and motion estimation see
    output      space that is written: ``file`` for an EXR plate
    reason      how ``file`` was found, one phrase for reports
    view        display and view that ``display`` shows, the config's own default
    identity    one line that changes when the meaning of the numbers does: spaces, and the content of the config
    attributes  EXR attributes that say what the written numbers mean; empty where no public name fits

    The ways may be used from many threads at once.
    """

    config: str
    file: str
    linear: str
    working: str
    output: str
    reason: str
    view: tuple[str, str]
    identity: str = field(repr=False)
    attributes: Mapping[str, object] = field(repr=False)
    _turns: Turns = field(repr=False, compare=False)

    def to_linear(self, picture: Picture[FileColour]) -> Picture[LinearColour]:
        """File encoding to scene linear; the same array if they are one."""
        return Picture(self._turns.file_linear(picture.pixels), picture.window)

    def to_working(self, picture: Picture[LinearColour]) -> Picture[WorkingColour]:
        """Scene linear to the working log space."""
        return Picture(self._turns.linear_working(picture.pixels), picture.window)

    def from_working(self, picture: Picture[WorkingColour]) -> Picture[LinearColour]:
        """The working log space to scene linear."""
        return Picture(self._turns.working_linear(picture.pixels), picture.window)

    def from_linear(self, picture: Picture[LinearColour]) -> Picture[FileColour]:
        """Scene linear back to the encoding of the plate's files."""
        return Picture(self._turns.linear_file(picture.pixels), picture.window)

    def to_output(self, picture: Picture[LinearColour]) -> Picture[FileColour]:
        """Scene linear to the encoding that is written; the file's own for an EXR plate."""
        return Picture(self._turns.linear_output(picture.pixels), picture.window)

    def from_output(self, picture: Picture[FileColour]) -> Picture[LinearColour]:
        """What was written, as scene linear."""
        return Picture(self._turns.output_linear(picture.pixels), picture.window)

    def to_rec709(self, picture: Picture[LinearColour]) -> Array:
        """Scene linear in Rec.709 primaries, in which pictures are judged.

        picture  linear
        returns  [h w 3]  linear Rec.709, unclipped
        raises   ColourError if the config has no such space
        """
        return self._turns.linear_rec709()(picture.pixels)

    def display(self, picture: Picture[LinearColour], exposure: float = 0.0) -> NDArray[np.uint8]:
        """The picture as the studio's viewer shows it, through the config's default display and view.

        picture   linear
        exposure  stops
        returns   [h w 3]  uint8 display code values; NaN is black
        """
        pixels = picture.pixels if exposure == 0 else picture.pixels * np.float32(2.0**exposure)
        shown = np.nan_to_num(self._turns.linear_display()(pixels), nan=0.0, posinf=1.0, neginf=0.0)
        return np.round(np.clip(shown, 0, 1) * 255).astype(np.uint8)
