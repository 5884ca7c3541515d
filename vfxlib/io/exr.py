"""EXR frames in and out; the OpenEXR library is used here and nowhere else.

The library takes a cut file for a picture and prints about it, so every file is checked before by exr_header and
exr_chunks, is handed over part by part, and what comes back is compared with what the header promised.
"""

import hashlib
import io
import logging
import struct
from collections.abc import Collection, Mapping
from dataclasses import replace
from enum import Enum
from pathlib import Path

import numpy as np
import OpenEXR
from numpy.typing import NDArray

from vfxlib.errors import OutputError, PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, RawFrame
from vfxlib.image.reframe import reframe
from vfxlib.io.atomic import atomic_write
from vfxlib.io.exr_attributes import STRUCTURAL, decode_attribute, encode_attribute, well_formed
from vfxlib.io.exr_channels import ChannelLocation, name_channels
from vfxlib.io.exr_chunks import check_chunks, single_part
from vfxlib.io.exr_header import COMPRESSIONS, FileHeader, PartHeader, damaged, parse_headers, read_headers
from vfxlib.io.open_file import check_channels, open_binary
from vfxlib.io.stdout import capture_stdout

__all__ = [
    "CHECKSUM",
    "LOSSY",
    "Pixels",
    "descriptive",
    "pixels_of",
    "read_attribute",
    "read_channels",
    "read_header",
    "write_exr",
]

CHECKSUM = "paintout/pixels"  # the attribute that holds SHA-256 of the pixels as they are stored

_COMPRESSION = {
    "none": OpenEXR.NO_COMPRESSION,
    "zip": OpenEXR.ZIP_COMPRESSION,
    "zips": OpenEXR.ZIPS_COMPRESSION,
    "piz": OpenEXR.PIZ_COMPRESSION,
    "rle": OpenEXR.RLE_COMPRESSION,
    "dwaa": OpenEXR.DWAA_COMPRESSION,
    "dwab": OpenEXR.DWAB_COMPRESSION,
}
LOSSY = ("dwaa", "dwab")
# what becomes of C++ exceptions, and what the module's own Python raises
_OPENEXR_ERRORS = (RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError)
_COLOUR = ("RY", "BY", "R", "G", "B")
log = logging.getLogger("paintout")
_WRITTEN = (np.dtype(np.float16), np.dtype(np.float32), np.dtype(np.uint32))


def read_header(path: Path) -> Header:
    """What an EXR says about itself; reads no pixel.

    raises  PictureError if it is damaged, deep, hostile, or no EXR
    """
    return _describe(path, _refuse_deep(path, read_headers(path)))


def read_attribute(path: Path, name: str) -> object | None:
    """One attribute of the first part that has it, as a plain value; None if there is none.

    raises  PictureError if the header is damaged
    """
    for part in read_headers(path).parts:
        if name in part.attributes:
            return decode_attribute(part.attributes[name])
    return None


class Pixels(Enum):
    """The pixels of a file, seen from its checksum."""

    AS_WRITTEN = "as written"  # or without a checksum, as older files are
    CHANGED = "changed"
    CUT = "cut"  # or damaged: some of them are not there


def pixels_of(path: Path) -> Pixels:
    """What has become of the pixels that ``write_exr`` wrote; reads the file, and decodes nothing.

    raises  PictureError if it cannot be read or its header is damaged
    """
    with open_binary(path) as file:
        data = file.read()
    header = parse_headers(path, data)
    stored = header.parts[0].attributes.get(CHECKSUM)
    if stored is not None and decode_attribute(stored) == _checksum(data, header):
        return Pixels.AS_WRITTEN
    try:
        for index in range(len(header.parts)):
            check_chunks(path, header, index, data)
    except PictureError:
        return Pixels.CUT
    return Pixels.AS_WRITTEN if stored is None else Pixels.CHANGED


def _checksum(data: bytes, header: FileHeader) -> str:
    """SHA-256 of all that stands behind the header and the table of its chunks."""
    return hashlib.sha256(memoryview(data)[_body(header) :]).hexdigest()


def _body(header: FileHeader) -> int:
    return header.end + 8 * sum(part.chunks for part in header.parts)


def descriptive(attributes: Mapping[str, object]) -> dict[str, object]:
    """The attributes that a result keeps: all but how the file is built and what its Cryptomattes are called."""
    return {k: v for k, v in attributes.items() if k not in STRUCTURAL and not k.startswith("cryptomatte/")}


