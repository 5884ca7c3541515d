"""EXR files changed by their structure: attributes, windows, channel lists, chunk tables, chunks.

The headers are taken apart here once more, and by nobody else's code: what is tested must not decide what it is given.
"""

import struct
from dataclasses import dataclass
from random import Random

from tests.fuzz.mutate import HOSTILE_WORDS, mutate_bytes, packed
from tests.fuzz.mutate_json import mutate_json

__all__ = ["Exr", "mutate_exr", "split_exr"]

_FIRST = 8  # magic number and version stand before the first attribute
_MULTIPART = 0x1000
_KINDS = (
    *("string", "int", "float", "double", "rational", "timecode", "keycode", "box2i", "box2f", "v2i", "v2f", "v3f"),
    *("m33f", "m44f", "stringvector", "chromaticities", "preview", "chlist", "tiledesc", "envmap", "", "studio's own"),
)
_WELL_KNOWN = (  # attributes that something here reads, with what may go wrong with each
    ("owner", "string", b"caf\xe9"),
    ("comments", "string", b"\0\xff\xfe"),
    ("framesPerSecond", "rational", struct.pack("<iI", 24, 0)),
    ("framesPerSecond", "rational", struct.pack("<iI", 1, 2**31 - 1)),
    ("framesPerSecond", "float", struct.pack("<f", float("nan"))),
    ("colorInteropID", "string", b"\xe9"),
    ("colorInteropID", "int", b"\1\0\0\0"),
    ("chromaticities", "chromaticities", struct.pack("<8f", *[float("nan")] * 8)),
    ("chromaticities", "chromaticities", bytes(32)),
    ("timeCode", "timecode", b"\xff" * 8),
    ("keyCode", "keycode", b"\xff" * 28),
    ("multiView", "stringvector", struct.pack("<i", 2**31 - 1) + b"left"),
    ("preview", "preview", struct.pack("<II", 2**16, 2**16)),
    ("view", "string", b"left"),
    ("paintout/fingerprint", "string", b"0" * 64),
    ("paintout/fingerprint", "int", b"\1\0\0\0"),
    ("cryptomatte/1/name", "string", b"crypto_object"),
    ("cryptomatte/1/name", "int", b"\1\0\0\0"),
    ("cryptomatte/1/manifest", "string", b"[" * 100_000),
    ("cryptomatte/1/manif_file", "string", b"../../../../dev/zero"),
    ("x" * 300, "string", b"a long name"),
    ("caf\xe9", "string", b"a name of bytes"),
)


@dataclass
class Exr:
    """A file taken apart.

    version  the second number of the file, with its flags
    parts    attributes of each part: name, type and value
    table    offsets of chunks, of all parts together
    chunks   everything behind the table
    """

    version: int
    parts: list[list[tuple[bytes, bytes, bytes]]]
    table: list[int]
    chunks: bytes

    @property
    def multipart(self) -> bool:
        """True if every header has an end of its own, and one more behind the last."""
        return bool(self.version & _MULTIPART)

    def header_bytes(self) -> bytes:
        """Magic number, version and headers."""
        words = [b"v/1\x01", struct.pack("<I", self.version)]
        for part in self.parts:
            for name, kind, value in part:
                words += [name, b"\0", kind, b"\0", struct.pack("<i", len(value)), value]
            words.append(b"\0")
        return b"".join([*words, b"\0" if self.multipart else b""])

    def join(self, before: int | None = None) -> bytes:
        """The file.

        before  length of the header that the table was made for; None leaves the table as it is
        """
        header = self.header_bytes()
        moved = 0 if before is None else len(header) - before
        offsets = [(offset + moved) % 2**64 for offset in self.table]
        return header + struct.pack(f"<{len(offsets)}Q", *offsets) + self.chunks


