"""Cryptomatte: the coverage of an object by its name, from the ids and coverages that a renderer stored.

Specification: Friedman and Jones, "Cryptomatte" 1.2.0 (Psyop): ids are 32-bit MurmurHash3 of the name with its bits
made into a finite float; each pixel holds pairs of id and coverage in ranks; names are in a JSON manifest.
"""

import difflib
import fnmatch
import logging
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import numpy as np

from vfxlib.errors import MatteError
from vfxlib.image.picture import Array, Header, RawFrame
from vfxlib.io.exr_attributes import words
from vfxlib.io.footage import Footage
from vfxlib.io.json_file import parse_json, read_json
from vfxlib.io.os_errors import reason

__all__ = ["PREFIX", "CryptoLayer", "Cryptomatte", "id_of", "layers", "manifest", "open_cryptomatte"]

PREFIX = "cryptomatte:"
_PAIRS = (("r", "g"), ("b", "a"))  # id and coverage
_SPELLINGS = {"r": ("R", "r", "red"), "g": ("G", "g", "green"), "b": ("B", "b", "blue"), "a": ("A", "a", "alpha")}
log = logging.getLogger("paintout")
_HEX = re.compile(r"0x([0-9a-fA-F]{8})")


@dataclass(frozen=True)
class CryptoLayer:
    """One Cryptomatte of a file.

    name   as the renderer called it, and as its channels begin
    key    by which its attributes are found: ``cryptomatte/KEY/...``
    """

    name: str
    key: str


@dataclass(frozen=True)
class Cryptomatte:
    """Objects of one layer, each by its name or by a pattern that names several.

    layer     name of the layer
    patterns  names of objects; ``*`` and ``?`` may stand for others; ``0x`` and eight digits are an id itself
    known     for each of them the ids of its objects by the manifests that were seen when it was opened
    """

    layer: str
    patterns: tuple[str, ...]
    known: tuple[tuple[int, ...], ...]

    def channels(self, header: Header) -> list[str]:
        """The channels to read from a frame.

        raises  MatteError if the layer has none there
        """
        return [name for rank in _ranks(header, self.layer) for name in rank]

    def coverage(self, frame: RawFrame) -> Array:
        """How much of each pixel the objects cover together.

        frame    read with ``channels``
        returns  [h w] float32, 0..1
        raises   MatteError if the ids are not 32-bit floats
        """
        return self._covered_by(frame, {number for ids in self._ids(frame.header) for number in ids})

    def coverages(self, frame: RawFrame) -> tuple[Array, ...]:
        """How much of each pixel each of the objects covers, in the order of ``patterns``; as ``coverage``."""
        return tuple(self._covered_by(frame, ids) for ids in self._ids(frame.header))

    def _ids(self, header: Header) -> list[set[int]]:
        names = manifest(header, _layer(header, self.layer))
        return [{*known, *_ids_in(names, pattern)} for pattern, known in zip(self.patterns, self.known, strict=True)]

    def _covered_by(self, frame: RawFrame, ids: Collection[int]) -> Array:
        header = frame.header
        wanted = np.array(sorted(ids), np.uint32)
        total: Array = np.zeros((header.data.height, header.data.width), np.float32)
        for id_name, coverage_name in _ranks(header, self.layer):
            numbers = frame.channels[id_name]
            if numbers.dtype not in (np.float32, np.uint32):
                raise MatteError(
                    f"the ids of Cryptomatte {self.layer!r} are stored as {numbers.dtype}, which breaks them",
                    where=header.path,
                    fix="render Cryptomatte as 32-bit float",
                )
            match = np.isin(np.ascontiguousarray(numbers).view(np.uint32), wanted)
            share = np.nan_to_num(frame.channels[coverage_name].astype(np.float32), nan=0.0, posinf=1.0, neginf=0.0)
            total += np.where(match, share, np.float32(0))
        return np.clip(total, 0, 1, out=total)


