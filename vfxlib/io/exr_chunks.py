"""The chunks of an EXR file: every one is there and lies inside the file; one part of many as a file of its own."""

import struct
from pathlib import Path

from vfxlib.io.exr_header import PIXEL_BYTES, FileHeader, PartHeader, damaged

__all__ = ["check_chunks", "single_part"]

MOST_INFLATION = 1100  # deflate cannot shrink more than 1032 to 1
MOST_BYTES = 2**30  # what any file may ask for ...
MOST_GROWTH = 20_000  # ... and how much more than its own length beyond that: wavelets of a black frame reach 15 000
_DEFLATED = (1, 2, 3, 5)
_OWN = frozenset({"name", "type", "chunkCount", "view"})


def _unpacked_bytes(part: PartHeader) -> int:
    """Bytes that the pixels of a part take in memory, in their own types."""
    total = 0
    for entry in part.channels:
        across, down = entry.sampling
        total += PIXEL_BYTES[entry.kind] * -(-part.width // across) * -(-part.height // down)
    return total


def check_chunks(path: Path, header: FileHeader, index: int, data: bytes) -> list[tuple[int, int]]:
    """See that a part is whole, and that its chunks could hold its pixels.

    data     the whole file
    returns  where each chunk begins and ends, in the order of the table
    raises   PictureError for a cut, unfinished or hostile file
    """
    part = header.parts[index]
    table = header.end + 8 * sum(other.chunks for other in header.parts[:index])
    tables_end = header.end + 8 * sum(other.chunks for other in header.parts)
    lead = (4 if header.multipart else 0) + (20 if part.tile is not None else 8)
    spans: list[tuple[int, int]] = []
    absent = 0
    for (begin,) in struct.iter_unpack("<Q", data[table : table + 8 * part.chunks]):
        if not tables_end <= begin <= len(data) - lead:
            absent += 1
            continue
        (packed,) = struct.unpack_from("<i", data, begin + lead - 4)
        if packed < 0 or begin + lead + packed > len(data):
            absent += 1
            continue
        if header.multipart and struct.unpack_from("<i", data, begin)[0] != index:
            raise damaged(path, "a chunk belongs to another part")
        spans.append((begin, begin + lead + packed))
    if absent:
        raise damaged(path, f"{absent} of its {part.chunks} chunks are not there; it was cut or not finished")
    _check_order(path, part, header.multipart, spans, data)
    wanted, packed_bytes = _unpacked_bytes(part), sum(end - begin - lead for begin, end in spans)
    most = packed_bytes if part.compression == 0 else MOST_INFLATION * packed_bytes
    if part.compression not in _DEFLATED and part.compression != 0:
        most = max(MOST_BYTES, MOST_GROWTH * packed_bytes)
    if wanted > most:
        raise damaged(path, f"its header asks for {wanted >> 20} MiB, its chunks cannot hold that")
    return spans


def _check_order(path: Path, part: PartHeader, multipart: bool, spans: list[tuple[int, int]], data: bytes) -> None:
    if part.tile is not None:
        return
    first = part.data_window[1]
    for number, (begin, _) in enumerate(spans):
        (row,) = struct.unpack_from("<i", data, begin + (4 if multipart else 0))
        if row != first + number * part.lines:
            raise damaged(path, f"chunk {number} says that it begins at row {row}")


def single_part(header: FileHeader, index: int, spans: list[tuple[int, int]], data: bytes) -> bytes:
    """One part of a multipart file as an ordinary file, so that reading it does not cost reading all the others."""
    if not header.multipart:
        return data
    part = header.parts[index]
    flags = 2 | (0x200 if part.tile is not None else 0) | 0x400
    head = [b"v/1\x01", struct.pack("<I", flags)]
    for name, stored in part.attributes.items():
        if name not in _OWN and (len(stored.data) < 1 << 16 or name == "channels"):
            head += [name.encode(), b"\0", stored.kind.encode(), b"\0"]
            head += [struct.pack("<i", len(stored.data)), stored.data]
    head.append(b"\0")
    at = sum(map(len, head)) + 8 * len(spans)
    table = []
    for begin, end in spans:
        table.append(struct.pack("<Q", at))
        at += end - begin - 4
    view = memoryview(data)
    return b"".join([*head, *table, *(view[begin + 4 : end] for begin, end in spans)])
