"""What a step has written, and whether it still holds: fingerprints of inputs in the headers of outputs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from vfxlib.errors import OutputError, PictureError
from vfxlib.io.exr import read_attribute
from vfxlib.version import VERSION

__all__ = [
    "FINGERPRINT",
    "FileState",
    "FingerprintBase",
    "file_state",
    "fingerprint_base",
    "identity",
    "refuse_foreign",
]

FINGERPRINT = "paintout/fingerprint"


class FileState(Enum):
    """What lies at the place where a frame will be written."""

    ABSENT = "absent"
    DONE = "done"  # ours, made from exactly these inputs
    STALE = "stale"  # ours, made from others
    FOREIGN = "foreign"  # somebody else's


@dataclass(frozen=True)
class FingerprintBase:
    """What all frames of a step are made with; with a frame's inputs it makes the fingerprint."""

    values: str

    def of(self, inputs: Mapping[str, Any]) -> str:
        """SHA-256 of the recipe and the identities of everything that a frame is made from."""
        return hashlib.sha256((self.values + _canonical(inputs)).encode()).hexdigest()


def fingerprint_base(
    *, node: str, step: str, params: Mapping[str, Any], device: str, shot: Mapping[str, Any]
) -> FingerprintBase:
    """The part of the fingerprint that all frames share.

    node, step  their names
    params      the parameters that change the step's result
    device      kind of device, "cpu", "cuda" or "mps"
    shot        colour spaces, matte channel and the like: what turns files into numbers; never paths
    """
    return FingerprintBase(
        _canonical({"version": VERSION, "node": node, "step": step, "params": params, "device": device, "shot": shot})
    )


def identity(path: Path) -> str:
    """What a file of an earlier step counts as: its fingerprint if Paintout wrote it, else its content's SHA-256.

    raises  PictureError if it cannot be read
    """
    try:
        own = read_attribute(path, FINGERPRINT) if path.suffix == ".exr" else None
        if own is not None:
            return str(own)
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise PictureError(f"cannot be read ({error.strerror})", where=path, fix="run the step before again") from error


def file_state(path: Path, wanted: str) -> FileState:
    """What lies at ``path``, seen from a frame whose fingerprint is ``wanted``."""
    if not path.exists():
        return FileState.ABSENT
    try:
        own = read_attribute(path, FINGERPRINT)
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


def _canonical(values: Mapping[str, Any]) -> str:
    return json.dumps(values, sort_keys=True, separators=(",", ":"), default=str)
