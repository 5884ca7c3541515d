"""From a filled hole to the layers of the file: encoded, merged under the matte, named."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours
from vfxlib.image.box import Box
from vfxlib.image.morphology import feather as feather_weight
from vfxlib.image.picture import Array, LinearColour, Picture
from vfxlib.image.pixel_types import as_float, as_stored
from vfxlib.image.tiles import bounds
from vfxlib.inputs.shot import ShotFrame, alpha_name
from vfxlib.layer_names import CONFIDENCE, FILL_CHANNELS, MATTE, PROVENANCE_FRAME, PROVENANCE_METHOD
from vfxlib.pipeline.fill_block import FillBlock

__all__ = ["HALF_LEAST", "Merged", "fill_layers", "from_colour", "merge", "plate_channels"]

HALF_LEAST = np.float32(6e-8)  # a matte too faint for half must still say that the pixel was replaced


@dataclass(frozen=True)
class Merged:
    """A frame ready to be written; every array covers the plate's data window.

    frame    the plate's frame
    picture  name -> [h w]   the clean plate's own channels in their own types
    fill     [h w 3]         the new pixels alone, output encoding; 0 outside the matte
    filled   what the processor made, in linear colour; 0 outside the matte
    """

    frame: ShotFrame
    picture: Mapping[str, NDArray[np.generic]]
    fill: Array
    filled: FillBlock


def from_colour(frame: ShotFrame, filled: FillBlock, colours: Colours) -> Array:
    """The new pixels in the encoding of the output.

    filled   what the processor made, over the plate's data window
    returns  [h w 3]  output encoding; 0 outside the matte
    """
    encoded = np.zeros((*frame.hole.shape, 3), np.float32)
    if frame.hole.any():
        box = bounds(frame.hole, frame.window)
        part = box.slices(frame.window)
        encoded[part] = np.where(
            frame.hole[part][..., None], _encoded(frame, filled.colour[part], box, colours), np.float32(0)
        )
    return encoded


def merge(frame: ShotFrame, filled: FillBlock, encoded: Array, feather: float, colours: Colours) -> Merged:
    """The clean plate: the fill wherever the matte is above 0, everywhere else the bits of the plate.

    filled   what the processor made
    encoded  [h w 3]  the fill in the encoding of the output
    feather  pixels over which the fill is blended into the plate, in light, inside the matte; the layer stays whole
    """
    new = encoded
    if feather > 0 and frame.hole.any():
        weight = feather_weight(frame.matte, feather)
        box = bounds(frame.hole, frame.window)
        part = box.slices(frame.window)
        softened = _soften(filled.colour[part], frame.plate.pixels[part], weight[part])
        new = encoded.copy()
        new[part] = _encoded(frame, softened, box, colours)
    return Merged(frame, _lay_in(plate_channels(frame, colours), new, frame.hole), encoded, filled)


def _encoded(frame: ShotFrame, light: Array, box: Box, colours: Colours) -> Array:
    picture = Picture[LinearColour](np.ascontiguousarray(light), box)
    return (colours.from_linear(picture) if _is_exr(frame) else colours.to_output(picture)).pixels


def plate_channels(frame: ShotFrame, colours: Colours) -> dict[str, NDArray[np.generic]]:
    """The plate's own channels as a result holds them: of an EXR its bits, of another file the one conversion.

    returns  name -> [h w]
    """
    original = frame.original
    base: dict[str, NDArray[np.generic]]
    if _is_exr(frame):
        alpha = alpha_name(frame.names)
        rest = {name: channel for name, channel in original.channels.items() if name not in (*frame.names, alpha)}
        base = {**rest, **dict(zip("RGB", (original.channels[name] for name in frame.names), strict=True))}
        return {**base, "A": original.channels[alpha]} if alpha in original.channels else base
    converted = colours.to_output(frame.plate).pixels  # once, here; outside the matte the result is this and no more
    base = {name: converted[..., i] for i, name in enumerate("RGB")}
    if "A" in original.channels:
        base["A"] = as_float(original.channels["A"])
    return base


def _lay_in(
    base: Mapping[str, NDArray[np.generic]], encoded: Array, hole: NDArray[np.bool_]
) -> dict[str, NDArray[np.generic]]:
    merged = dict(base)
    for index, name in enumerate("RGB"):
        channel = base[name].copy()
        channel[hole] = as_stored(encoded[..., index][hole], channel.dtype)
        merged[name] = channel
    return merged


def _soften(fill: Array, plate: Array, weight: Array) -> Array:
    share = np.where(np.isfinite(plate).all(axis=2), weight, 1.0)[..., None].astype(np.float32)
    return np.where(share < 1.0, np.nan_to_num(plate) * (1.0 - share) + fill * share, fill)


def fill_layers(merged: Merged) -> dict[str, Array]:
    """The layers of a fill beside the picture, by their channel names in the file.

    returns  name -> [h w]
    """
    frame, filled = merged.frame, merged.filled
    hole = frame.hole
    return {
        **{name: merged.fill[..., i] for i, name in enumerate(FILL_CHANNELS)},
        MATTE: np.where(hole, np.maximum(frame.matte, HALF_LEAST), np.float32(0)),
        CONFIDENCE: np.where(hole, filled.confidence, np.float32(1)),
        PROVENANCE_FRAME: np.where(hole, filled.frame, np.float32(0)),
        PROVENANCE_METHOD: np.where(hole, filled.method, np.float32(0)),
    }


def _is_exr(frame: ShotFrame) -> bool:
    return frame.original.header.format == "exr"