def read_channels(path: Path, number: int, names: Collection[str] | None = None) -> RawFrame:
    """Read channels of a frame in their own types.

    number   the frame, for the result
    names    channels as ``read_header`` lists them; None reads all but thin ones beside the picture
    returns  channels over the window of the main picture, or, if none of them is of it, over what holds them all
    raises   PictureError as ``read_header``, for a channel that is not there or is subsampled, and for a cut file
    """
    with open_binary(path) as file:
        data = file.read()
    header = _refuse_deep(path, parse_headers(path, data))
    described = _describe(path, header)
    locations, _ = name_channels(header)
    wanted = _select_channels(path, locations, names)
    indices = sorted({location.part for location in wanted.values()})
    window = described.data
    if not any(_box(header.parts[i], described.origin) == window for i in indices):
        window = _union([_box(header.parts[i], described.origin) for i in indices])
    arrays: dict[str, NDArray[np.generic]] = {}
    for index in indices:
        spans = check_chunks(path, header, index, data)
        whole, stored_as = single_part(header, index, spans, data)
        if index == indices[-1]:
            data = b""  # for nothing else is read, and a copy of it is in memory
        pixels = _decode(path, header.parts[index], whole, stored_as)
        del whole
        box = _box(header.parts[index], described.origin)
        for name, location in wanted.items():
            if location.part == index:
                arrays[name] = reframe(pixels[location.entry.name], box, window)
        del pixels
    ordered = {name: arrays[name] for name in wanted}
    return RawFrame(number, replace(described, data=window), ordered)


def _refuse_deep(path: Path, header: FileHeader) -> FileHeader:
    if any(part.deep for part in header.parts):
        raise PictureError(
            "this is a deep EXR, which has many samples in a pixel", where=path, fix="flatten it and give the flat RGBA"
        )
    return header


def _describe(path: Path, header: FileHeader) -> Header:
    locations, views = name_channels(header)
    if not locations:
        raise damaged(path, "its default view has no channels")
    main = header.parts[next(iter(locations.values())).part]
    x0, y0, x1, y1 = main.display_window
    attributes: dict[str, object] = {}
    for part in (main, *header.parts):
        for name, stored in part.attributes.items():
            if name not in STRUCTURAL and name not in attributes:
                attributes[name] = decode_attribute(stored)
    return Header(
        path=path,
        display=Box(0, 0, x1 - x0 + 1, y1 - y0 + 1),
        origin=(x0, y0),
        data=_box(main, (x0, y0)),
        aspect=main.aspect,
        channels={name: location.entry.dtype for name, location in locations.items()},
        views=views,
        attributes=attributes,
        format="exr",
        layout=_layout(header, main),
        thin=tuple(name for name, location in locations.items() if _is_thin(location)),
    )


def _layout(header: FileHeader, main: PartHeader) -> str:
    parts = f"{len(header.parts)} parts" if len(header.parts) > 1 else "single part"
    tiles = "scanline" if main.tile is None else f"tiled {main.tile[0]}x{main.tile[1]}"
    if main.tile is not None and main.tile[2] & 15:
        tiles += " with levels"
    kind = COMPRESSIONS[main.compression] if main.compression < len(COMPRESSIONS) else f"type {main.compression}"
    return f"{parts} {tiles} {kind}"


def _box(part: PartHeader, origin: tuple[int, int]) -> Box:
    x0, y0, x1, y1 = part.data_window
    return Box(x0 - origin[0], y0 - origin[1], x1 + 1 - origin[0], y1 + 1 - origin[1])


def _union(boxes: list[Box]) -> Box:
    return Box(
        min(box.x0 for box in boxes),
        min(box.y0 for box in boxes),
        max(box.x1 for box in boxes),
        max(box.y1 for box in boxes),
    )


def _select_channels(
    path: Path, locations: Mapping[str, ChannelLocation], names: Collection[str] | None
) -> dict[str, ChannelLocation]:
    if names is None:  # a thin channel beside the picture is left out; colour of the picture itself is not
        names = [name for name, location in locations.items() if not _is_thin(location) or name in _COLOUR]
    check_channels(path, locations, names)
    thin = [name for name in names if _is_thin(locations[name])]
    if thin or not names:
        raise PictureError(
            f"channels {', '.join(thin or locations)} have fewer pixels than the picture (luminance-chroma)",
            where=path,
            fix="write it as R G B first",
        )
    return {name: locations[name] for name in names}


def _is_thin(location: ChannelLocation) -> bool:
    return location.entry.sampling != (1, 1)


