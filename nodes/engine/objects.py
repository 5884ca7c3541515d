"""The objects of a result: a layer for each of those that stay apart, and a Cryptomatte of them all."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nodes.engine.layers import wants_objects
from nodes.job import Job
from vfxlib.image.picture import Array
from vfxlib.inputs.matte import Matte
from vfxlib.inputs.shot import OpenShot, ShotFrame
from vfxlib.layer_names import MATTE, object_layers
from vfxlib.pipeline.cryptomatte import CryptomatteLayer, cryptomatte_of
from vfxlib.pipeline.merge import HALF_LEAST

__all__ = ["ResultObjects", "result_objects"]


@dataclass(frozen=True)
class ResultObjects:
    """What is written of objects, the same on every frame.

    channels     of the objects that stay apart, in the order in which the shot tells them; () if none are written
    cryptomatte  None if none is written
    """

    channels: tuple[str, ...] = ()
    cryptomatte: CryptomatteLayer | None = None

    @property
    def names(self) -> frozenset[str]:
        """Every channel that is written."""
        return frozenset((*self.channels, *(self.cryptomatte.channel_names if self.cryptomatte else ())))

    @property
    def pixel_bytes(self) -> int:
        """Bytes that they add to a pixel."""
        return 2 * len(self.channels) + (4 * len(self.cryptomatte.channel_names) if self.cryptomatte else 0)

    @property
    def attributes(self) -> Mapping[str, str]:
        """What the header says of them."""
        return {} if self.cryptomatte is None else self.cryptomatte.attributes

    def of(self, shot: OpenShot, frame: ShotFrame) -> dict[str, NDArray[np.generic]]:
        """The channels of a frame.

        raises  MatteError, PictureError if its matte cannot be read
        """
        if not self.names:
            return {}
        # of each object no more than of all together: they do not shrink apart where their union shrinks
        parts = [np.minimum(part, frame.matte) for part in shot.objects_of(frame.number)]
        made: dict[str, NDArray[np.generic]] = {}
        if self.channels:
            made.update(zip(self.channels, map(_as_half, parts), strict=True))
        if self.cryptomatte is not None:
            made.update(self.cryptomatte.channels(parts or [frame.matte]))
        return made


def result_objects(job: Job, matte: Matte | None) -> ResultObjects:
    """What a job's result has of objects.

    matte  as the last node sees it
    """
    if matte is None:
        return ResultObjects()
    channels = tuple(f"{layer}.A" for layer in object_layers(matte.names)) if wants_objects(job) else ()
    return ResultObjects(channels, cryptomatte_of(_names(matte)) if job.output.cryptomatte else None)


def _names(matte: Matte) -> tuple[str, ...]:
    if matte.names:
        return matte.names
    return (MATTE.partition(".")[0],) if matte.cryptomatte is None else matte.cryptomatte.patterns


def _as_half(part: Array) -> NDArray[np.float16]:
    """Never too faint for half: it was replaced."""
    return np.where(part > 0, np.maximum(part, HALF_LEAST), np.float32(0)).astype(np.float16)
