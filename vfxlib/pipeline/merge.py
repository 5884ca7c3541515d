"""From a filled hole to the layers of the file: encoded, merged under the matte, named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours, as_float
from vfxlib.image.picture import Array, LinearColour, Picture
from vfxlib.inputs.matte import feather as feather_weight
from vfxlib.inputs.shot import ShotFrame, alpha_name

__all__ = ["FILLED", "Merged", "data_layers", "from_colour", "merge"]

FILLED = ("R", "G", "B", "confidence", "frame", "method")  # what a processor returns for each pixel, in this order
HALF_LARGEST = 65504.0


@dataclass(frozen=True)
class Merged:
    """A frame ready to be written; every array covers the plate's data window.

    picture  name -> [h w]   the clean plate's own channels in their own types
    fill     [h w 3]         the new pixels alone, output encoding; 0 outside the matte
    filled   [h w 6]         as ``FILLED``; 0 outside the matte
    """

    picture: Mapping[str, NDArray[np.generic]]
    fill: Array
    filled: Array


def from_colour(frame: ShotFrame, filled: Array, colours: Colours) -> Array:
    """The new pixels in the encoding of the output.

    filled   [h w c]  begins with linear red, green and blue; c is 0 if nothing must go
    returns  [h w 3]  output encoding; 0 outside the matte
    """
    if filled.shape[2] == 0:
        return np.zeros((*frame.hole.shape, 3), np.float32)
    return np.where(frame.hole[..., None], _encoded(frame, filled[..., :3], colours), np.float32(0))


def merge(frame: ShotFrame, filled: Array, encoded: Array, feather: float, colours: Colours) -> Merged:
    """The clean plate: the fill wherever the matte is above 0, everywhere else the bits of the plate.

    filled   [h w 6]  as ``FILLED``
    encoded  [h w 3]  the fill in the encoding of the output
    feather  pixels over which the fill is blended into the plate, in light, inside the matte; the layer stays whole
    """
    if filled.shape[2] == 0:
        filled = np.zeros((*frame.hole.shape, len(FILLED)), np.float32)
    new = encoded
    if feather > 0 and frame.hole.any():
        weight = feather_weight(frame.matte, feather)
        new = _encoded(frame, _soften(filled[..., :3], frame.plate.pixels, weight), colours)
    return Merged(_lay_in(_base(frame, colours), new, frame.hole), encoded, filled)


def _encoded(frame: ShotFrame, light: Array, colours: Colours) -> Array:
    picture = Picture[LinearColour](np.ascontiguousarray(light), frame.window)
    return (colours.from_linear(picture) if _is_exr(frame) else colours.to_output(picture)).pixels


def _base(frame: ShotFrame, colours: Colours) -> dict[str, NDArray[np.generic]]:
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
    for place, name in enumerate("RGB"):
        channel = base[name].copy()
        new = encoded[..., place][hole]
        if channel.dtype == np.float16:
            new = np.clip(new, -HALF_LARGEST, HALF_LARGEST)  # a brighter fill must not become inf in a half file
        channel[hole] = new.astype(channel.dtype)
        merged[name] = channel
    return merged


def _soften(fill: Array, plate: Array, weight: Array) -> Array:
    share = np.where(np.isfinite(plate).all(axis=2), weight, 1.0)[..., None].astype(np.float32)
    return np.where(share < 1.0, np.nan_to_num(plate) * (1.0 - share) + fill * share, fill)


def data_layers(frame: ShotFrame, filled: Merged, motion: Mapping[str, Array]) -> dict[str, NDArray[np.generic]]:
    """Every layer beside the picture, by its channel names in the file.

    motion   "forward" and "backward" -> [h w 2], pixels, x right and y DOWN; the sign is turned here, for files only
    returns  name -> [h w]; half where half is enough
    """
    hole = frame.hole
    confidence = np.where(hole, filled.filled[..., 3], 1.0)
    layers: dict[str, NDArray[np.generic]] = {f"fill.{name}": filled.fill[..., i] for i, name in enumerate("RGB")}
    layers["matte.A"] = frame.matte.astype(np.float16)
    # a matte too faint for half must still say that the pixel was replaced
    layers["matte.A"] = np.where(hole, np.maximum(layers["matte.A"], np.float16(6e-8)), np.float16(0))
    layers["confidence.A"] = confidence.astype(np.float16)
    for name, vectors in motion.items():
        layers[f"{name}.u"] = vectors[..., 0]
        layers[f"{name}.v"] = -vectors[..., 1]
    # a half counts to 2048 only
    layers["provenance.frame"] = np.where(hole, filled.filled[..., 4], np.float32(0))
    layers["provenance.method"] = np.where(hole, filled.filled[..., 5], np.float32(0))
    return layers


def _is_exr(frame: ShotFrame) -> bool:
    return frame.original.header.format == "exr"
