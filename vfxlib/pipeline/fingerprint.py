"""What a step has written, and whether it still holds: fingerprints of inputs in the headers of outputs."""

from collections.abc import Callable
from enum import Enum
from pathlib import Path

from vfxlib.errors import OutputError, PictureError
from vfxlib.io.exr import read_attribute
from vfxlib.io.json_file import parse_json, read_json
from vfxlib.io.open_file import open_regular

__all__ = ["FINGERPRINT", "FileState", "file_state", "identity", "read_fingerprint", "refuse_foreign"]

FINGERPRINT = "paintout/fingerprint"
MOST_HEADER = 1 << 24  # bytes of what a file of weights says about itself


class FileState(Enum):
    """What lies at the place where a frame will be written."""

    ABSENT = "absent"
    DONE = "done"  # ours, made from exactly these inputs
    STALE = "stale"  # ours, made from others
    FOREIGN = "foreign"  # somebody else's


def read_fingerprint(path: Path) -> str | None:
    """The fingerprint of an EXR, JSON or safetensors file; None if it has none, so that somebody else made it.

    raises  PictureError if it is an EXR whose header is damaged
    """
    if path.suffix == ".safetensors":
        return _of_weights(path)
    if path.suffix != ".json":
        own = read_attribute(path, FINGERPRINT)
        return None if own is None else str(own)
    try:
        content = read_json(path)
        return str(content[FINGERPRINT]) if FINGERPRINT in content else None
    except (OSError, ValueError, TypeError):
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


def identity(path: Path, of_content: Callable[[Path], str]) -> str:
    """What a file of an earlier step counts as: its fingerprint if Paintout wrote it, else what its content does.

    of_content  SHA-256 of a file
    raises      PictureError if it cannot be read
    """
    own = read_fingerprint(path) if path.suffix == ".exr" else None
    return of_content(path) if own is None else own


def file_state(path: Path, wanted: str) -> FileState:
    """What lies at ``path``, seen from a frame, or an index, whose fingerprint is ``wanted``."""
    if not path.exists():
        return FileState.ABSENT
    try:
        own = read_fingerprint(path)
    except PictureError:
        return FileState.FOREIGN  # whatever it is, it is not ours to write over
    if own is None:
        return FileState.FOREIGN
    return FileState.DONE if own == wanted else FileState.STALE


def refuse_foreign(path: Path) -> OutputError:
    """The error for a place that holds somebody else's file."""
    return OutputError(
        "was not written by Paintout", where=path, fix="choose another output, or pass --overwrite to write over it"
    )
