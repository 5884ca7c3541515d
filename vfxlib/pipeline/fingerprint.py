"""What a step has written, and whether it still holds: fingerprints of inputs in the headers of outputs.

Beside a fingerprint stands a checksum of what was written. An artist's tool may keep all of a header when it saves, so
a file whose content is another is the artist's, whatever its fingerprint says.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any, Protocol

from vfxlib.errors import OutputError, PictureError
from vfxlib.io.exr import Pixels, pixels_of, read_attribute
from vfxlib.io.json_file import parse_json, read_json
from vfxlib.io.open_file import open_regular

__all__ = [
    "CUT",
    "FINGERPRINT",
    "FileState",
    "Fingerprints",
    "file_state",
    "fingerprint_with",
    "identity",
    "index_fingerprint",
    "read_fingerprint",
    "refuse_foreign",
    "signed",
]

FINGERPRINT = "paintout/fingerprint"
CHECKSUM = "paintout/checksum"  # of an index: SHA-256 of all the rest
CUT = "cut"  # in place of the fingerprint of an EXR of ours some of whose pixels are not there
AND = "+"  # in a fingerprint, before each layer that was asked for beside the usual ones
MOST_HEADER = 1 << 24  # bytes of what a file of weights says about itself


class FileState(Enum):
    """What lies at the place where a frame will be written."""

    ABSENT = "absent"
    DONE = "done"  # ours, made from exactly these inputs
    STALE = "stale"  # ours, made from others, or not whole
    FOREIGN = "foreign"  # somebody else's


class Fingerprints(Protocol):
    """Who reads fingerprints, and may remember them."""

    def fingerprint(self, path: Path) -> str | None:
        """As ``read_fingerprint``."""

    def wrote(self, path: Path, fingerprint: str) -> None:
        """Is told of a file that was just written."""


def read_fingerprint(path: Path) -> str | None:
    """The fingerprint of an EXR, JSON or safetensors file.

    Of weights the header alone is read; whoever reads these checks their own checksum.

    returns  None if it has none or its content is not what was written, so that somebody else made it; ``CUT`` of an
             EXR of ours that is not whole
    raises   PictureError if it is an EXR whose header is damaged
    """
    if path.suffix == ".safetensors":
        return _of_weights(path)
    if path.suffix == ".json":
        return _of_index(path)
    own = read_attribute(path, FINGERPRINT)
    if own is None:
        return None
    return {Pixels.AS_WRITTEN: str(own), Pixels.CHANGED: None, Pixels.CUT: CUT}[pixels_of(path)]


def signed(content: Mapping[str, Any], fingerprint: str) -> dict[str, Any]:
    """What an index holds, with its fingerprint and checksum before it."""
    return {FINGERPRINT: fingerprint, CHECKSUM: _checksum(content), **content}


def _checksum(content: Mapping[str, Any]) -> str:
    """SHA-256 of what an index says, however it is laid out."""
    plain = json.loads(json.dumps(content))  # names that are numbers come back as text
    return hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def index_fingerprint(content: Mapping[str, Any]) -> str | None:
    """The fingerprint of an index that is read already; None as of ``read_fingerprint``."""
    rest = dict(content)
    own, checksum = rest.pop(FINGERPRINT, None), rest.pop(CHECKSUM, None)
    return None if own is None or checksum not in (None, _checksum(rest)) else str(own)


def _of_index(path: Path) -> str | None:
    try:
        content = read_json(path)
        return index_fingerprint(content) if isinstance(content, dict) else None
    except (OSError, ValueError, TypeError, AttributeError):
        return None


def _of_weights(path: Path) -> str | None:
    """From the header alone, which is JSON behind its length: whoever asks this needs no torch."""
    try:
        with open_regular(path) as file:
            length = int.from_bytes(file.read(8), "little")
            header = parse_json(file.read(length)) if length < MOST_HEADER else {}
        own = header.get("__metadata__", {}).get(FINGERPRINT)
        return None if own is None else str(own)
    except (OSError, ValueError, AttributeError):
        return None


def fingerprint_with(fingerprint: str, layers: Sequence[str]) -> str:
    """The fingerprint of a file that holds layers which were asked for, and else what it holds without them."""
    return fingerprint + "".join(AND + name for name in sorted(layers))


def identity(path: Path, of_content: Callable[[Path], str], fingerprint: Callable[[Path], str | None]) -> str:
    """What a file of an earlier step counts as: its fingerprint if Paintout wrote it, else what its content does.

    Layers that were asked for change nothing of the others: what is made from these stays as it is.

    of_content   SHA-256 of a file
    fingerprint  as ``read_fingerprint``
    raises       PictureError if it cannot be read
    """
    own = fingerprint(path) if path.suffix == ".exr" else None
    return of_content(path) if own is None or own == CUT else own.partition(AND)[0]


def file_state(path: Path, wanted: str, fingerprint: Callable[[Path], str | None] = read_fingerprint) -> FileState:
    """What lies at ``path``, seen from a frame, or an index, whose fingerprint is ``wanted``.

    fingerprint  as ``read_fingerprint``
    """
    if not path.exists():
        return FileState.ABSENT
    try:
        own = fingerprint(path)
    except PictureError:
        return FileState.FOREIGN  # whatever it is, it is not ours to write over
    if own is None:
        return FileState.FOREIGN
    return FileState.DONE if own == wanted else FileState.STALE


def refuse_foreign(path: Path) -> OutputError:
    """The error for a place that holds somebody else's file."""
    return OutputError(
        "was not written by Paintout, or was changed since",
        where=path,
        fix="choose another output, or pass --overwrite to write over it",
    )
