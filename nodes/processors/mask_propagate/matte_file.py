"""Carried mattes on disk: an EXR for each frame beside the step's index, which artists' tools can show and replace."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.shot_step import files_state
from vfxlib.errors import PictureError, UsageError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.io.open_file import reading_own
from vfxlib.layer_names import CONFIDENCE, EFFECT, INDEX, MATTE, OBJECT_THRESHOLD
from vfxlib.mask_propagate.frame import CarriedMatte
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState

__all__ = ["carried_file", "carried_path", "carry_state", "read_carried", "write_carried"]


def carried_path(index: Path, number: int) -> Path:
    """The file of a frame.

    index  carry.json
    """
    return index.with_name(f"carry.{number:04d}.exr")


def carried_file(context: StepContext, number: int) -> Path:
    """The file of a frame that the step carry has made, or that somebody has put in its place.

    raises  UsageError if it is not there
    """
    path = carried_path(context.index_file("carry"), number)
    if not path.exists():
        raise UsageError(
            f"the matte of frame {number} has not been carried",
            where=path,
            fix=f"run --step {context.job_node.address('carry')} again, or the whole job",
        )
    return path


def carry_state(context: StepContext, wanted: str) -> FileState:
    """What the step carry has left: its index, and the file of every frame."""
    paths = (carried_path(context.index_path, number) for number in context.shot.frames)
    return files_state(context, wanted, ((path, wanted) for path in paths))


def write_carried(path: Path, carried: CarriedMatte, fingerprint: str) -> None:
    """Write a frame, whole or not at all.

    raises  OutputError
    """
    height, width = carried.matte.shape
    box = Box(0, 0, width, height)
    channels: dict[str, NDArray[np.generic]] = {
        MATTE: carried.matte.astype(np.float32),
        INDEX: carried.index.astype(np.float32),
        CONFIDENCE: carried.confidence.astype(np.float32),
        EFFECT: carried.effect.astype(np.float32),
    }
    attributes = {FINGERPRINT: fingerprint}
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes=attributes)


def read_carried(path: Path) -> CarriedMatte:
    """Read a frame, also one that an artist has painted: only its matte must be there.

    Without an index the matte from 0.5 on is object 1; without a confidence it is sure; without an effect there is
    none.

    raises  PictureError if it cannot be read or holds no matte
    """
    with reading_own():
        raw = read_channels(path, 0)
    if MATTE not in raw.channels:
        raise PictureError(
            f"there is no channel {MATTE}; it holds {', '.join(sorted(raw.channels))}",
            where=path,
            fix="keep its name when you change it, or delete the file and run the step again",
        )
    channels = {name: reframe(pixels, raw.header.data, raw.header.display) for name, pixels in raw.channels.items()}
    matte = _share(channels, MATTE, 0)
    index = (matte >= OBJECT_THRESHOLD).astype(np.int32)
    if INDEX in channels:
        with np.errstate(invalid="ignore"):  # signalling NaN
            stored = np.nan_to_num(channels[INDEX].astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        index = np.rint(stored).clip(min=0).astype(np.int32)
    return CarriedMatte(matte, index, _share(channels, CONFIDENCE, 1), _share(channels, EFFECT, 0))


def _share(channels: Mapping[str, NDArray[np.generic]], name: str, otherwise: float) -> Array:
    """A channel as 0..1; NaN as 0."""
    if name not in channels:
        return np.full(channels[MATTE].shape, otherwise, np.float32)
    values: Array = np.nan_to_num(as_float(channels[name]), nan=0.0, posinf=1.0, neginf=0.0)
    return np.clip(values, 0, 1, out=values)
