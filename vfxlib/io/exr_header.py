"""The headers of an EXR file, read and checked without the EXR library, before a byte of memory is asked for.

A hostile or cut file is refused here: every size is compared with the length of the file. Layout after the public
description "OpenEXR File Layout" (openexr.com).
"""

import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import PictureError
from vfxlib.io.open_file import open_binary

__all__ = [
    "ChannelEntry",
    "FileHeader",
    "PartHeader",
    "StoredAttribute",
    "damaged",
    "parse_headers",
    "read_headers",
    "readable",
]

MAGIC = b"v/1\x01"
MOST_PIXELS = 2**29  # of one part: 32768 x 16384, twice the largest panoramas in use
MOST_PARTS = 1024
MOST_ATTRIBUTES = 16384  # of all parts together
MOST_NAME = 255
MOST_CHANNELS = 16384  # of one part; OpenEXR itself refuses some more, after seconds
LINES_PER_CHUNK = {0: 1, 1: 1, 2: 1, 3: 16, 4: 32, 5: 16, 6: 32, 7: 32, 8: 32, 9: 256, 10: 256, 11: 32, 12: 256, 13: 1}
COMPRESSIONS = ("none", "rle", "zips", "zip", "piz", "pxr24", "b44", "b44a", "dwaa", "dwab", "htj2k256", "htj2k32")
PIXEL_TYPES = ("uint32", "float16", "float32")
PIXEL_BYTES = (4, 2, 4)
_TILED, _LONG_NAMES, _NON_IMAGE, _MULTIPART = 0x200, 0x400, 0x800, 0x1000
_FIRST_READ = 1 << 16


@dataclass(frozen=True)
class StoredAttribute:
    """An attribute as it lies in the file: the name of its type, and its bytes."""

    kind: str
    data: bytes


@dataclass(frozen=True)
class ChannelEntry:
    """A line of the channel list."""

    name: str
    kind: int
    sampling: tuple[int, int]

    @property
    def dtype(self) -> str:
        """Name of the numpy type."""
        return PIXEL_TYPES[self.kind]


@dataclass(frozen=True)
class PartHeader:
    """One part's header; windows are ``x0, y0, x1, y1`` in file coordinates, the last column and row included.

    chunks  number of entries of the chunk table
    """

    attributes: Mapping[str, StoredAttribute]
    channels: tuple[ChannelEntry, ...]
    data_window: tuple[int, int, int, int]
    display_window: tuple[int, int, int, int]
    compression: int
    aspect: float
    name: str
    view: str
    deep: bool
    tile: tuple[int, int, int] | None
    chunks: int

    @property
    def width(self) -> int:
        """Columns of the data window."""
        return self.data_window[2] - self.data_window[0] + 1

    @property
    def height(self) -> int:
        """Rows of the data window."""
        return self.data_window[3] - self.data_window[1] + 1

    @property
    def lines(self) -> int:
        """Rows in a scanline chunk."""
        return LINES_PER_CHUNK[self.compression]


@dataclass(frozen=True)
class FileHeader:
    """All headers of a file.

    multipart  True if chunks carry a part number
    end        where the first chunk table begins
    """

    parts: tuple[PartHeader, ...]
    multipart: bool
    version: int
    end: int


class _MoreNeeded(Exception):
    """The header goes on behind the bytes that were read so far."""


def readable(stored: bytes) -> str:
    """The words that bytes stand for: UTF-8 as the format asks for, else Latin-1 as older programs wrote it."""
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        words = stored.decode("latin-1")
        return words if words.isprintable() else stored.decode("utf-8", "backslashreplace")


def damaged(path: Path, what: str) -> PictureError:
    """The error for a file that is not whole."""
    return PictureError(f"damaged EXR: {what}", where=path, fix="render or copy this frame again")


def read_headers(path: Path) -> FileHeader:
    """Read the headers of a file, and no more of it than they take.

    raises  PictureError if the file cannot be opened, is no EXR, is damaged, or asks for more than it can hold
    """
    data = b""
    with open_binary(path) as file:
        size = os.fstat(file.fileno()).st_size
        while True:
            data += file.read(max(_FIRST_READ, 3 * len(data)))
            try:
                return _parse(path, data, size)
            except _MoreNeeded:
                if len(data) >= size:
                    raise damaged(path, "the file ends inside its header") from None