def layers(header: Header) -> list[CryptoLayer]:
    """The Cryptomattes that a file says it has."""
    found: list[CryptoLayer] = []
    for name, value in header.attributes.items():
        bits = name.split("/")
        if len(bits) == 3 and bits[0] == "cryptomatte" and bits[2] == "name":
            found.extend(CryptoLayer(word, bits[1]) for word in words(value)[:1])
    return sorted(found, key=lambda layer: layer.name)


def manifest(header: Header, layer: CryptoLayer) -> dict[str, int]:
    """Names of the layer's objects and their ids; from the header, else from the file that it names; may be empty.

    raises  MatteError if it is there and cannot be read
    """
    where = header.path
    try:
        inside = header.attributes.get(f"cryptomatte/{layer.key}/manifest")
        if inside is not None:
            table = parse_json("".join(words(inside)))
        else:
            beside = _sidecar(header, layer)
            if beside is None:
                return {}
            where = beside
            table = read_json(where)
        return {str(name): int(str(number), 16) & 0xFFFFFFFF for name, number in table.items()}
    except FileNotFoundError:
        return {}  # names are then hashed; a manifest only helps to spell them
    except OSError as error:
        _warn_once(
            where.absolute(),
            f"{where}: the manifest of Cryptomatte {layer.name} cannot be read ({reason(error)}); names are hashed",
        )
        return {}
    except (ValueError, AttributeError) as error:
        raise MatteError(
            f"the manifest of Cryptomatte {layer.name!r} cannot be read ({_short(error)})",
            where=where,
            fix="render it again",
        ) from error


def _sidecar(header: Header, layer: CryptoLayer) -> Path | None:
    """The file that a header names for the manifest, in the frame's folder or below it; None if it names none there."""
    named = "".join(words(header.attributes.get(f"cryptomatte/{layer.key}/manif_file")))
    if not named:
        return None
    if "\0" in named or "\\" in named or PurePosixPath(named).is_absolute() or ".." in PurePosixPath(named).parts:
        _warn_once(
            header.path.parent.absolute(),
            f"{header.path.parent}: Cryptomatte {layer.name} names the manifest {named!r}, "
            "which must lie beside the frames; names are hashed",
        )
        return None
    return header.path.parent / named


@cache
def _warn_once(of: Path, text: str) -> None:
    """Warn of a file, for which is asked on every frame."""
    log.warning("%s", text)


def _short(error: Exception) -> str:
    return str(error) if isinstance(error, ValueError) and len(str(error)) < 100 else "it is no table of names and ids"


def open_cryptomatte(footage: Footage, spelling: str, chosen: Sequence[str] = ()) -> Cryptomatte:
    """Find an object that ``cryptomatte:LAYER/NAME`` names; LAYER may be left out if only one layer knows the name.

    footage  EXR frames
    chosen   names of objects, for a spelling that names only the layer
    raises   MatteError if there is no Cryptomatte, no such layer or no such object in any frame, with near names
    """
    layer_name, _, pattern = spelling.removeprefix(PREFIX).partition("/")
    first = footage.header(footage.frames[0])
    if pattern and chosen:
        raise MatteError(
            f"--remove chooses objects, and {spelling!r} names one",
            where=first.path,
            fix=f"leave out --remove, or write --matte-channel {PREFIX}{layer_name}",
        )
    patterns = tuple(chosen) or (pattern,)
    if not all(patterns) or (not layer_name and len(layers(first)) != 1):
        there = ", ".join(layer.name for layer in layers(first)) or "none"
        raise MatteError(
            f"{spelling!r} names no object",
            where=first.path,
            fix=f"write {PREFIX}LAYER/NAME, or {PREFIX}LAYER and --remove NAME,NAME; layers: {there}",
        )
    layer = _layer(first, layer_name)
    _ranks(first, layer.name)
    names: dict[str, int] = {}
    for number in footage.frames:  # an object that is out of sight on the first frame may be missing in its manifest
        header = footage.header(number)
        names |= manifest(header, _layer(header, layer.name))
        found = [tuple(sorted(_ids_in(names, pattern))) for pattern in patterns]
        if all(found):
            return Cryptomatte(layer.name, patterns, tuple(found))
    if not names:
        return Cryptomatte(layer.name, patterns, tuple((id_of(pattern),) for pattern in patterns))
    absent = next(pattern for pattern, ids in zip(patterns, found, strict=True) if not ids)
    raise MatteError(f"Cryptomatte {layer.name!r} has no {absent!r}", where=footage.spelling, fix=_near(names, absent))