def _decode(path: Path, part: PartHeader, whole: bytes, stored_as: Mapping[str, str]) -> dict[str, NDArray[np.generic]]:
    """The pixels of a part, by its entries' names.

    whole      a file of this part alone
    stored_as  what each channel is called in it
    """
    with capture_stdout() as printed:
        try:
            file = OpenEXR.File(io.BytesIO(whole), separate_channels=True)
            decoded = {name: channel.pixels for name, channel in file.channels().items()} if file.parts else {}
        except MemoryError as error:
            raise PictureError("does not fit into memory", where=path, fix="give Paintout more memory") from error
        except _OPENEXR_ERRORS as error:
            raise damaged(path, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    if not decoded:
        reason = " ".join("".join(printed).split()).partition("reading pixel data for part 0 - ")[2]
        raise damaged(path, f"its pixels cannot be read ({reason or 'no part came back'})")
    found = {name: decoded[stored] for name, stored in stored_as.items() if stored in decoded}
    for entry in part.channels:
        shape = (part.height, part.width)
        pixels = found.get(entry.name)
        if entry.sampling == (1, 1) and (pixels is None or pixels.shape != shape or pixels.dtype != entry.dtype):
            raise damaged(path, f"channel {entry.name!r} did not come back whole")
    return found


def write_exr(
    path: Path,
    *,
    display: Box,
    origin: tuple[int, int],
    data: Box,
    aspect: float,
    channels: Mapping[str, NDArray[np.generic]],
    attributes: Mapping[str, object],
    compression: str = "zip",
) -> None:
    """Write a frame: single part, scanline, each channel in its own type; whole or not at all.

    display      display window, beginning at 0, 0
    origin       where the display window begins in the file's coordinates
    data         data window in the display window's frame
    channels     name -> [h w] over ``data``; float16, float32 or uint32, bit for bit
    attributes   descriptive attributes as ``read_header`` gives them; structural ones are left out. ``CHECKSUM`` is
                 added
    compression  "zip", "zips", "piz", "rle" or "none", all without loss; "dwaa" or "dwab", which lose a little of
                 channels called R, G and B, whatever their layer
    raises       OutputError if it cannot be written; nothing is left behind then
    """
    for name, pixels in channels.items():
        if pixels.shape != (data.height, data.width) or pixels.dtype not in _WRITTEN:
            raise OutputError(f"channel {name!r} of {pixels.shape} {pixels.dtype} does not fit {data}", where=path)
    x, y = origin
    header = {
        "compression": _COMPRESSION[compression],
        "type": OpenEXR.scanlineimage,
        "displayWindow": (_point(display.x0 + x, display.y0 + y), _point(display.x1 + x - 1, display.y1 + y - 1)),
        "dataWindow": (_point(data.x0 + x, data.y0 + y), _point(data.x1 + x - 1, data.y1 + y - 1)),
        "pixelAspectRatio": float(aspect),
    }
    stream = io.BytesIO()
    try:
        with capture_stdout():
            whole = {name: np.ascontiguousarray(pixels) for name, pixels in channels.items()}
            OpenEXR.File(header, whole).write(stream)
    except _OPENEXR_ERRORS as error:
        raise OutputError(f"cannot be made into an EXR ({error})", where=path) from error
    written = _with_attributes(path, stream.getvalue(), attributes)
    with atomic_write(path) as hidden, open(hidden, "wb") as file:
        for block in written:
            file.write(block)


def _point(x: int, y: int) -> NDArray[np.int32]:
    return np.array([x, y], np.int32)


def _with_attributes(path: Path, data: bytes, attributes: Mapping[str, object]) -> list[bytes | memoryview]:
    """The file with attributes put into its header by their own bytes; the module would change the types of some."""
    header = parse_headers(path, data)
    part = header.parts[0]
    stored = dict(part.attributes)
    for name, value in {**attributes, CHECKSUM: _checksum(data, header)}.items():
        if name in STRUCTURAL:
            continue
        try:
            encoded = encode_attribute(value)
        except ValueError as error:
            raise OutputError(f"attribute {name!r}: {error}", where=path) from error
        if well_formed(name, encoded):
            stored[name] = encoded
        else:
            log.warning("%s: the plate's attribute %r is broken and is not kept", path, name)
    names = [_as_stored(name) for name in stored] + [entry.name.encode() for entry in part.channels]
    flags = 2 | (0x400 if any(len(name) > 31 for name in names) else 0)
    head = [b"v/1\x01", struct.pack("<I", flags)]
    for name, attribute in sorted(stored.items()):
        head += [_as_stored(name), b"\0", _as_stored(attribute.kind), b"\0"]
        head += [struct.pack("<i", len(attribute.data)), attribute.data]
    head.append(b"\0")
    table = np.frombuffer(data, "<u8", part.chunks, header.end) + np.uint64(sum(map(len, head)) - header.end)
    return [b"".join(head), table.astype("<u8").tobytes(), memoryview(data)[_body(header) :]]


def _as_stored(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")  # as exr_header has it from the bytes of a file
