"""The chunks of an EXR file: every one is there and lies inside the file; one part of many as a file of its own."""

import struct
from collections.abc import Iterator
from pathlib import Path

from vfxlib.io.exr_header import PIXEL_BYTES, FileHeader, PartHeader, StoredAttribute, damaged

__all__ = ["check_chunks", "single_part"]

MOST_INFLATION = 1100  # deflate cannot shrink more than 1032 to 1
MOST_BYTES = 2**30  # what any file may ask for ...
MOST_GROWTH = 20_000  # ... and how much more than its own length beyond that: wavelets of a black frame reach 15 000
_DEFLATED = (1, 2, 3, 5)
_OF_PIXELS = ("channels", "compression", "dataWindow", "displayWindow", "lineOrder", "pixelAspectRatio", "tiles")
_WITHOUT_MEANING = {  # must be there, and change no pixel
    "screenWindowCenter": StoredAttribute("v2f", struct.pack("<2f", 0, 0)),
    "screenWindowWidth": StoredAttribute("float", struct.pack("<f", 1)),
}


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
    if sum(end - begin for begin, end in spans) > len(data):
        raise damaged(path, "its chunks lie on top of each other")
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


def single_part(
    header: FileHeader, index: int, spans: list[tuple[int, int]], data: bytes
) -> tuple[bytes, dict[str, str]]:
    """One part as an ordinary file, so that reading it does not cost reading all the others.

    It says what its pixels need and nothing else: what a studio or an older program wrote into the header must not
    keep anybody from the picture.

    returns  the file, and what each channel is called in it, by its entry's name
    """
    part = header.parts[index]
    names = [entry.name for entry in part.channels]
    attributes = {name: part.attributes[name] for name in _OF_PIXELS if name in part.attributes} | _WITHOUT_MEANING
    if not _all_utf8(attributes["channels"].data):
        attributes["channels"], names = _in_utf8(attributes["channels"])
    flags = 2 | (0x200 if part.tile is not None else 0) | 0x400
    head = [b"v/1\x01", struct.pack("<I", flags)]
    for name, stored in attributes.items():
        head += [name.encode(), b"\0", stored.kind.encode(), b"\0"]
        head += [struct.pack("<i", len(stored.data)), stored.data]
    head.append(b"\0")
    number = 4 if header.multipart else 0  # each chunk of many parts begins with its part's number
    at = sum(map(len, head)) + 8 * len(spans)
    table = []
    for begin, end in spans:
        table.append(struct.pack("<Q", at))
        at += end - begin - number
    view = memoryview(data)
    whole = b"".join([*head, *table, *(view[begin + number : end] for begin, end in spans)])
    return whole, {entry.name: name for entry, name in zip(part.channels, names, strict=True)}


def _all_utf8(channel_list: bytes) -> bool:
    return all(_is_utf8(name) for name, _ in _entries(channel_list))


def _is_utf8(name: bytes) -> bool:
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _in_utf8(stored: StoredAttribute) -> tuple[StoredAttribute, list[str]]:
    """The channel list with names that the library can hand out.

    Every byte stands for one character, which keeps the order that pixels are stored in, and what follows the last
    dot, by which some compressions treat them.
    """
    names, data = [], b""
    for name, rest in _entries(stored.data):
        names.append(name.decode("latin-1"))
        data += names[-1].encode("utf-8") + b"\0" + rest
    return StoredAttribute(stored.kind, data + b"\0"), names


def _entries(channel_list: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Each channel's name, and the sixteen bytes that say how it is stored."""
    at = 0
    while at < len(channel_list) and channel_list[at] != 0:
        end = channel_list.index(b"\0", at)
        yield channel_list[at:end], channel_list[end + 1 : end + 17]
        at = end + 17
