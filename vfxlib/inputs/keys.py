"""Keys: mattes that an artist made for single frames, soft or hard, of one object or of several."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import MatteError, UsageError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe
from vfxlib.inputs.agreement import check_plate_size
from vfxlib.inputs.matte import Matte, open_matte
from vfxlib.io.footage import FileDigest, Guard
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import OBJECT_THRESHOLD

__all__ = ["KeyMatte", "Keys", "open_keys"]


@dataclass(frozen=True)
class KeyMatte:
    """The matte of one frame, over the display window.

    number    the frame
    coverage  [h w]  0..1
    index     [h w]  int32  number of the object where the coverage is above 0, else 0
    """

    number: int
    coverage: Array
    index: NDArray[np.int32]


@dataclass(frozen=True)
class _Key:
    """A file, and the number of the frame in it: that of a still is of no matter."""

    matte: Matte
    file_frame: int


@dataclass(frozen=True)
class Keys:
    """The keys of a shot; each read from its file when asked.

    frames   frames that have one, in order
    objects  numbers of all objects on any of them, in order; (1,) if they are joined
    apart    True if each whole number in them is an object of its own
    chosen   the objects that were taken of them; () for all
    """

    frames: tuple[int, ...]
    objects: tuple[int, ...]
    apart: bool
    chosen: tuple[str, ...]
    display: Box
    _keys: Mapping[int, _Key] = field(repr=False)

    def __contains__(self, number: int) -> bool:
        return number in self._keys

    def guarded(self, guard: Guard) -> "Keys":
        """The same keys, whose files are read under guard."""
        keys = {number: replace(key, matte=key.matte.guarded(guard)) for number, key in self._keys.items()}
        return replace(self, _keys=keys)

    def read(self, number: int) -> KeyMatte:
        """The key of a frame that has one.

        raises  MatteError, PictureError if the file has changed since it was opened
        """
        return _read(self._keys[number], number, self.display, self.apart)

    def digest(self, number: int, of_file: FileDigest) -> str:
        """SHA-256 of what a frame's key is made from, but for the channel and number that are picked.

        raises  PictureError
        """
        key = self._keys[number]
        return key.matte.digest(key.file_frame, of_file)

    def path(self, number: int) -> Path:
        """The file of a frame's key."""
        key = self._keys[number]
        return key.matte.footage.path(key.file_frame)


def open_keys(
    pairs: Sequence[tuple[int, str]],
    *,
    channel: str,
    ident: int | None,
    apart: bool,
    frames: Collection[int],
    display: Box,
    chosen: Sequence[str] = (),
) -> Keys:
    """Open the keys and see that they fit the shot; reads each once. One that is empty says: not in this frame.

    pairs    frame and file; of a still any number in its name is fine, a sequence must hold the frame
    channel  as ``open_matte`` takes it
    ident    number of the one object that is picked; None takes all
    apart    True keeps objects apart by their whole numbers
    frames   frames of the job
    display  the plate's display window
    chosen   the objects that are taken, as ``open_matte`` takes them; () for all
    raises   UsageError for a frame that is not in the job, MatteError for keys that do not fit, are all
             empty, or cover everything, SequenceError and PictureError for files that are missing or damaged
    """
    keys: dict[int, _Key] = {}
    objects: set[int] = set()
    absent: dict[str, bool] = {}
    for number, path in sorted(pairs):
        where = f"--key {number}={path}"
        if number not in frames:
            raise UsageError(
                f"frame {number} is not in the job", where=where, fix=f"give a key for one of {format_frames(frames)}"
            )
        keys[number] = key = _open(number, path, channel, ident, chosen, apart)
        matte = _read(key, number, display, apart)
        if chosen:
            parts, _ = key.matte.read_objects(key.file_frame, display)
            for name, pixels in zip(key.matte.names, parts, strict=True):
                absent[name] = absent.get(name, True) and not pixels.any()
        if (matte.coverage >= OBJECT_THRESHOLD).all():
            raise MatteError(
                f"the key of frame {number} covers the whole picture, so nothing tells the object from the rest",
                where=path,
                fix="check --matte-channel and --matte-id, or whether the key is inverted",
            )
        objects.update(np.unique(matte.index).tolist())
    objects.discard(0)
    if not objects:
        listed = ", ".join(path for _, path in sorted(pairs))
        raise MatteError("every key is empty", where=listed, fix="check --matte-channel, --matte-id and --remove")
    for name in absent:
        if absent[name]:
            listed = ", ".join(path for _, path in sorted(pairs))
            raise MatteError(f"object {name} is on no key", where=listed, fix="check --matte-channel and --remove")
    return Keys(tuple(keys), tuple(sorted(objects)), apart, tuple(absent), display, keys)


def _open(number: int, path: str, channel: str, ident: int | None, chosen: Sequence[str], apart: bool) -> _Key:
    matte = open_matte(path, channel, ident, chosen, apart=apart)
    if len(matte.frames) == 1:
        return _Key(matte, matte.frames[0])
    if number in matte.frames:
        return _Key(matte, number)
    raise MatteError(
        f"there is no frame {number} in it", where=path, fix=f"give one file; it holds {format_frames(matte.frames)}"
    )


def _read(key: _Key, number: int, display: Box, apart: bool) -> KeyMatte:
    check_plate_size(key.matte.footage.header(key.file_frame), display, "key", f"the key of frame {number}", MatteError)
    soft = key.matte.cryptomatte is not None or bool(key.matte.index)
    if apart and not soft:
        numbers, box = key.matte.numbers(key.file_frame, display)
        index = reframe(numbers, box, display)
        return KeyMatte(number, (index > 0).astype(np.float32), index)
    values, box = key.matte.read(key.file_frame, display)
    coverage = reframe(values, box, display)
    if not apart:
        return KeyMatte(number, coverage, (coverage > 0).astype(np.int32))
    numbers, box = key.matte.numbers(key.file_frame, display)
    return KeyMatte(number, coverage, reframe(numbers, box, display))