def split_exr(data: bytes) -> Exr | None:
    """A file taken apart; None if that is no longer possible."""
    try:
        (version,) = struct.unpack_from("<I", data, 4)
        at, parts = _FIRST, []
        while True:
            part = []
            while data[at] != 0:
                name, _, rest = data[at : at + 1024].partition(b"\0")
                kind = rest.partition(b"\0")[0]
                at += len(name) + len(kind) + 2
                (size,) = struct.unpack_from("<i", data, at)
                if not 0 <= size <= len(data) - at - 4:
                    return None
                part.append((name, kind, data[at + 4 : at + 4 + size]))
                at += 4 + size
            at += 1
            if not part:
                break
            parts.append(part)
            if not version & _MULTIPART:
                break
        # chunks begin where the first of them does; up to there it is table
        table, first = [], len(data)
        while at + 8 <= min(first, len(data)):
            (offset,) = struct.unpack_from("<Q", data, at)
            if not at < offset < len(data):
                return None
            table.append(offset)
            first = min(first, offset)
            at += 8
    except (struct.error, IndexError):
        return None
    return Exr(version, parts, table, data[at:])


def mutate_exr(random: Random, data: bytes) -> bytes:
    """One change of an EXR file; of bytes where it is none any more, and now and then anyway."""
    exr = split_exr(data)
    if exr is None or not exr.parts or not exr.table or random.random() < 0.15:
        return mutate_bytes(random, data)
    before = len(exr.header_bytes())
    way = random.choice((_value, _value, _attribute, _known, _window, _channels, _channels, _version))
    if random.random() < 0.4:
        way = random.choice((_offset, _chunk, _chunk, _pixels))
    way(random, exr)
    joined = exr.join(before if random.random() < 0.95 else None)
    return _false_length(random, joined, exr) if random.random() < 0.05 else joined


