"""Mattes: what must go, from any picture that can say so; 0 keeps, above 0 removes."""

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, Header, RawFrame
from vfxlib.inputs.agreement import check_plate_size, first_header
from vfxlib.inputs.cryptomatte import PREFIX, Cryptomatte, open_cryptomatte
from vfxlib.io.footage import FileDigest, Footage, Guard, open_footage
from vfxlib.io.images import INDEX, palette_colours
from vfxlib.io.sequence import expand_name
from vfxlib.layer_names import MATTE

__all__ = ["Matte", "open_matte"]

_LOSSY = ("jpeg", "movie")
_BLACK = np.float32(8 / 255)  # lossy compression leaves ripples in black; they must not remove the picture
MOST_OBJECTS, MOST_NUMBER = 64, 65535  # in one picture; a picture with more different numbers is a soft matte
log = logging.getLogger("paintout")


@dataclass(frozen=True)
class Matte:
    """The matte of a shot.

    footage      the files
    channel      the channel as it was given; "" for the rule: A, else matte.A, else the only channel
    ident        number of the object in a picture of numbers; None takes all but 0
    cryptomatte  the object in a Cryptomatte; None for any other matte
    still        True of one file that is the matte of every frame, whatever number is in its name
    """

    footage: Footage
    channel: str = ""
    ident: int | None = None
    cryptomatte: Cryptomatte | None = None
    still: bool = False

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames that its files are numbered by, in order."""
        return self.footage.frames

    @property
    def spelling(self) -> str:
        """How its files are called."""
        return self.footage.spelling

    def guarded(self, guard: Guard) -> "Matte":
        """The same matte, whose files are read under guard."""
        return replace(self, footage=self.footage.guarded(guard))

    def digest(self, number: int, of_file: FileDigest) -> str:
        """SHA-256 of what the frame's matte is made from, but for the channel and number that are picked.

        raises  SequenceError, PictureError
        """
        return self.footage.digest(self._in_file(number), of_file)

    def missing(self, frames: Collection[int]) -> set[int]:
        """Which of some frames it does not cover."""
        return set() if self.still else set(frames) - set(self.frames)

    def read(self, number: int, display: Box) -> tuple[Array, Box]:
        """One frame of it.

        display  the plate's display window
        returns  [h w] float32 0..1 over its own data window, and that window; outside it a matte is 0
        raises   MatteError if its size is another than the plate's or the channel is not clear, SequenceError if the
                 frame is not there, PictureError if the file is damaged
        """
        header = self._header(number, display)
        if self.cryptomatte is not None:
            frame = self.footage.read(self._in_file(number), self.cryptomatte.channels(header))
            return self.cryptomatte.coverage(frame), frame.header.data
        frame = self.footage.read(self._in_file(number), _channels(header, self.channel, self.ident))
        return _values(frame, self.ident), frame.header.data

    def numbers(self, number: int, display: Box) -> tuple[NDArray[np.int32], Box]:
        """One frame of it as objects that stay apart: the numbers of a palette, or whole numbers in a channel.

        An object of a Cryptomatte is number 1; where an object was picked by its number the others are 0.

        display  the plate's display window
        returns  [h w] 0 for none, else the object's number, over its own data window, and that window
        raises   as ``read``; MatteError if it holds no whole numbers, or so many that it is a soft matte
        """
        if self.cryptomatte is not None:
            coverage, box = self.read(number, display)
            return (coverage > 0).astype(np.int32), box
        names = _channels(self._header(number, display), self.channel, self.ident)
        frame = self.footage.read(self._in_file(number), [INDEX] if INDEX in names else names)
        numbers = _objects(frame)
        if self.ident is not None:
            numbers[numbers != self.ident] = 0
        return numbers, frame.header.data

    def _header(self, number: int, display: Box) -> Header:
        header = self.footage.header(self._in_file(number))
        check_plate_size(header, display, "matte", f"on frame {number} the matte", MatteError)
        return header

    def _in_file(self, number: int) -> int:
        """The number that a frame's file has."""
        return self.frames[0] if self.still else number


def open_matte(text: str, channel: str = "", ident: int | None = None) -> Matte:
    """Open a matte and see that its first frame says which channel is meant.

    text     a sequence, a folder, a movie, or one file, which is the matte of every frame
    channel  name of a channel or of a layer that has one; ``cryptomatte:LAYER/NAME``; "" for the rule of ``Matte``
    ident    number of the object in a picture of numbers: a palette, or whole numbers in a channel
    raises   SequenceError if nothing is there, MatteError if the channel is not clear, PictureError for damaged files
    """
    footage = open_footage(text)
    header = first_header(footage)
    # of a sequence of which one file is there the others are missing: only who names the file means that file
    still = footage.movie is None and os.path.isfile(expand_name(text))
    if channel.startswith(PREFIX):
        return Matte(footage, channel, ident, open_cryptomatte(footage, channel), still)
    _channels(header, channel, ident)
    return Matte(footage, channel, ident, still=still)