def _near(there: Collection[str], pattern: str) -> str:
    names = [name.encode("utf-8", "backslashreplace").decode() for name in there]  # half a surrogate pair is no text
    folded = {name.casefold(): name for name in names}
    near = [folded[name] for name in difflib.get_close_matches(pattern.casefold(), folded, 6, 0.5)]
    near += [name for name in sorted(names) if pattern.casefold() in name.casefold() and name not in near][:6]
    if near:
        return f"did you mean {', '.join(near)}?"
    listed = sorted(names)[:12]
    return f"it has {', '.join(listed)}" + (f" and {len(names) - 12} more" if len(names) > 12 else "")


def _layer(header: Header, name: str) -> CryptoLayer:
    there = layers(header)
    if not name and len(there) == 1:
        return there[0]
    short = name.casefold()
    for found in (
        [layer for layer in there if layer.name == name],
        [layer for layer in there if layer.name.casefold() == short],
        [layer for layer in there if layer.name.rsplit(".", 1)[-1].casefold() == short],
    ):
        if len(found) == 1:
            return found[0]
    names = ", ".join(layer.name for layer in there)
    raise MatteError(
        f"there is no Cryptomatte {name!r}" if there else "the file has no Cryptomatte",
        where=header.path,
        fix=f"it has {names}" if there else "render one, or give the matte as a channel",
    )


def _ids_in(names: Mapping[str, int], pattern: str) -> set[int]:
    if pattern in names:
        return {names[pattern]}
    if found := _HEX.fullmatch(pattern):
        return {int(found[1], 16)}
    return {number for name, number in names.items() if fnmatch.fnmatchcase(name, pattern)}


def _ranks(header: Header, layer: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for rank in range(100):
        for pair in _PAIRS:
            names = [_channel(header, f"{layer}{rank:02d}", letter) for letter in pair]
            if names[0] and names[1]:
                found.append((names[0], names[1]))
    if not found:
        raise MatteError(
            f"Cryptomatte {layer!r} is named in the header but has no channels",
            where=header.path,
            fix="render it again with its layers",
        )
    return found


def _channel(header: Header, layer: str, letter: str) -> str:
    return next((f"{layer}.{name}" for name in _SPELLINGS[letter] if f"{layer}.{name}" in header.channels), "")


def _encoded(name: str) -> bytes:
    try:
        return name.encode("utf-8", "surrogateescape")  # a name of a command line in another encoding has its own bytes
    except UnicodeEncodeError:
        return name.encode("utf-8", "replace")


def id_of(name: str) -> int:
    """The id of an object's name: MurmurHash3 (32 bit, seed 0), made into the bits of a finite float.

    name     the object
    returns  unsigned 32-bit number
    """
    data = _encoded(name)
    most = 0xFFFFFFFF
    value = 0
    for at in range(0, len(data), 4):
        block = int.from_bytes(data[at : at + 4], "little") * 0xCC9E2D51 & most
        value ^= (block << 15 | block >> 17) * 0x1B873593 & most
        if len(data) - at >= 4:
            value = ((value << 13 | value >> 19) * 5 + 0xE6546B64) & most
    value ^= len(data)
    value = (value ^ value >> 16) * 0x85EBCA6B & most
    value = (value ^ value >> 13) * 0xC2B2AE35 & most
    value ^= value >> 16
    exponent = value >> 23 & 255
    return value ^ (1 << 23) if exponent in (0, 255) else value  # never a denormal, an infinity or NaN