def parse_headers(path: Path, data: bytes) -> FileHeader:
    """Take the headers of a whole file apart.

    data    all of the file
    raises  PictureError as ``read_headers``
    """
    try:
        return _parse(path, data, len(data))
    except _MoreNeeded:
        raise damaged(path, "the file ends inside its header") from None


def _parse(path: Path, data: bytes, size: int) -> FileHeader:
    if data[:4] != MAGIC[: len(data)]:
        raise PictureError("not an EXR file", where=path, fix="check that the file type and its name agree")
    if len(data) < 8:
        raise damaged(path, "the file ends inside its header" if data else "the file is empty")
    (flags,) = struct.unpack_from("<I", data, 4)
    version = flags & 0xFF
    if version > 2 or flags & ~(0xFF | _TILED | _LONG_NAMES | _NON_IMAGE | _MULTIPART):
        raise damaged(path, f"version {version} with flags {flags >> 8:#x} is not known")
    multipart = bool(flags & _MULTIPART)
    at = 8
    parts: list[PartHeader] = []
    rest = MOST_ATTRIBUTES
    while True:
        attributes, at, rest = _attributes(path, data, at, size, rest)
        if multipart and not attributes:
            break
        if len(parts) >= MOST_PARTS:
            raise damaged(path, f"it says that it has more than {MOST_PARTS} parts")
        parts.append(_part(path, attributes, flags, multipart))
        if not multipart:
            break
    if not parts:
        raise damaged(path, "it has no parts")
    if at + 8 * sum(part.chunks for part in parts) > size:
        raise damaged(path, "the file is shorter than the picture that its header describes")
    return FileHeader(tuple(parts), multipart, version, at)


def _attributes(path: Path, data: bytes, at: int, size: int, rest: int) -> tuple[dict[str, StoredAttribute], int, int]:
    """One part's attributes, where they end, and how many more the file may have."""
    found: dict[str, StoredAttribute] = {}
    while True:
        name, at = _text(path, data, at)
        if not name:
            return found, at, rest
        if not rest:
            raise damaged(path, f"its header has more than {MOST_ATTRIBUTES} attributes")
        rest -= 1
        kind, at = _text(path, data, at)
        if at + 4 > len(data):
            raise _MoreNeeded
        (length,) = struct.unpack_from("<i", data, at)
        at += 4
        if length < 0 or at + length > size:
            raise damaged(path, f"attribute {name!r} is longer than the file")
        if at + length > len(data):
            raise _MoreNeeded
        found.setdefault(name, StoredAttribute(kind, data[at : at + length]))
        at += length


def _text(path: Path, data: bytes, at: int) -> tuple[str, int]:
    end = data.find(b"\0", at, at + MOST_NAME + 1)
    if end < 0:
        if len(data) - at <= MOST_NAME:
            raise _MoreNeeded
        raise damaged(path, "a name in the header has no end")
    return data[at:end].decode("utf-8", "surrogateescape"), end + 1  # names of attributes go back as the same bytes


