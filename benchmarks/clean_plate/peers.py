"""Fills a shot by one of the small methods without weights that FlowInpaint is compared with.

    python -m benchmarks.clean_plate.peers METHOD --plate DIR --matte DIR --out DIR [--matte-channel NAME]

The methods are those of ``peer_methods``. Results are 32-bit EXR in linear Rec.709; pictures that are no EXR are taken
as sRGB and filled in that encoding.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np

from benchmarks.bench.pan import decode
from benchmarks.clean_plate.peer_methods import METHODS, fill
from vfxlib.image.box import Box
from vfxlib.image.pixel_types import as_float
from vfxlib.inputs.matte import open_matte
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage, rgb
from vfxlib.metrics.hole import hole_of

__all__ = ["main"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("method", choices=METHODS)
    parser.add_argument("--plate", required=True)
    parser.add_argument("--matte", required=True)
    parser.add_argument("--matte-channel", default="")
    parser.add_argument("--out", type=Path, required=True)
    values = parser.parse_args()
    cv2.setNumThreads(1)
    cv2.setRNGSeed(1)
    plate, matte = open_footage(values.plate), open_matte(values.matte, values.matte_channel)
    linear = plate.format == "exr"
    frames = [as_float(rgb(plate.read(n))) for n in plate.frames]
    window = Box(0, 0, frames[0].shape[1], frames[0].shape[0])
    holes = [hole_of(matte.read(n, window)[0]) for n in plate.frames]
    for number, result in zip(plate.frames, fill(values.method, frames, holes, linear=linear), strict=True):
        light = result if linear else decode(result)
        write_exr(
            values.out / f"{values.method}.{number}.exr",
            display=window,
            origin=(0, 0),
            data=window,
            aspect=1.0,
            channels={c: np.ascontiguousarray(light[..., i]) for i, c in enumerate("RGB")},
            attributes={"colorInteropID": "lin_rec709_scene"},
        )


if __name__ == "__main__":
    main()
