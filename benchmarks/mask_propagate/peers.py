"""Two ways of carrying a key's matte over a shot to compare with, both without anything learnt from other footage.

    python -m benchmarks.mask_propagate.peers METHOD --plate SEQ --key FRAME=FILE... --out DIR [--matte-channel NAME]
        [--frames LIST] [--steps N] [--size WxH] [--device cpu]

flow     the nearest key's matte, carried from frame to frame by DIS flow (medium, 8-bit grey), bilinear
literal  the paper's recipe, ``benchmarks.mask_propagate.paper``, at a small size and for few steps

Results are 8-bit PNG, 255 where the matte is above 0.5. A frame that has a key keeps it.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.mask_propagate.paper import PaperMatteRecipe
from vfxlib.device import open_device
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.matte import open_matte
from vfxlib.io.footage import Footage, open_footage, rgb
from vfxlib.io.frames import parse_frames
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.metrics.hole import srgb

__all__ = ["METHODS", "SIZE", "STEPS", "carry_by_flow", "display_of", "displayed_frame", "fit_and_carry", "nearest_key"]

METHODS = ("flow", "literal")
SIZE, STEPS = (112, 64), 320  # of the literal recipe: about eight minutes on two cores

DisplayPicture = NDArray[np.uint8]


def nearest_key(place: int, keys: Sequence[int]) -> int:
    """The key that a frame takes its matte from: the nearest, of two the earlier."""
    return min(keys, key=lambda key: (abs(key - place), key))


def carry_by_flow(shown: Sequence[DisplayPicture], keys: Mapping[int, Array]) -> list[Array]:
    """Carry mattes along DIS flow, away from each key in both directions.

    shown    [h w 3]  8-bit, as displayed
    keys     place in the shot -> [h w] 0..1
    returns  [h w]  0..1, softer with every frame
    """
    greys = [cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY) for picture in shown]
    dense: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    height, width = greys[0].shape
    rows, columns = np.mgrid[:height, :width].astype(np.float32)
    found: dict[int, Array] = {}
    for key, matte in keys.items():
        found[key] = matte
        for way in (1, -1):
            place, carried = key + way, matte
            while 0 <= place < len(shown) and nearest_key(place, list(keys)) == key:
                flow = dense.calc(greys[place], greys[place - way], None)
                carried = np.asarray(
                    cv2.remap(carried, columns + flow[..., 0], rows + flow[..., 1], cv2.INTER_LINEAR), np.float32
                )
                found[place] = carried
                place += way
    return [found[place] for place in range(len(shown))]


def fit_and_carry(
    recipe: PaperMatteRecipe, shown: Sequence[DisplayPicture], keys: Mapping[int, Array], steps: int
) -> list[Array]:
    """Fit by the paper's recipe, then tell every frame that has no key: [h w] 0..1."""
    for _ in range(steps):
        recipe.step()
    return [keys[place] if place in keys else recipe.probability(picture) for place, picture in enumerate(shown)]


def displayed_frame(footage: Footage, number: int) -> DisplayPicture:
    """A frame as displayed, [h w 3] over its display window: EXR as linear Rec.709, anything else as it is."""
    frame = footage.read(number)
    values = reframe(as_float(rgb(frame)), frame.header.data, frame.header.display)
    values = srgb(values) if frame.header.format == "exr" else np.clip(values, 0, 1)
    return np.round(np.nan_to_num(values) * 255).astype(np.uint8)


def display_of(footage: Footage) -> Box:
    """The display window of a footage."""
    return footage.header(footage.frames[0]).display


def _key_of(text: str, channel: str, display: Box) -> tuple[int, Array]:
    number, _, path = text.partition("=")
    matte = open_matte(path, channel)
    pixels, window = matte.read(matte.frames[0], display)
    return int(number), reframe(pixels, window, display)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("--plate", required=True)
    parser.add_argument("--key", action="append", required=True, metavar="FRAME=FILE")
    parser.add_argument("--matte-channel", default="")
    parser.add_argument("--frames", default="")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--size", default="{}x{}".format(*SIZE))
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--out", type=Path, required=True)
    values = parser.parse_args()
    plate = open_footage(values.plate)
    frames = list(parse_frames(values.frames)) if values.frames else list(plate.frames)
    display = display_of(plate)
    given = dict(_key_of(text, values.matte_channel, display) for text in values.key)
    keys = {frames.index(number): matte for number, matte in given.items()}
    shown = [displayed_frame(plate, number) for number in frames]
    if values.method == "flow":
        cv2.setNumThreads(1)
        mattes = carry_by_flow(shown, keys)
    else:
        width, height = (int(side) for side in values.size.split("x"))
        pairs = [(shown[place], matte) for place, matte in keys.items()]
        recipe = PaperMatteRecipe(pairs, (width, height), open_device(values.device))
        mattes = fit_and_carry(recipe, shown, keys, values.steps)
    values.out.mkdir(parents=True, exist_ok=True)
    for number, matte in zip(frames, mattes, strict=True):
        cv2.imwrite(
            str(values.out / f"{values.method}.{number:04d}.png"), (matte > OBJECT_THRESHOLD).astype(np.uint8) * 255
        )


if __name__ == "__main__":
    main()
