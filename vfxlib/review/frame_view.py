"""A frame of a result to look at: plate and result through the view, the data layers, over the display window."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours, as_float
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, RawFrame
from vfxlib.image.reframe import reframe
from vfxlib.io.footage import Footage, rgb, rgb_names

__all__ = ["FrameView", "about", "chosen", "common_frames", "frame_rate", "view_frame"]

Shown = NDArray[np.uint8]

WIDEST = 2048  # pixels of one half of the movie; H.264 decoders end at 4096
SMALL = 640  # pixels of a picture that waits for the contact sheet


@dataclass(frozen=True)
class FrameView:
    """One frame; a large one is shown smaller.

    plate, result  [h w 3]        display, over the display window
    data           name -> [h w]  the data layers that the result has, every pixel of the display window
    step           pixels of the display window for one that is shown
    aspect         pixel aspect ratio
    """

    plate: Shown
    result: Shown
    data: Mapping[str, Array]
    step: int
    aspect: float

    def layer(self, name: str, empty: float = 0.0) -> Array:
        """A data layer as it is shown.

        empty    what to take for a layer that the result does not have
        returns  [h w]
        """
        if name not in self.data:
            return np.full(self.plate.shape[:2], empty, np.float32)
        return self.data[name][:: self.step, :: self.step]

    @property
    def width(self) -> int:
        """Pixels of one half of the movie."""
        return min(WIDEST, self._square)

    @property
    def cell(self) -> int:
        """Pixels of a picture of the contact sheet."""
        return min(SMALL, self._square)

    @property
    def _square(self) -> int:
        """The width that gives square pixels."""
        return max(1, round(float(self.plate.shape[1]) * self.aspect))


def view_frame(
    output: Footage,
    plate: Footage,
    colours: Colours,
    number: int,
    layers: Collection[str],
    *,
    exposure: float = 0.0,
    picture: bool = True,
) -> FrameView:
    """Read a frame of a result and of its plate.

    layers    channels of data that are wanted; whatever the result lacks is left out
    exposure  stops
    picture   False if the result's picture is the plate's, and need not be read
    raises    PictureError, SequenceError
    """
    before = plate.read(number, set(rgb_names(plate.header(number))))
    written = output.header(number)
    wanted = set(layers) & set(written.channels)
    names = wanted | (set(rgb_names(written)) if picture else set())
    channels = output.read(number, names).channels if names else {}
    display = before.header.display
    step = -(-display.width // WIDEST)  # a view takes long, so no more pixels go through it than are shown

    def shown(light: Picture[LinearColour]) -> Shown:
        return colours.display(_smaller(light, display, step), exposure)

    plain = shown(colours.to_linear(_encoded(before)))
    made = shown(colours.from_output(_encoded(RawFrame(number, written, channels)))) if picture else plain
    data = {name: reframe(as_float(channels[name]), written.data, display) for name in sorted(wanted)}
    return FrameView(plain, made, data, step, before.header.aspect)


def _encoded(raw: RawFrame) -> Picture[FileColour]:
    return Picture(as_float(rgb(raw)), raw.header.data)


def _smaller(light: Picture[LinearColour], display: Box, step: int) -> Picture[LinearColour]:
    """The mean light of every ``step`` x ``step`` pixels of the display window."""
    pixels = reframe(light.pixels, light.window, display)
    if step > 1:
        even = np.pad(pixels, ((0, -display.height % step), (0, -display.width % step), (0, 0)), mode="edge")
        height, width = even.shape[0] // step, even.shape[1] // step
        pixels = even.reshape(height, step, width, step, 3).mean(axis=(1, 3))
    return Picture(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))


def common_frames(output: Footage, plate: Footage) -> tuple[int, ...]:
    """The frames that a result and its plate both have.

    raises  SequenceError if there are none
    """
    frames = tuple(sorted(set(output.frames) & set(plate.frames)))
    if not frames:
        raise SequenceError(
            "output and plate have no frame in common", where=output.spelling, fix=f"compare it with {plate.spelling}"
        )
    return frames


def chosen(frames: Sequence[int], wanted: Sequence[int], rows: int) -> list[int]:
    """Frames spread over the shot, with the wanted ones in place of their nearest neighbours.

    wanted  the most wanted first; as many as there is room for
    rows    how many frames to choose
    """
    if len(frames) <= rows:
        return list(frames)
    sure = list(dict.fromkeys(wanted))[:rows]
    spread = {frames[round(i * (len(frames) - 1) / (rows - 1))] for i in range(rows)} - set(sure)
    while len(spread) + len(sure) > rows:
        spread.remove(min(spread, key=lambda n: min(abs(n - own) for own in sure)))
    return sorted([*spread, *sure])


def frame_rate(header: Header) -> Fraction:
    """Frames a second by the header, 24 if it says nothing sensible."""
    value = header.attributes.get("framesPerSecond")
    if isinstance(value, Fraction | int | float) and 0 < value <= 240:
        return Fraction(value).limit_denominator(1001)
    return Fraction(24)


def about(frames: str, header: Header, colours: Colours) -> str:
    """One line on what is shown: frames, size, colour, view."""
    size = f"{header.display.width}x{header.display.height}"
    seen = f"seen through {colours.view[0]}, {colours.view[1]}"
    return "  ·  ".join((frames, size, colours.file, seen))
