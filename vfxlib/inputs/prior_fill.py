"""A fill that is given: another filler's frames, or an artist's, with what is known of how good they are."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.file_space import colour_label
from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import ColourError, SequenceError
from vfxlib.image.area import enlarge
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, is_light
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.agreement import check_frames, check_plate_size, check_shape, first_header
from vfxlib.io.footage import FileDigest, Footage, Guard, open_footage, rgb, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.layer_names import (
    BACKWARD,
    CONFIDENCE,
    FILL,
    FORWARD,
    MATTE,
    PROVENANCE_FRAME,
    PROVENANCE_METHOD,
    Provenance,
)

__all__ = ["FillFrame", "GivenFill", "check_fill", "given_fill", "open_fill"]

log = logging.getLogger("paintout")

UNKNOWN_METHOD = float(Provenance.SPATIAL)  # of a fill that does not say where it came from, which promises nothing

ToLinear = Callable[[Picture[FileColour]], Picture[LinearColour]]


@dataclass(frozen=True)
class FillFrame:
    """A frame of a given fill; every array covers the colour's window.

    colour      linear; 0 where it has no value
    confidence  [h w]  0..1 as everywhere in Paintout; 0 where nothing is said, and where there is no value
    frame       [h w]  source frame minus this one; 0 where nothing is said
    method      [h w]  as provenance.method; 3 where nothing is said
    unseen      [h w]  True where it says that no frame saw the place; then its confidence holds back
    known       [h w]  True where the fill has a value
    """

    colour: Picture[LinearColour]
    confidence: Array
    frame: Array
    method: Array
    unseen: NDArray[np.bool_]
    known: NDArray[np.bool_]


@dataclass(frozen=True)
class GivenFill:
    """The files of a fill.

    footage   the files
    identity  how their numbers become light; a part of what is made from them
    """

    footage: Footage
    identity: str
    _to_linear: ToLinear = field(repr=False)

    def guarded(self, guard: Guard) -> "GivenFill":
        """The same fill, whose files are read under guard."""
        return replace(self, footage=self.footage.guarded(guard))

    def digest(self, number: int, of_file: FileDigest) -> str:
        """SHA-256 of what the frame's fill is made from.

        raises  SequenceError, PictureError
        """
        return self.footage.digest(number, of_file)

    def header(self, number: int, display: Box) -> Header:
        """What a frame says about itself.

        display  the plate's display window
        raises   SequenceError if its size is another than the plate's or it is not there, PictureError if it is damaged
        """
        header = self.footage.header(number)
        check_plate_size(header, display, "fill", f"on frame {number} the fill", SequenceError)
        return header

    def read_data(self, number: int, names: Collection[str], window: Box) -> dict[str, Array]:
        """Of some data channels those that a frame has, over a window; 0 outside its own.

        raises  SequenceError if the frame is not there, PictureError if it is damaged
        """
        there = [name for name in names if name in self.footage.header(number).channels]
        if not there:
            return {}
        raw = self.footage.read(number, there)
        return {name: reframe(raw.channels[name].astype(np.float32), raw.header.data, window) for name in there}

    def read(self, number: int, display: Box, window: Box) -> FillFrame:
        """One frame of it.

        display  the plate's display window
        window   what the arrays must cover, in the display window's frame
        raises   as ``header``; PictureError if there is no colour in it
        """
        self.header(number, display)
        return self._read(number, window)

    def read_low(self, number: int, display: Box) -> tuple[FillFrame, Box]:
        """One frame of a fill that may be smaller than the plate, over its own data window and in its own pixels.

        display  the plate's display window
        returns  the frame, and its display window: it shows what the plate's shows
        raises   SequenceError if it is larger than the plate or has another shape; else as ``read``
        """
        header = self.footage.header(number)
        check_shape(header, display, f"on frame {number} the fill")
        return self._read(number, header.data), header.display

    def says_confidence(self, number: int) -> bool:
        """True if a frame of it tells how good it is.

        raises  SequenceError, PictureError
        """
        return CONFIDENCE in self.footage.header(number).channels

    def read_motion(self, number: int, display: Box, window: Box) -> dict[str, Array]:
        """The background's motion that a frame of it holds; of a smaller one as it is on the plate.

        display, window  as of ``read``
        returns  channel name -> [h w]  plate pixels, y up; empty if it holds none
        raises   SequenceError, PictureError
        """
        header = self.footage.header(number)
        names = [f"{layer}.{part}" for layer in (FORWARD, BACKWARD) for part in "uv"]
        if not set(names) <= set(header.channels) or header.data.empty:
            return {}
        low = header.display
        if low == display:
            return self.read_data(number, names, window)
        raw = self.footage.read(number, names)
        stored = np.stack([raw.channels[name].astype(np.float32) for name in names], axis=-1)
        moved = enlarge(stored, header.data, low.size, display.size, window)
        scale = {"u": display.width / low.width, "v": display.height / low.height}
        return {name: moved[..., i] * np.float32(scale[name[-1]]) for i, name in enumerate(names)}

    def _read(self, number: int, window: Box) -> FillFrame:
        header = self.footage.header(number)
        names = _colour_names(header)
        data_names = [
            name for name in (MATTE, CONFIDENCE, PROVENANCE_FRAME, PROVENANCE_METHOD) if name in header.channels
        ]
        raw = self.footage.read(number, list(dict.fromkeys([*names, *data_names])))
        layer = names[0].rpartition(".")[0]
        stored = as_float(rgb(raw, layer))
        light = self._to_linear(Picture[FileColour](stored, raw.header.data))
        data = {name: reframe(_values(name, raw.channels[name]), raw.header.data, window) for name in data_names}
        pixels = reframe(light.pixels, light.window, window, np.nan)
        inside = np.ones(stored.shape[:2], np.bool_)
        if layer == FILL:  # beyond its own matte the layer is black and sure of it
            inside = as_float(raw.channels[MATTE]) > 0 if MATTE in data_names else (stored != 0).any(axis=2)
        known = reframe(inside, raw.header.data, window) & is_light(pixels)
        nothing = np.zeros(known.shape, np.float32)
        confidence = np.nan_to_num(data.get(CONFIDENCE, nothing), nan=0.0).clip(0, 1)
        method = np.where(
            known, data.get(PROVENANCE_METHOD, np.full_like(nothing, UNKNOWN_METHOD)), np.float32(UNKNOWN_METHOD)
        )
        return FillFrame(
            colour=Picture[LinearColour](np.where(known[..., None], pixels, np.float32(0)), window),
            confidence=np.where(known, confidence, np.float32(0)),
            frame=np.where(known, data.get(PROVENANCE_FRAME, nothing), np.float32(0)),
            method=method,
            unseen=known & (method == Provenance.SPATIAL) & (PROVENANCE_METHOD in data_names),
            known=known,
        )


def _values(name: str, stored: NDArray[np.generic]) -> Array:
    numbers = name in (PROVENANCE_FRAME, PROVENANCE_METHOD)  # which count, and are no shares of anything
    return stored.astype(np.float32) if numbers and stored.dtype.kind == "u" else as_float(stored)


def given_fill(footage: Footage, colours: Colours, plate: str) -> GivenFill:
    """A fill in these files, which say nothing of their colour, and what their numbers mean.

    An EXR is taken to be in the encoding that a result of this plate is written in, as Paintout's own are; a file of
    the plate's own kind as the plate; any other for what such files hold as a rule.

    colours  of the plate
    plate    format of the plate's files
    raises   ColourError if nothing tells what a file holds, PictureError if its header is damaged
    """
    if footage.format == "exr":
        return GivenFill(footage, f"output {colours.identity}", colours.from_output)
    if footage.format == plate:
        return GivenFill(footage, f"plate {colours.identity}", colours.to_linear)
    return _labelled(footage, colours, footage.header(footage.frames[0]))


def _labelled(footage: Footage, colours: Colours, header: Header) -> GivenFill:
    """A fill whose own header, or kind, says what its numbers mean."""
    own = open_colours(config=colours.config, colorspace=None, output_colorspace=None, header=header)
    if footage.format == "exr" and own.file == colours.output:
        return GivenFill(footage, f"output {colours.identity}", colours.from_output)
    return GivenFill(footage, f"own {own.identity}", own.to_linear)


def open_fill(text: str, colours: Colours, plate: Header, frames: Sequence[int]) -> GivenFill:
    """Open a fill and see that it has every frame, and that its first one holds colour.

    An EXR which says what its numbers mean, and says something else than the plate does, is taken at its word. One with
    the plate's own words is what the plate is, whatever --colorspace makes of those.

    text    a sequence, a folder, a still or a movie
    plate   header of the plate's first frame
    raises  SequenceError for what is not there, PictureError for damaged files, ColourError
    """
    footage = open_footage(text)
    fix = f"render them, or pass --frames with some of {format_frames(footage.frames, MOST_PARTS)}"
    check_frames(footage, frames, "the fill is missing on frames {}", fix)
    header = first_header(footage, frames[0])
    _colour_names(header)
    if footage.format != "exr" or not (own := colour_label(header)) or own == colour_label(plate):
        return given_fill(footage, colours, plate.format)
    try:
        fill = _labelled(footage, colours, header)
    except ColourError as error:
        raise ColourError(error.problem, where=error.where, fix="write the fill in the plate's colour space") from error
    if not fill.identity.startswith("output"):
        log.warning("%s: its header says %s, not the plate's colour space: it is converted", footage.spelling, own)
    return fill


def check_fill(fill: GivenFill, frames: Sequence[int], display: Box, *, any_size: bool = False) -> None:
    """See before any work that every frame fits the plate and holds colour; reads headers only.

    any_size  True if it may be smaller than the plate
    raises    SequenceError, PictureError
    """
    first = None
    for number in frames:
        if not any_size:
            _colour_names(fill.header(number, display))
            continue
        header = fill.footage.header(number)
        check_shape(header, display, f"on frame {number} the fill")
        first = first or header
        if header.display != first.display:
            (width, height), other = header.display.size, first.display.size
            raise SequenceError(
                f"on frame {number} the fill is {width}x{height}, on frame {frames[0]} {other[0]}x{other[1]}",
                where=header.path,
                fix="give a fill of one size",
            )
        _colour_names(header)


def _colour_names(header: Header) -> tuple[str, str, str]:
    own = tuple(f"{FILL}.{name}" for name in "RGB")
    return rgb_names(header, FILL if set(own) <= set(header.channels) else "")