def _channels(header: Header, channel: str, ident: int | None) -> list[str]:
    """The channels to read: one, or the three of a picture that must then prove to be grey, and palette numbers."""
    there = list(header.channels)
    if channel:
        return [_named(header, there, channel)]
    colours: list[str] = [name for name in ("R", "G", "B") if name in there]
    if INDEX in there:
        return [INDEX] if ident is not None else [INDEX, *colours]
    for name in ("A", MATTE):
        if name in there:
            return [name]
    if len(there) == 1:
        return there
    if sorted(there) == ["B", "G", "R"]:
        return colours
    raise MatteError(
        f"it is not clear which channel is the matte: {', '.join(sorted(there))}",
        where=header.path,
        fix="name one with --matte-channel",
    )


def _named(header: Header, there: Collection[str], channel: str) -> str:
    if channel in there:
        return channel
    layer = sorted(name for name in there if name.startswith(channel + "."))
    if len(layer) == 1:
        return layer[0]
    if f"{channel}.A" in layer:
        return f"{channel}.A"
    fix = f"the layer holds {', '.join(layer)}: name one of them" if layer else f"it holds {', '.join(sorted(there))}"
    raise MatteError(f"there is no matte channel {channel!r}", where=header.path, fix=fix)


def _values(frame: RawFrame, ident: int | None) -> Array:
    channels = dict(frame.channels)
    numbers = channels.pop(INDEX, None)
    if numbers is not None and (ident is not None or not _grey(channels) or _is_black(frame, numbers, channels)):
        return _binary(numbers != 0 if ident is None else numbers == ident)
    pixels = _plane(channels, frame.header)
    if ident is not None:
        return _binary(pixels == ident)
    if pixels.dtype == np.uint32:  # numbers of objects; nothing else is kept in them
        return _binary(pixels != 0)
    if pixels.dtype.kind == "u":
        values = pixels.astype(np.float32) / np.float32(np.iinfo(str(pixels.dtype)).max)
    else:
        values = _finite(pixels.astype(np.float32), frame)
    if frame.header.format in _LOSSY:
        values[values < _BLACK] = 0
    return np.clip(values, 0, 1, out=values)


def _plane(channels: dict[str, NDArray[np.generic]], header: Header) -> NDArray[np.generic]:
    if len(channels) > 1 and not _grey(channels):
        raise MatteError("the matte is a colour picture", where=header.path, fix="name a channel with --matte-channel")
    return next(iter(channels.values()))


def _objects(frame: RawFrame) -> NDArray[np.int32]:
    pixels = _plane(dict(frame.channels), frame.header)
    values = _finite(pixels.astype(np.float32), frame) if pixels.dtype.kind == "f" else pixels.astype(np.int64)
    if not ((values >= 0) & (values <= MOST_NUMBER) & (values == np.floor(values))).all():
        raise _no_objects(frame, "holds values that are no whole numbers of objects")
    numbers = values.astype(np.int32)
    if frame.header.format in _LOSSY or len(np.unique(numbers)) > MOST_OBJECTS + 1:
        raise _no_objects(frame, "is a soft matte, which holds no numbers of objects")
    return numbers


def _no_objects(frame: RawFrame, problem: str) -> MatteError:
    return MatteError(
        problem,
        where=frame.header.path,
        fix="give a palette picture or a channel of whole numbers, or take all as one with --objects joined",
    )


def _binary(inside: NDArray[np.bool_]) -> Array:
    return inside.astype(np.float32)


def _is_black(frame: RawFrame, numbers: NDArray[np.generic], channels: dict[str, NDArray[np.generic]]) -> bool:
    """Whether a palette's colours say nothing, being black all of them, though its numbers do."""
    if any(plane.any() for plane in channels.values()) or not numbers.any():
        return False
    return not palette_colours(frame.header.path).any()


def _grey(channels: dict[str, NDArray[np.generic]]) -> bool:
    planes = [plane for name, plane in channels.items() if name in ("R", "G", "B")]
    if len(planes) < 3:
        return False
    return all(np.array_equal(planes[0], plane, equal_nan=plane.dtype.kind == "f") for plane in planes[1:])


def _finite(values: Array, frame: RawFrame) -> Array:
    bad = np.isnan(values)
    count = int(bad.sum())
    if count:
        log.warning("%s: %d pixels of the matte are NaN, taken as 0", frame.header.path, count)
        values[bad] = 0
    return values
