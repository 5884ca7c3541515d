"""What a host needs of an EXR's header: its windows, and whether it says its colour (standard library only)."""

import struct
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.open_file import open_binary

__all__ = ["ExrHeader", "read_exr_header"]

MAGIC = b"\x76\x2f\x31\x01"
MOST = 16 << 20  # bytes of one attribute: a larger one is no header that we want to know
MOST_ATTRIBUTES = 4096
UNKNOWN = ("", "unknown")


@dataclass(frozen=True)
class ExrHeader:
    """The first part's header.

    display, data  windows, in the display window's frame
    labelled       True if the file says which colour space it is in
    """

    display: Box
    data: Box
    labelled: bool


def read_exr_header(path: Path) -> ExrHeader:
    """The header of the first part.

    raises  PictureError if it is no EXR, or damaged
    """
    with open_binary(path) as file:
        if file.read(4) != MAGIC:
            raise PictureError("is no EXR", where=path, fix="give an EXR")
        file.read(4)
        found = _attributes(file, path)
    try:
        display, data = _box(found["displayWindow"]), _box(found["dataWindow"])
    except (KeyError, struct.error) as error:
        raise PictureError("has no windows in its header", where=path, fix="write it again") from error
    interop = found.get("colorInteropID", b"").decode("utf-8", "replace").strip("\0 ")
    x, y = display.x0, display.y0
    return ExrHeader(
        Box(0, 0, display.width, display.height),
        Box(data.x0 - x, data.y0 - y, data.x1 - x, data.y1 - y),
        interop not in UNKNOWN or "chromaticities" in found,
    )


def _attributes(file: BufferedReader, path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    while len(found) < MOST_ATTRIBUTES and (name := _text(file)):
        _text(file)  # its type
        length = int.from_bytes(file.read(4), "little")
        value = file.read(min(length, MOST))
        if len(value) != length:
            raise PictureError("is damaged: its header ends early", where=path, fix="write it again")
        found[name] = value
    return found


def _text(file: BufferedReader) -> str:
    letters = bytearray()
    while (letter := file.read(1)) not in (b"", b"\0") and len(letters) < 256:
        letters += letter
    return letters.decode("utf-8", "replace")


def _box(value: bytes) -> Box:
    x0, y0, x1, y1 = struct.unpack("<4i", value)
    return Box(x0, y0, x1 + 1, y1 + 1)
