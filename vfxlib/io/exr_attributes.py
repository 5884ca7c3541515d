"""EXR attributes as plain Python values, and back to the same bytes (standard library only).

Numbers, words, rationals, windows, vectors and matrices become plain values; a time code is a value of its own. What
would not come back bit for bit (doubles, previews, types of some studio) stays an ``Opaque``: nothing is lost by not
being understood.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from vfxlib.io.exr_header import StoredAttribute, readable

__all__ = [
    "STRUCTURAL",
    "KeyCode",
    "Opaque",
    "TimeCode",
    "decode_attribute",
    "encode_attribute",
    "well_formed",
    "words",
]

# what says how the file is built; the writer decides these anew
STRUCTURAL = frozenset(
    {
        "channels",
        "chunkCount",
        "compression",
        "dataWindow",
        "deepImageState",
        "displayWindow",
        "dwaCompressionLevel",
        "idManifest",
        "lineOrder",
        "maxSamplesPerPixel",
        "multiView",
        "name",
        "pixelAspectRatio",
        "preview",
        "tiles",
        "type",
        "version",
        "view",
    }
)


@dataclass(frozen=True)
class TimeCode:
    """SMPTE time code: the packed time with its flags, and the user's bits."""

    time: int
    user: int = 0

    def __str__(self) -> str:
        hours, minutes = _bcd(self.time >> 24 & 0x3F), _bcd(self.time >> 16 & 0x7F)
        seconds, frames = _bcd(self.time >> 8 & 0x7F), _bcd(self.time & 0x3F)
        drop = ";" if self.time & 0x40 else ":"
        return f"{hours:02d}:{minutes:02d}:{seconds:02d}{drop}{frames:02d}"


