"""What a frame of a result holds, set against the plate and against what was asked for: facts, no judgement."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.engine.output import LOSS
from nodes.node import Layer
from vfxlib.colour.ocio import Colours, colour_attributes
from vfxlib.errors import PaintoutError
from vfxlib.image.picture import Header, RawFrame
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.exr import Pixels, descriptive, pixels_of, read_channels
from vfxlib.io.footage import file_digest
from vfxlib.layer_names import CONFIDENCE, MATTE
from vfxlib.metrics.bits import changed_outside
from vfxlib.pipeline.merge import plate_channels

__all__ = ["FrameFacts", "frame_facts"]

LOW = 0.5  # confidence below this is low
TYPES: dict[str, np.dtype[Any]] = {"half": np.dtype(np.float16), "float": np.dtype(np.float32)}
LABELS = ("colorInteropID", "chromaticities")


@dataclass(frozen=True)
class FrameFacts:
    """A frame of the result.

    number      the frame
    path        its file
    size        bytes
    digest      SHA-256 of the file
    error       why it cannot be read; "" if it can
    touched     True if its pixels are not those that Paintout wrote
    lacks       channels that should be there
    types       channels of another type than they should have
    windows     what of its windows and its pixel aspect is not the plate's, in words
    attributes  what the plate says of itself and the frame does not
    compared    pixels outside the matte that were compared with the plate; all of them
    changed     those of them whose bits are not the plate's
    filled      pixels that were replaced
    not_finite  those of them that hold NaN or inf
    low         those of them whose confidence is low; 0 where nothing tells
    label       what the file says of its colour; "" if nothing
    loss        what the file says of its compression, if that loses something; "" if not
    """

    number: int
    path: str
    size: int = 0
    digest: str = ""
    error: str = ""
    touched: bool = False
    lacks: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    windows: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    compared: int = 0
    changed: int = 0
    filled: int = 0
    not_finite: int = 0
    low: int = 0
    label: str = ""
    loss: str = ""


def frame_facts(shot: OpenShot, number: int, path: Path, layers: Sequence[Layer]) -> FrameFacts:
    """Look at a frame of a result; reads it and the plate's.

    shot    as it was given, at full size
    layers  that the result should have
    """
    if not path.exists():
        return FrameFacts(number, str(path), error="is not there")
    try:
        digest, touched = file_digest(path), pixels_of(path) is not Pixels.AS_WRITTEN
        raw, frame = read_channels(path, number), shot.read(number)
    except PaintoutError as error:
        return FrameFacts(number, str(path), error=error.problem)
    before = plate_channels(frame, shot.colours)
    expected: dict[str, np.dtype[Any]] = {name: channel.dtype for name, channel in before.items()}
    expected |= {name: TYPES[layer.pixel] for layer in layers for name in layer.names}
    channels = raw.channels
    matte = channels.get(MATTE)
    hole = frame.hole if matte is None else np.asarray(matte) > 0
    windows = _windows(raw.header, frame.original.header)
    comparable = not windows and all(name in channels for name in before)
    filled, not_finite, low = _of_fill(raw, hole)
    return FrameFacts(
        number,
        str(path),
        path.stat().st_size,
        digest,
        touched=touched,
        lacks=tuple(name for name in expected if name not in channels),
        types=tuple(name for name, kind in expected.items() if name in channels and channels[name].dtype != kind),
        windows=windows,
        attributes=_attributes(raw.header, frame.original.header, shot.colours),
        compared=int(np.count_nonzero(~hole)) if comparable else 0,
        changed=changed_outside(channels, before, ~hole) if comparable else 0,
        filled=filled,
        not_finite=not_finite,
        low=low,
        label=next((name for name in LABELS if name in raw.header.attributes), ""),
        loss=str(raw.header.attributes.get(LOSS, "")),
    )


def _windows(result: Header, plate: Header) -> tuple[str, ...]:
    pairs = (
        ("display window", _place(result.display.size, result.origin), _place(plate.display.size, plate.origin)),
        ("data window", str(result.data), str(plate.data)),
        ("pixel aspect", f"{result.aspect:g}", f"{plate.aspect:g}"),
    )
    return tuple(f"{name} is {own} and not {theirs}" for name, own, theirs in pairs if own != theirs)


def _place(size: tuple[int, int], origin: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]} at {origin[0]},{origin[1]}"


def _attributes(result: Header, plate: Header, colours: Colours) -> tuple[str, ...]:
    """Names of the plate's attributes that the result says otherwise, or not at all."""
    wanted = descriptive(plate.attributes) | ({} if plate.format == "exr" else colour_attributes(colours))
    own = result.attributes
    return tuple(name for name, value in wanted.items() if name not in own or repr(own[name]) != repr(value))


def _of_fill(raw: RawFrame, hole: NDArray[np.bool_]) -> tuple[int, int, int]:
    """How many pixels were filled, how many of them are no numbers, and how many have a low confidence."""
    colour = [np.asarray(raw.channels[name], np.float32)[hole] for name in "RGB" if name in raw.channels]
    broken = ~np.isfinite(np.stack(colour)).all(axis=0) if colour else np.zeros(0, np.bool_)
    confidence = raw.channels.get(CONFIDENCE)
    low = 0 if confidence is None else int(np.count_nonzero(np.asarray(confidence, np.float32)[hole] < LOW))
    return int(np.count_nonzero(hole)), int(np.count_nonzero(broken)), low