def _value(random: Random, exr: Exr) -> None:
    part = random.choice(exr.parts)
    documents = [at for at, (_, kind, value) in enumerate(part) if kind == b"string" and value[:1] in (b"{", b"[")]
    at = random.choice(documents if documents and random.random() < 0.4 else range(len(part)))
    name, kind, value = part[at]
    if kind == b"string" and value[:1] in (b"{", b"[") and random.random() < 0.8:
        value = mutate_json(random, value)
    elif kind == b"string" and random.random() < 0.5:
        value = random.choice(HOSTILE_WORDS).encode("utf-8", "surrogatepass")
    elif len(value) >= 4 and random.random() < 0.6:
        place = 4 * random.randrange(len(value) // 4)
        form = "<f" if b"f" in kind or kind == b"chromaticities" else "<I"
        value = value[:place] + packed(random, form) + value[place + 4 :]
    else:
        value = mutate_bytes(random, value)
    part[at] = name, kind, value


def _attribute(random: Random, exr: Exr) -> None:
    part = random.choice(exr.parts)
    at = random.randrange(len(part))
    name, kind, value = part[at]
    way = random.randrange(5)
    if way == 0:
        del part[at]
    elif way == 1:
        part.insert(random.randrange(len(part) + 1), part[at])
    elif way == 2:
        part[at] = random.choice((b"x" * 40, name.upper(), name[:-1], b"caf\xe9", b"")), kind, value
    elif way == 3:
        part[at] = name, random.choice(_KINDS).encode(), value
    else:
        exr.parts.append(list(part)) if exr.multipart else part.reverse()


def _known(random: Random, exr: Exr) -> None:
    name, kind, value = random.choice(_WELL_KNOWN)
    part = random.choice(exr.parts)
    part[:] = [each for each in part if each[0] != name.encode("latin-1")]
    part.append((name.encode("latin-1"), kind.encode(), value))


def _replace(part: list[tuple[bytes, bytes, bytes]], name: bytes, value: bytes) -> None:
    part[:] = [(own, kind, value if own == name else held) for own, kind, held in part]


def _window(random: Random, exr: Exr) -> None:
    part = random.choice(exr.parts)
    name = random.choice((b"dataWindow", b"displayWindow"))
    held = next((value for own, _, value in part if own == name), b"")
    if len(held) != 16:
        return
    numbers = list(struct.unpack("<4i", held))
    way = random.randrange(4)
    if way == 0:  # elsewhere, of the same size
        across, down = random.choice((-1, 1, 1000, 2**29, -(2**29), 2**31 - 1)), random.choice((0, -7, 2**30))
        numbers = [numbers[0] + across, numbers[1] + down, numbers[2] + across, numbers[3] + down]
    elif way == 1:  # a pixel more or less
        numbers[random.randrange(4)] += random.choice((-1, 1))
    elif way == 2:
        numbers[random.randrange(4)] = random.choice((0, -1, 2**15, 2**20, 2**24, 2**30 - 1, 2**31 - 1, -(2**31)))
    else:  # a single pixel, row or column
        numbers = [0, 0, random.choice((0, numbers[2])), random.choice((0, numbers[3]))]
    _replace(part, name, b"".join(struct.pack("<I", number % 2**32) for number in numbers))


def _channels(random: Random, exr: Exr) -> None:
    part = random.choice(exr.parts)
    held = next((value for own, _, value in part if own == b"channels"), b"\0")
    listed, at = [], 0
    while at < len(held) and held[at] != 0:
        end = held.find(b"\0", at)
        if end < 0 or end + 17 > len(held):
            return
        listed.append([held[at:end], held[end + 1 : end + 17]])
        at = end + 17
    if not listed:
        return
    chosen = random.choice(listed)
    kind, linear, across, down = struct.unpack("<iIii", chosen[1])
    way = random.randrange(6)
    if way == 0:
        others = (b"A", b"R", b"Y", b"RY", b"Z", b"caf\xe9", b"", b"matte.A", b"fill.R", b"confidence.A", b"left.R")
        chosen[0] = random.choice((*others, b"x" * 255, b"x" * 300, b"."))
    elif way == 1:
        chosen[1] = struct.pack("<iIii", random.choice((0, 1, 2, 3, -1)), linear, across, down)
    elif way == 2:
        sampling = random.choice((0, 1, 2, 3, -1, 2**16, 2**31 - 1))
        chosen[1] = struct.pack("<iIii", kind, linear, sampling, random.choice((down, sampling)))
    elif way == 3:
        listed.remove(chosen)
    elif way == 4:
        listed.append(list(chosen))
    else:
        listed += [[f"layer{number}.R".encode(), chosen[1]] for number in range(random.choice((3, 2000)))]
    _replace(part, b"channels", b"".join(name + b"\0" + rest for name, rest in listed) + b"\0")


def _version(random: Random, exr: Exr) -> None:
    exr.version ^= 1 << random.randrange(16)


def _offset(random: Random, exr: Exr) -> None:
    at, other = random.randrange(len(exr.table)), random.randrange(len(exr.table))
    changed = (0, 1, 8, 2**32, 2**63, 2**64 - 1, exr.table[at] + 1, exr.table[at] - 4, exr.table[other])
    exr.table[at] = random.choice(changed)


def _chunk(random: Random, exr: Exr) -> None:
    """What stands before the pixels of a chunk: its row or tile, and how long it is."""
    lengths = [8 * number for number in range(3)]
    begin = random.choice(exr.table) - min(exr.table) + random.choice((0, 4, *lengths))
    if 0 <= begin <= len(exr.chunks) - 4:
        (held,) = struct.unpack_from("<i", exr.chunks, begin)
        changed = random.choice((packed(random, "<I"), struct.pack("<I", (held + random.choice((-1, 1, 16))) % 2**32)))
        exr.chunks = exr.chunks[:begin] + changed + exr.chunks[begin + 4 :]


def _pixels(random: Random, exr: Exr) -> None:
    """Numbers that are none, or extreme, where pixels lie: of an uncompressed file these are pixels."""
    if len(exr.chunks) < 8:
        return
    at = random.randrange(len(exr.chunks) - 4)
    number = random.choice(
        (b"\x00\x7c", b"\xff\x7f", b"\x01\x00", b"\x00\x80\x7f\x7f", b"\x00\x00\xc0\x7f", b"\xff" * 4)
    )
    count = random.choice((1, 1, 8, 64))
    exr.chunks = (exr.chunks[:at] + number * count + exr.chunks[at + len(number) * count :])[: len(exr.chunks)]


def _false_length(random: Random, data: bytes, exr: Exr) -> bytes:
    """An attribute that says that it is longer or shorter than it is."""
    name, kind, _ = random.choice(random.choice(exr.parts))
    at = data.find(name + b"\0" + kind + b"\0")
    begin = at + len(name) + len(kind) + 2
    return data[:begin] + packed(random, "<I") + data[begin + 4 :] if at >= 0 else data