@dataclass(frozen=True)
class KeyCode:
    """Film edge code: maker, type, prefix, count, offset, perforations a frame and a count."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Opaque:
    """An attribute that is carried and not understood."""

    kind: str
    data: bytes


def _bcd(packed: int) -> int:
    return (packed >> 4) * 10 + (packed & 15)


_FLOATS = {"v2f": 2, "v3f": 3, "chromaticities": 8, "m33f": 9, "m44f": 16}
_WHOLE = {"v2i": 2, "v3i": 3, "box2i": 4}
_LENGTHS = {kind: 4 * count for kind, count in (*_FLOATS.items(), *_WHOLE.items())} | {
    "box2f": 16,
    "compression": 1,
    "double": 8,
    "envmap": 1,
    "float": 4,
    "int": 4,
    "keycode": 28,
    "lineOrder": 1,
    "m33d": 72,
    "m44d": 128,
    "rational": 8,
    "tiledesc": 9,
    "timecode": 8,
    "v2d": 16,
    "v3d": 24,
}
_FRUSTUM = {"screenWindowCenter": "v2f", "screenWindowWidth": "float"}  # without these no reader takes a file


def decode_attribute(stored: StoredAttribute) -> object:
    """The plain value of an attribute, or an ``Opaque`` if writing the value would give other bytes."""
    try:
        value = _decode(stored.kind, stored.data)
        if encode_attribute(value) == stored:
            return value
    except (ValueError, struct.error):
        pass
    return Opaque(stored.kind, stored.data)


def words(value: object) -> tuple[str, ...]:
    """The words of a decoded attribute, a string or a list of them in whatever encoding; () if it is neither."""
    if isinstance(value, str):
        return (value,)
    if isinstance(value, Opaque) and value.kind == "string":
        return (readable(value.data),)
    if isinstance(value, Opaque) and value.kind == "stringvector":
        return _words(value.data, readable) if well_formed("", StoredAttribute(value.kind, value.data)) else ()
    return tuple(value) if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else ()


def well_formed(name: str, stored: StoredAttribute) -> bool:
    """Whether a reader of EXR files gets past an attribute; after one of a wrong length it finds no other."""
    kind, data = stored.kind, stored.data
    if name in _FRUSTUM:
        return kind == _FRUSTUM[name] and len(data) == _LENGTHS[kind] and _is_finite(data)
    if kind in _LENGTHS:
        return len(data) == _LENGTHS[kind]
    if kind == "floatvector":
        return len(data) % 4 == 0
    if kind == "stringvector":
        return _is_words(data)
    if kind == "bytes":  # the length of a hint, the hint, and the rest
        return len(data) >= 4 and int.from_bytes(data[:4], "little") <= len(data) - 4
    return kind not in ("chlist", "preview")


def _is_finite(data: bytes) -> bool:
    return all(abs(value) < 1e30 for (value,) in struct.iter_unpack("<f", data))


def _is_words(data: bytes) -> bool:
    at = 0
    while at < len(data):
        if at + 4 > len(data):
            return False
        (length,) = struct.unpack_from("<i", data, at)
        if not 0 <= length <= len(data) - at - 4:
            return False
        at += 4 + length
    return True


def _decode(kind: str, data: bytes) -> object:
    if kind == "string":
        return data.decode("utf-8")
    if kind == "int":
        return int(struct.unpack("<i", data)[0])
    if kind == "float":
        return float(struct.unpack("<f", data)[0])
    if kind == "rational":
        return Fraction(*struct.unpack("<iI", data)) if data[4:] != b"\0" * 4 else None
    if kind == "timecode":
        return TimeCode(*struct.unpack("<II", data))
    if kind == "keycode":
        return KeyCode(struct.unpack("<7i", data))
    if kind in _FLOATS:
        return struct.unpack(f"<{_FLOATS[kind]}f", data)
    if kind in _WHOLE:
        return struct.unpack(f"<{_WHOLE[kind]}i", data)
    if kind == "stringvector":
        return _words(data)
    return None


def _words(data: bytes, decode: Callable[[bytes], str] = bytes.decode) -> tuple[str, ...]:
    found, at = [], 0
    while at < len(data):
        (length,) = struct.unpack_from("<i", data, at)
        found.append(decode(data[at + 4 : at + 4 + length]))
        at += 4 + max(length, 0)
    return tuple(found)


def encode_attribute(value: object) -> StoredAttribute:
    """The bytes of a plain value.

    value   str, int, float, Fraction, TimeCode, KeyCode, Opaque, or a tuple of all str, all int or all float
    raises  ValueError for anything else, or a number that does not fit
    """
    for kind, encode in _ENCODERS.items():
        if type(value) is kind:
            try:
                return encode(value)
            except struct.error as error:
                raise ValueError(f"{value!r} does not fit into an EXR attribute") from error
    raise ValueError(f"{value!r} cannot be an EXR attribute")


def _tuple(value: tuple[object, ...]) -> StoredAttribute:
    kinds = {type(item) for item in value}
    if kinds == {float}:
        for kind, length in _FLOATS.items():
            if len(value) == length:
                return StoredAttribute(kind, struct.pack(f"<{length}f", *value))
    if kinds == {int}:
        for kind, length in _WHOLE.items():
            if len(value) == length:
                return StoredAttribute(kind, struct.pack(f"<{length}i", *value))
    if kinds == {str}:
        listed = [str(item).encode() for item in value]
        return StoredAttribute("stringvector", b"".join(struct.pack("<i", len(word)) + word for word in listed))
    raise ValueError(f"{value!r} cannot be an EXR attribute")


_ENCODERS: Mapping[type, Callable[..., StoredAttribute]] = {
    str: lambda value: StoredAttribute("string", value.encode()),
    int: lambda value: StoredAttribute("int", struct.pack("<i", value)),
    float: lambda value: StoredAttribute("float", struct.pack("<f", value)),
    Fraction: lambda value: StoredAttribute("rational", struct.pack("<iI", value.numerator, value.denominator)),
    TimeCode: lambda value: StoredAttribute("timecode", struct.pack("<II", value.time, value.user)),
    KeyCode: lambda value: StoredAttribute("keycode", struct.pack("<7i", *value.numbers)),
    Opaque: lambda value: StoredAttribute(value.kind, value.data),
    tuple: _tuple,
}
