"""A frame of a result to look at: plate and result through the view, the data layers, over the display window."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from vfxlib.colour.ocio import Colours
from vfxlib.errors import SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, RawFrame
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.io.footage import Footage, rgb, rgb_names
from vfxlib.review.contact_sheet import TALLEST
from vfxlib.review.false_colour import DisplayImage
from vfxlib.review.movie_options import RATES

__all__ = ["THUMBNAIL_WIDTH", "FrameView", "common_frames", "frame_rate", "shot_summary", "spread_frames", "view_frame"]

WIDEST = 2048  # pixels of one half of the movie; H.264 decoders end at 4096
USUAL_RATE = Fraction(24)
THUMBNAIL_WIDTH = 640  # pixels of a picture that waits for the contact sheet
log = logging.getLogger("paintout")


@dataclass(frozen=True)
class FrameView:
    """One frame; a large one is shown smaller.

    plate, result  [h w 3]        display, over the display window
    data           name -> [h w]  the data layers that the result has, every pixel of the display window
    stride         pixels of the display window for one of the view
    aspect         pixel aspect ratio
    """

    plate: DisplayImage
    result: DisplayImage
    data: Mapping[str, Array]
    stride: int
    aspect: float

    def layer(self, name: str, empty: float = 0.0) -> Array:
        """A data layer at the size of the view.

        empty    what to take for a layer that the result does not have
        returns  [h w]
        """
        if name not in self.data:
            return np.full(self.plate.shape[:2], empty, np.float32)
        return self.data[name][:: self.stride, :: self.stride]

    @property
    def movie_width(self) -> int:
        """Pixels of one half of the movie."""
        return min(WIDEST, self._square_width)

    @property
    def thumbnail_width(self) -> int:
        """Pixels of a picture of the contact sheet."""
        return min(THUMBNAIL_WIDTH, self._square_width)

    @property
    def _square_width(self) -> int:
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
    read_picture: bool = True,
) -> FrameView:
    """Read a frame of a result and of its plate.

    layers        channels of data that are wanted; whatever the result lacks is left out
    exposure      stops
    read_picture  False if the result's picture is the plate's, and need not be read
    raises        PictureError, SequenceError
    """
    plate_frame = plate.read(number, set(rgb_names(plate.header(number))))
    header = output.header(number)
    data_names = set(layers) & set(header.channels)
    names = data_names | (set(rgb_names(header)) if read_picture else set())
    channels = output.read(number, names).channels if names else {}
    display = plate_frame.header.display
    stride = max(
        -(-display.width // WIDEST), -(-display.height // TALLEST)
    )  # a view transform takes long, so no more pixels go through it than are shown

    def view(light: Picture[LinearColour]) -> DisplayImage:
        return colours.display(_downsample(light, display, stride), exposure)

    before = view(colours.to_linear(_file_colour(plate_frame)))
    after = view(colours.from_output(_file_colour(RawFrame(number, header, channels)))) if read_picture else before
    data = {name: reframe(as_float(channels[name]), header.data, display) for name in sorted(data_names)}
    return FrameView(before, after, data, stride, plate_frame.header.aspect)


def _file_colour(raw: RawFrame) -> Picture[FileColour]:
    return Picture(as_float(rgb(raw)), raw.header.data)


def _downsample(light: Picture[LinearColour], display: Box, stride: int) -> Picture[LinearColour]:
    """The mean light of every ``stride`` x ``stride`` pixels of the display window."""
    pixels = reframe(light.pixels, light.window, display)
    if stride > 1:
        padded = np.pad(pixels, ((0, -display.height % stride), (0, -display.width % stride), (0, 0)), mode="edge")
        height, width = padded.shape[0] // stride, padded.shape[1] // stride
        pixels = padded.reshape(height, stride, width, stride, 3).mean(axis=(1, 3))
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


def spread_frames(frames: Sequence[int], required: Sequence[int], count: int) -> list[int]:
    """Frames spread over the shot, with the required ones in place of their nearest neighbours.

    required  the most important first; as many as there is room for
    count     how many frames to take
    """
    if len(frames) <= count:
        return list(frames)
    kept = list(dict.fromkeys(required))[:count]
    spread = {frames[round(i * (len(frames) - 1) / (count - 1))] for i in range(count)} - set(kept)
    while len(spread) + len(kept) > count:
        spread.remove(min(spread, key=lambda n: min(abs(n - own) for own in kept)))
    return sorted([*spread, *kept])


def frame_rate(header: Header) -> Fraction:
    """Frames a second by the header; 24 if it says nothing, and with a warning if that is nothing to look at."""
    value = header.attributes.get("framesPerSecond")
    if value is None:
        return USUAL_RATE
    if isinstance(value, Fraction | int | float) and RATES[0] <= value <= RATES[1]:
        return Fraction(value).limit_denominator(1001)
    log.warning("%s: its rate is %s frames a second; the movie gets %s", header.path, value, USUAL_RATE)
    return USUAL_RATE


def shot_summary(frames: str, header: Header, colours: Colours, exposure: float = 0.0) -> str:
    """One line on what is shown: frames, size, colour, view, and the exposure in stops where it was changed."""
    size = f"{header.display.width}x{header.display.height}"
    view = f"seen through {', '.join(colours.view)}" + (f", exposure {exposure:+g}" if exposure else "")
    return "  ·  ".join((frames, size, colours.file, view))
