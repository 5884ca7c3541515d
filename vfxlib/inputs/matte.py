"""Mattes: what must go, from any picture that can say so; 0 keeps, above 0 removes."""

import logging
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.errors import MatteError, UsageError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, Header, RawFrame
from vfxlib.inputs.agreement import check_plate_size, first_header
from vfxlib.inputs.chosen_objects import MOST_NUMBER, object_numbers
from vfxlib.inputs.cryptomatte import PREFIX, Cryptomatte, open_cryptomatte
from vfxlib.io.footage import FileDigest, Footage, Guard, open_footage
from vfxlib.io.images import INDEX, palette_colours
from vfxlib.io.sequence import expand_name
from vfxlib.layer_names import INDEX as INDEX_CHANNEL
from vfxlib.layer_names import MATTE

__all__ = ["Matte", "open_matte"]

_OWN = (MATTE, MATTE.partition(".")[0])  # how the channel is asked for that Paintout itself writes
_LOSSY = ("jpeg", "movie")
_BLACK = np.float32(8 / 255)  # lossy compression leaves ripples in black; they must not remove the picture
MOST_OBJECTS = 64  # in one picture; a picture with more different numbers is a soft matte
log = logging.getLogger("paintout")


@dataclass(frozen=True)
class Matte:
    """The matte of a shot.

    footage      the files
    channel      the channel as it was given; "" for the rule: A, else matte.A, else the only channel
    ident        numbers of the objects that go; () takes all but 0
    cryptomatte  the objects in a Cryptomatte; None for any other matte
    still        True of one file that is the matte of every frame, whatever number is in its name
    index        channel beside a soft matte that says which object a pixel is of; "" if the matte itself holds numbers
    objects      numbers of the objects that are told apart by ``read_objects``; those of a Cryptomatte are all told
    names        what these are called
    """

    footage: Footage
    channel: str = ""
    ident: tuple[int, ...] = ()
    cryptomatte: Cryptomatte | None = None
    still: bool = False
    index: str = ""
    objects: tuple[int, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def frames(self) -> tuple[int, ...]:
        """The frames that its files are numbered by, in order."""
        return self.footage.frames

    @property
    def spelling(self) -> str:
        """How its files are called."""
        return self.footage.spelling

    @property
    def chosen(self) -> tuple[str, ...]:
        """The objects that were chosen, as words; () for all, and of a Cryptomatte whose channel names the object."""
        return self.names if self.cryptomatte is not None else tuple(map(str, self.ident))

    def guarded(self, guard: Guard) -> "Matte":
        """The same matte, whose files are read under guard."""
        return replace(self, footage=self.footage.guarded(guard))

    def digest(self, number: int, of_file: FileDigest) -> str:
        """SHA-256 of what the frame's matte is made from, but for the channel and the objects that are picked.

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
        frame = self._frame(number, display)
        if self.cryptomatte is not None:
            return self.cryptomatte.coverage(frame), frame.header.data
        if not self.index:
            return _values(frame, self.ident), frame.header.data
        coverage, owner = self._owned(frame)
        return (_part_of(coverage, owner, self.ident) if self.ident else coverage), frame.header.data

    def read_objects(self, number: int, display: Box) -> tuple[tuple[Array, ...], Box]:
        """One frame of each of its objects, in the order of ``names``; as ``read``, which tells them joined."""
        frame = self._frame(number, display)
        box = frame.header.data
        if self.cryptomatte is not None:
            return self.cryptomatte.coverages(frame), box
        if not self.index:
            return tuple(_values(frame, (each,)) for each in self.objects), box
        coverage, owner = self._owned(frame)
        return tuple(_part_of(coverage, owner, (each,)) for each in self.objects), box

    def numbers(self, number: int, display: Box) -> tuple[NDArray[np.int32], Box]:
        """One frame of it as objects that stay apart: the numbers of a palette, or whole numbers in a channel.

        Objects of a Cryptomatte are counted from 1 in the order in which they were chosen, and a pixel is of the one
        that covers most of it; where objects were picked by their numbers the others are 0.

        display  the plate's display window
        returns  [h w] 0 for none, else the object's number, over its own data window, and that window
        raises   as ``read``; MatteError if it holds no whole numbers, or so many that it is a soft matte
        """
        if self.cryptomatte is not None:
            coverages, box = self.read_objects(number, display)
            most = np.stack(coverages)
            return np.where(most.max(axis=0) > 0, most.argmax(axis=0) + 1, 0).astype(np.int32), box
        if self.index:
            frame = self._frame(number, display)
            coverage, owner = self._owned(frame)
            numbers = np.where(coverage > 0, owner, 0).astype(np.int32)
        else:
            names = _channels(self._header(number, display), self.channel, self.ident)
            frame = self.footage.read(self._in_file(number), [INDEX] if INDEX in names else names)
            numbers = _objects(frame)
        if self.ident:
            numbers[~np.isin(numbers, self.ident)] = 0
        return numbers, frame.header.data

    def _frame(self, number: int, display: Box) -> RawFrame:
        header = self._header(number, display)
        if self.cryptomatte is not None:
            return self.footage.read(self._in_file(number), self.cryptomatte.channels(header))
        names = _channels(header, self.channel, () if self.index else self.ident)
        if self.index:
            names = [*names, _named(header, list(header.channels), self.index)]
        return self.footage.read(self._in_file(number), names)

    def _owned(self, frame: RawFrame) -> tuple[Array, NDArray[np.generic]]:
        """The soft matte of a frame, and the number of the object at every pixel; 0 where nothing tells it."""
        channels = dict(frame.channels)
        numbers = channels.pop(self.index)
        coverage = _values(replace(frame, channels=channels), ())
        return coverage, _spread(numbers, coverage > 0)

    def _header(self, number: int, display: Box) -> Header:
        header = self.footage.header(self._in_file(number))
        check_plate_size(header, display, "matte", f"on frame {number} the matte", MatteError)
        return header

    def _in_file(self, number: int) -> int:
        """The number that a frame's file has."""
        return self.frames[0] if self.still else number


def open_matte(
    text: str, channel: str = "", ident: int | None = None, chosen: Sequence[str] = (), *, apart: bool = False
) -> Matte:
    """Open a matte and see that its first frame says which channel is meant.

    text     a sequence, a folder, a movie, or one file, which is the matte of every frame
    channel  name of a channel or of a layer that has one; ``cryptomatte:LAYER/NAME``, or ``cryptomatte:LAYER`` where
             the names are chosen; "" for the rule of ``Matte``
    ident    number of the object in a picture of numbers: a palette, or whole numbers in a channel
    chosen   the objects that go and are told apart: names of a Cryptomatte's, else numbers as ``ident``, or as the
             index beside a matte that Paintout made; () for all
    apart    True if its numbers will be asked for, which stand in that index where there is one
    raises   SequenceError if nothing is there, MatteError if the channel is not clear, PictureError for damaged files,
             UsageError for a chosen word that can be no object
    """
    if chosen and ident is not None:
        raise UsageError(
            "both choose objects", where="--matte-id --remove", fix="give --remove alone, with all that must go"
        )
    footage = open_footage(text)
    header = first_header(footage)
    # of a sequence of which one file is there the others are missing: only who names the file means that file
    still = footage.movie is None and os.path.isfile(expand_name(text))
    if channel.startswith(PREFIX):
        found = open_cryptomatte(footage, channel, chosen)
        return Matte(footage, channel, cryptomatte=found, still=still, names=tuple(chosen))
    numbers = object_numbers(chosen)
    picked, index = numbers if ident is None else (ident,), ""
    if (chosen or apart) and channel in ("", *_OWN) and {MATTE, INDEX_CHANNEL} <= set(header.channels):
        channel, index = MATTE, INDEX_CHANNEL  # soft at its edge, where numbers alone are not
    _channels(header, channel, () if index else picked)
    names = tuple(map(str, numbers))
    return Matte(footage, channel, picked, still=still, index=index, objects=numbers, names=names)


def _channels(header: Header, channel: str, ident: Collection[int]) -> list[str]:
    """The channels to read: one, or the three of a picture that must then prove to be grey, and palette numbers."""
    there = list(header.channels)
    if channel:
        return [_named(header, there, channel)]
    colours: list[str] = [name for name in ("R", "G", "B") if name in there]
    if INDEX in there:
        return [INDEX] if ident else [INDEX, *colours]
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


def _values(frame: RawFrame, ident: Sequence[int]) -> Array:
    channels = dict(frame.channels)
    numbers = channels.pop(INDEX, None)
    if numbers is not None and (ident or not _grey(channels) or _is_black(frame, numbers, channels)):
        return _binary(np.isin(numbers, ident) if ident else numbers != 0)
    pixels = _plane(channels, frame.header)
    if ident:
        return _binary(np.isin(pixels, ident))
    if pixels.dtype == np.uint32:  # numbers of objects; nothing else is kept in them
        return _binary(pixels != 0)
    if pixels.dtype.kind == "u":
        values = pixels.astype(np.float32) / np.float32(np.iinfo(str(pixels.dtype)).max)
    else:
        values = _finite(pixels.astype(np.float32), frame)
    if frame.header.format in _LOSSY:
        values[values < _BLACK] = 0
    return np.clip(values, 0, 1, out=values)


def _spread(numbers: NDArray[np.generic], inside: NDArray[np.bool_]) -> NDArray[np.generic]:
    """Numbers of objects, taken on to the pixels around them: the soft edge of an object is that object's.

    numbers  [h w]  0 for none
    inside   [h w]  where a number is wanted
    """
    rows, columns = (np.flatnonzero((inside | (numbers != 0)).any(axis=axis)) for axis in (1, 0))
    if not numbers.any() or not inside.any():
        return numbers
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    nearest = ndimage.distance_transform_edt(numbers[box] == 0, return_distances=False, return_indices=True)
    spread = numbers.copy()
    spread[box] = numbers[box][tuple(nearest)]
    return spread


def _part_of(coverage: Array, owner: NDArray[np.generic], ident: Sequence[int]) -> Array:
    """What of a matte is of some objects, and what is too faint everywhere to tell of which."""
    return np.where(np.isin(owner, ident) | (owner == 0), coverage, np.float32(0))


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
