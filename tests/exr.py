"""An EXR as a test wants it, written by OpenEXR itself rather than by what is tested."""

import struct
from pathlib import Path

import numpy as np
import OpenEXR

__all__ = ["edit", "write", "write_thin"]


def write(
    path: Path,
    channels: dict[str, np.ndarray],
    display: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
    **more: object,
) -> None:
    """One EXR.

    display  width and height of the display window, which begins at 0, 0
    origin   x and y of the data window's corner; its size is that of the channels
    more     header attributes; one that is "" is not written
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = next(iter(channels.values())).shape
    x, y = origin
    header = {
        "compression": OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "dataWindow": (np.array([x, y], np.int32), np.array([x + width - 1, y + height - 1], np.int32)),
        "displayWindow": (np.array([0, 0], np.int32), np.array([display[0] - 1, display[1] - 1], np.int32)),
        "colorInteropID": "lin_rec709_scene",
        **more,
    }
    header = {name: value for name, value in header.items() if not isinstance(value, str) or value}
    OpenEXR.File(header, {name: np.ascontiguousarray(c) for name, c in channels.items()}).write(str(path))


def edit(path: Path, attributes: dict[bytes, tuple[bytes, bytes]], channels: dict[bytes, bytes] | None = None) -> Path:
    """Put attributes into an EXR of one part as they are, and rename channels, which no library would write so.

    attributes  name -> name of its type, and its bytes
    channels    old name -> new name, of the same place in the order
    """
    data = path.read_bytes()
    own, at = {}, 8
    while data[at]:
        name_end = data.index(b"\0", at)
        kind_end = data.index(b"\0", name_end + 1)
        length = int.from_bytes(data[kind_end + 1 : kind_end + 5], "little")
        begin = kind_end + 5
        own[data[at:name_end]] = data[name_end + 1 : kind_end], data[begin : begin + length]
        at = begin + length
    kind, listed = own[b"channels"]
    for old, new in (channels or {}).items():
        listed = listed.replace(old + b"\0", new + b"\0", 1)
    own[b"channels"] = kind, listed
    own.update(attributes)
    head = _header(own, 0x402 | int.from_bytes(data[4:8], "little"))
    first = int.from_bytes(data[at + 1 : at + 9], "little")
    table = np.frombuffer(data, "<i8", (first - at - 1) // 8, at + 1)
    path.write_bytes(head + (table + (len(head) - at - 1)).astype("<i8").tobytes() + data[first:])
    return path


def write_thin(path: Path, picture: dict[str, np.ndarray], thin: dict[str, np.ndarray]) -> None:
    """An EXR of half channels some of which have every second column and row only, which the library does not write.

    picture  name -> [h w], h and w even
    thin     name -> [h/2 w/2]
    """
    height, width = next(iter(picture.values())).shape
    planes = {name: (np.asarray(plane, np.float16), 1) for name, plane in picture.items()}
    planes |= {name: (np.asarray(plane, np.float16), 2) for name, plane in thin.items()}
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    listed = b"".join(
        name.encode() + b"\0" + struct.pack("<i4xii", 1, planes[name][1], planes[name][1]) for name in sorted(planes)
    )
    attributes = {
        b"channels": (b"chlist", listed + b"\0"),
        b"compression": (b"compression", b"\0"),
        b"dataWindow": (b"box2i", window),
        b"displayWindow": (b"box2i", window),
        b"lineOrder": (b"lineOrder", b"\0"),
        b"pixelAspectRatio": (b"float", struct.pack("<f", 1)),
        b"screenWindowCenter": (b"v2f", bytes(8)),
        b"screenWindowWidth": (b"float", struct.pack("<f", 1)),
    }
    rows = [
        b"".join(
            planes[name][0][y // step].tobytes()
            for name in sorted(planes)
            for step in planes[name][1:]
            if y % step == 0
        )
        for y in range(height)
    ]
    head = _header(attributes, 2)
    starts = np.cumsum([len(head) + 8 * height] + [8 + len(row) for row in rows[:-1]]).astype("<u8")
    chunks = b"".join(struct.pack("<2i", y, len(row)) + row for y, row in enumerate(rows))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(head + starts.tobytes() + chunks)


def _header(attributes: dict[bytes, tuple[bytes, bytes]], flags: int) -> bytes:
    stored = (
        name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value
        for name, (kind, value) in attributes.items()
    )
    return b"v/1\x01" + struct.pack("<I", flags) + b"".join(stored) + b"\0"
