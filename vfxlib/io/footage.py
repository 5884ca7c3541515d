"""Footage: a numbered sequence of any kind, or a movie, read frame by frame; safe to read from several threads."""

from __future__ import annotations

import bisect
import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import PictureError, SequenceError
from vfxlib.image.picture import Header, RawFrame
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.find_sequence import PICTURE_SUFFIXES, find_sequence
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.io.images import image_format, read_image, read_image_header
from vfxlib.io.open_file import open_binary, reading_own
from vfxlib.io.sequence import SequenceName, expand_name

if TYPE_CHECKING:  # a sequence needs no PyAV
    from vfxlib.io.movie import Movie

__all__ = ["FileDigest", "Footage", "Guard", "file_digest", "open_footage", "rgb", "rgb_names"]


_KINDS = {"jpg": "jpeg", "tif": "tiff", "cin": "cineon"}  # what a file's name says of one that says nothing itself

FileDigest = Callable[[Path], str]
Guard = Callable[[Path, Callable[[], RawFrame]], RawFrame]


def _unguarded(path: Path, read: Callable[[], RawFrame]) -> RawFrame:
    return read()


@dataclass(frozen=True)
class Footage:
    """A sequence or a movie.

    spelling  its name as Paintout writes it
    frames    the frames that are there, in order
    format    "exr", "dpx", "cineon", "tiff", "png", "jpeg" or "movie"; of the first frame
    name      how the files are called; None for a movie
    movie     the movie; None for a sequence
    guard     reads a file by what it is given, and sees that it holds what it did before
    own       True of what Paintout makes in its work folder
    """

    spelling: str
    frames: tuple[int, ...]
    format: str
    name: SequenceName | None
    movie: Movie | None = None
    own: bool = False
    guard: Guard = field(default=_unguarded, compare=False, repr=False)

    def guarded(self, guard: Guard) -> Footage:
        """The same footage, whose frames are read under guard."""
        return replace(self, guard=guard)

    def path(self, number: int) -> Path:
        """The file that holds a frame.

        raises  SequenceError if the frame is not there
        """
        at = bisect.bisect_left(self.frames, number)
        if at == len(self.frames) or self.frames[at] != number:
            there = format_frames(self.frames, MOST_PARTS)
            raise SequenceError(f"frame {number} is missing", where=self.spelling, fix=f"there are {there}")
        if self.movie is not None:
            return self.movie.path
        assert self.name is not None
        return self.name.path(number)

    def header(self, number: int) -> Header:
        """What a frame says about itself; no pixel of a still is read for it.

        raises  SequenceError if it is not there, PictureError if it is damaged
        """
        path = self.path(number)
        if self.movie is not None:
            return self.movie.header(number)
        with self._reading():
            return read_header(path) if self._kind(path, number) == "exr" else read_image_header(path)

    def read(self, number: int, channels: Collection[str] | None = None) -> RawFrame:
        """A frame as it came.

        channels  names as the header lists them; None reads all
        raises    SequenceError if it is not there, PictureError if it is damaged or lacks a channel
        """
        path = self.path(number)
        return self.guard(path, lambda: self._read(path, number, channels))

    def _read(self, path: Path, number: int, channels: Collection[str] | None) -> RawFrame:
        if self.movie is not None:
            return self.movie.read(number, channels)
        with self._reading():
            if self._kind(path, number) == "exr":
                return read_channels(path, number, channels)
            return read_image(path, number, channels)

    def _reading(self) -> AbstractContextManager[None]:
        return reading_own() if self.own else nullcontext()

    def _kind(self, path: Path, number: int) -> str:
        """The kind of a frame's file, which must be the first one's: colour is found out for all of them together."""
        kind = image_format(path)
        if not kind:
            raise PictureError(
                "neither EXR, DPX, TIFF, PNG nor JPEG", where=path, fix="render or copy this frame again, or convert it"
            )
        if kind != _KINDS.get(self.format, self.format):
            raise PictureError(
                f"frame {number} is {_name(kind)}, frame {self.frames[0]} {_name(self.format)}",
                where=path,
                fix="convert it, so that all frames are of one kind",
            )
        return kind

    def digest(self, number: int, of_file: FileDigest) -> str:
        """SHA-256 of what the frame is made from: the file's bytes; for a movie, those and the frame's number.

        of_file  SHA-256 of a file, which may remember it
        raises   SequenceError if it is not there, PictureError if it cannot be read
        """
        digest = of_file(self.path(number))
        return digest if self.movie is None else hashlib.sha256(f"{digest} {number}".encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's bytes.

    raises  PictureError if it cannot be read
    """
    with open_binary(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _name(kind: str) -> str:
    return {"cineon": "Cineon"}.get(kind, kind.upper())


def open_footage(text: str | os.PathLike[str]) -> Footage:
    """Find the frames that a spelling names.

    text    as ``find_sequence`` takes it, or a movie
    raises  SequenceError if nothing is there, PictureError if it is of no known kind
    """
    words = expand_name(text)
    path = Path(words)
    if os.path.isfile(path) and path.suffix.lower() not in PICTURE_SUFFIXES and not image_format(path):
        from vfxlib.io.movie import open_movie

        movie = open_movie(path)
        return Footage(words, movie.frames, "movie", None, movie)
    name, frames = find_sequence(words)
    first = name.path(frames[0])
    return Footage(name.spelling, frames, image_format(first) or first.suffix.lstrip(".").lower(), name)


def rgb_names(header: Header, layer: str = "") -> tuple[str, str, str]:
    """The names of a picture's red, green and blue; three times the same for a grey one.

    layer   "" for the main picture
    raises  PictureError if there is none, with what is there
    """
    names = header.channels
    for prefix in _prefixes(names, layer):
        for spelling in (("R", "G", "B"), ("r", "g", "b"), ("red", "green", "blue")):
            colours = prefix + spelling[0], prefix + spelling[1], prefix + spelling[2]
            if all(name in names for name in colours):
                _refuse_thin(header, colours)
                return colours
        if {f"{prefix}RY", f"{prefix}BY"} & set(names):
            continue  # luminance alone would lose the colour without a word
        for grey in ("Y", "L"):
            if prefix + grey in names:
                return prefix + grey, prefix + grey, prefix + grey
    what = f"layer {layer!r} has no red, green and blue" if layer else "there is no red, green and blue"
    thin = {"RY", "BY"} & set(names)
    fix = "convert it from luminance-chroma to R G B" if thin else f"it holds {', '.join(sorted(names))}"
    raise PictureError(what, where=header.path, fix=fix)


def _refuse_thin(header: Header, names: Collection[str]) -> None:
    thin = [name for name in names if name in header.thin]
    if thin:
        raise PictureError(
            f"channels {', '.join(thin)} have fewer pixels than the picture", where=header.path, fix="write R G B whole"
        )


def _prefixes(names: Mapping[str, str], layer: str) -> list[str]:
    if layer:
        return [f"{layer}."]
    combined = sorted({name.rsplit(".", 1)[0] + "." for name in names if name.rsplit(".", 2)[-2:-1] == ["Combined"]})
    return ["", *combined] if len(combined) == 1 else [""]  # a Blender file has its picture in VIEWLAYER.Combined


def rgb(frame: RawFrame, layer: str = "") -> NDArray[np.generic]:
    """The colour of a frame.

    layer    "" for the main picture
    returns  [h w 3] over the frame's data window, in the file's own encoding and type
    raises   PictureError if there is none, with what is there
    """
    names = rgb_names(frame.header, layer)
    absent = [name for name in names if name not in frame.channels]
    if absent:
        raise PictureError(f"channel {absent[0]!r} was not read", where=frame.header.path)
    return np.stack([frame.channels[name] for name in names], axis=2)