def _part(path: Path, attributes: dict[str, StoredAttribute], flags: int, multipart: bool) -> PartHeader:
    def unpack(name: str, kind: str, form: str) -> tuple[int, ...]:
        stored = attributes.get(name)
        if stored is None or stored.kind != kind or len(stored.data) != struct.calcsize(form):
            raise damaged(path, f"the header has no usable {name}")
        return struct.unpack(form, stored.data)

    def string(name: str) -> str:
        stored = attributes.get(name)
        return readable(stored.data) if stored is not None and stored.kind == "string" else ""

    kind = string("type")
    deep = kind.startswith("deep") or bool(flags & _NON_IMAGE and not multipart)
    data_window = unpack("dataWindow", "box2i", "<4i")
    display_window = unpack("displayWindow", "box2i", "<4i")
    for label, window in (("data window", data_window), ("display window", display_window)):
        if window[2] < window[0] or window[3] < window[1] or max(map(abs, window)) >= 2**30:
            raise damaged(path, f"its {label} {window} is not possible")
    width, height = data_window[2] - data_window[0] + 1, data_window[3] - data_window[1] + 1
    if max(width, height) > 2**24 or width * height > MOST_PIXELS:
        raise PictureError(
            f"its header asks for {width} x {height} pixels, more than Paintout reads",
            where=path,
            fix="render this frame again, or cut it to size",
        )
    compression = unpack("compression", "compression", "<B")[0]
    if compression not in LINES_PER_CHUNK:
        raise damaged(path, f"compression {compression} is not known")
    aspect = unpack("pixelAspectRatio", "float", "<f")[0]
    if not 1e-6 <= aspect <= 1e6:
        raise damaged(path, f"its pixel aspect ratio {aspect} is not possible")
    tile: tuple[int, int, int] | None = None
    if kind in ("tiledimage", "deeptile") or (not multipart and not deep and flags & _TILED):
        columns, rows, mode = unpack("tiles", "tiledesc", "<IIB")
        if not (0 < columns < 2**20 and 0 < rows < 2**20) or mode & 15 > 2 or mode >> 4 > 1:
            raise damaged(path, f"its tiles of {columns} x {rows} are not possible")
        tile = columns, rows, mode
    if multipart:
        if kind not in ("scanlineimage", "tiledimage", "deepscanline", "deeptile"):
            raise damaged(path, f"a part of type {kind!r} is not known")
        chunks = unpack("chunkCount", "int", "<i")[0]
        if chunks < 0:
            raise damaged(path, "a part has fewer than no chunks")
    else:
        chunks = _chunks(width, height, compression, tile)
    if not deep and chunks != _chunks(width, height, compression, tile):
        raise damaged(path, f"it has {chunks} chunks, its size needs {_chunks(width, height, compression, tile)}")
    channels = _channels(path, attributes.get("channels"))
    return PartHeader(
        attributes=attributes,
        channels=channels,
        data_window=_four(data_window),
        display_window=_four(display_window),
        compression=compression,
        aspect=float(aspect),
        name=string("name"),
        view=string("view"),
        deep=deep,
        tile=tile,
        chunks=chunks,
    )


def _four(window: tuple[int, ...]) -> tuple[int, int, int, int]:
    return window[0], window[1], window[2], window[3]


def _channels(path: Path, stored: StoredAttribute | None) -> tuple[ChannelEntry, ...]:
    if stored is None or stored.kind != "chlist":
        raise damaged(path, "the header has no usable channels")
    data, at = stored.data, 0
    found: list[ChannelEntry] = []
    names: set[str] = set()
    seen: set[bytes] = set()
    while at < len(data) and data[at] != 0:
        end = data.find(b"\0", at)
        if end < 0 or end + 17 > len(data):
            raise damaged(path, "its channel list has no end")
        kind, xs, ys = struct.unpack_from("<i4xii", data, end + 1)
        name = readable(data[at:end])
        if name in names:  # one in Latin-1, one in UTF-8
            name = data[at:end].decode("utf-8", "backslashreplace")
        if not 0 <= kind < len(PIXEL_TYPES) or not (1 <= xs < 1 << 16 and 1 <= ys < 1 << 16):
            raise damaged(path, f"channel {name!r} has an unknown type or sampling")
        if data[at:end] in seen or name in names:
            raise damaged(path, f"channel {name!r} is listed twice")
        if len(found) == MOST_CHANNELS:
            raise damaged(path, f"it lists more than {MOST_CHANNELS} channels")
        seen.add(data[at:end])
        names.add(name)
        found.append(ChannelEntry(name, kind, (xs, ys)))
        at = end + 17
    if not found:
        raise damaged(path, "it has no channels")
    return tuple(found)


def _chunks(width: int, height: int, compression: int, tile: tuple[int, int, int] | None) -> int:
    if tile is None:
        return -(-height // LINES_PER_CHUNK[compression])
    columns, rows, mode = tile
    across, down = _levels(width, mode), _levels(height, mode)
    if mode & 15 == 0:
        return -(-width // columns) * -(-height // rows)
    if mode & 15 == 1:  # one pyramid; the larger side decides how many levels there are
        levels = range(max(len(across), len(down)))
        across += [1] * (len(levels) - len(across))
        down += [1] * (len(levels) - len(down))
        return sum(-(-across[i] // columns) * -(-down[i] // rows) for i in levels)
    return sum(-(-w // columns) for w in across) * sum(-(-h // rows) for h in down)


def _levels(length: int, mode: int) -> list[int]:
    up = mode >> 4
    sizes = [length]
    while sizes[-1] > 1:
        sizes.append(max(1, (sizes[-1] + up) // 2))
    return sizes
