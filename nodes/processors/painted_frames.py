"""Frames that an artist has cleaned by hand: sources that are trusted in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from nodes.engine.context import StepContext
from vfxlib.errors import PictureError, SequenceError
from vfxlib.image.picture import Array, is_light
from vfxlib.inputs.shot import OpenShot, ShotFrame, to_colour
from vfxlib.io.footage import open_footage, rgb_names
from vfxlib.layer_names import Provenance
from vfxlib.pipeline.hole_fill import Fill

__all__ = ["as_painted", "check", "cleaned_frame", "painted_around", "painted_frames"]


def check(shot: OpenShot, params: Any) -> None:
    """See that the artist's frames fit the plate; only headers are read.

    params  with a field ``paint``

    raises  SequenceError for a frame that is not in the job, or of another size; PictureError for one that is no
            picture, or has no colour
    """
    _check_fit(shot, params.paint)


def _check_fit(shot: OpenShot, painted: Iterable[tuple[int, str]]) -> None:
    for number, path in painted:
        if number not in shot.frames:
            raise SequenceError(
                f"frame {number} is not in the job", where="--paint", fix="paint a frame of the job, or widen --frames"
            )
        footage = open_footage(path)
        header = footage.header(footage.frames[0])
        size, wanted = header.display.size, shot.plate_display.size
        if size != wanted:
            raise SequenceError(
                f"the painted frame is {size[0]}x{size[1]}, the plate {wanted[0]}x{wanted[1]}",
                where=path,
                fix="paint it at the plate's size",
            )
        rgb_names(header)


def painted_frames(context: StepContext) -> dict[int, str]:
    """The artist's frames by number, seen to fit the plate.

    raises  as ``check``
    """
    _check_fit(context.shot, context.values["paint"])
    return {int(number): str(path) for number, path in context.values["paint"]}


def painted_around(context: StepContext, painted: Mapping[int, str], number: int) -> dict[str, str]:
    """What the artist's frames within reach of a frame count as."""
    return {str(n): context.content(Path(painted[n])) for n in context.around(number) if n in painted}


def cleaned_frame(context: StepContext, number: int, frame: ShotFrame) -> Array:
    """An artist's frame, in the plate's colour, over the plate's data window.

    returns  [h w 3]  linear colour
    """
    shot, path = context.shot, context.once(painted_frames)[number]
    raw = open_footage(path).guarded(context.digests.guard)
    picture = shot.as_seen(to_colour(raw.read(raw.frames[0]), shot.colours))
    cleaned = frame.plate.pixels.copy()
    common = picture.window & frame.window
    cleaned[common.slices(frame.window)] = picture.pixels[common.slices(picture.window)]
    return cleaned


def as_painted(context: StepContext, number: int, frame: ShotFrame, *, places: bool = False) -> Fill:
    """The fill of a frame that an artist has cleaned: what was painted on it.

    places  True to keep where each pixel comes from, which is its own place
    raises  PictureError if that is no light somewhere under the matte
    """
    rows, columns = np.nonzero(frame.hole)
    colour = cleaned_frame(context, number, frame)[rows, columns]
    if not is_light(colour).all():
        raise PictureError(
            "the painted frame holds NaN, inf or numbers beyond all light under the matte",
            where=context.once(painted_frames)[number],
            fix="paint these pixels too",
        )
    count = len(rows)
    confidence, copied = np.ones(count, np.float32), np.full(count, Provenance.REGISTERED_COPY, np.uint8)
    place = np.stack([columns + frame.window.x0, rows + frame.window.y0], axis=1).astype(np.float32)
    none = np.zeros(count, np.int16)
    return Fill(rows, columns, frame.window, colour, confidence, none, copied, place[:, : 2 if places else 0])
