"""A set filled by STA-Net, its variants, and what it is compared with."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.sets import CACHE, PlateSet, PreparedSet, prepare
from benchmarks.clean_plate.measure import fill_with_peer
from benchmarks.sta_net.variants import VARIANTS, write_variant
from vfxlib.image.picture import LinearColour, Picture
from vfxlib.inputs.shot import open_shot
from vfxlib.io.exr import write_exr
from vfxlib.io.weights import read_weights
from vfxlib.spatial_fill.paint import paint_gaps

__all__ = ["METHODS", "OTHERS", "fill_set"]

OTHERS = ("telea", "exemplar", "flow-inpaint", "internal-fit")
METHODS = (*OTHERS, *VARIANTS)


def fill_set(plates: PlateSet, method: str, weights: Path, iterations: int) -> tuple[Path, PreparedSet, float]:
    """Fill a set.

    method      one of ``METHODS``
    weights     of a trained STA-Net
    iterations  of InternalFit's fit
    returns     the folder of the result, the set, and seconds of processor time
    """
    ready = prepare(plates)
    tag = read_weights(weights).digest[:8] if method in VARIANTS else ""
    folder = CACHE / "sta" / plates.name / "-".join(filter(None, (method.replace(" ", "-"), tag)))
    if method == "telea":
        fill_with_peer(method, ready, folder)
        return folder, ready, 0.0
    shutil.rmtree(folder, ignore_errors=True)
    if method == "exemplar":
        _by_example(ready, folder)
        return folder, ready, 0.0
    words: list[str] = []
    node = method
    if method in VARIANTS:
        node, file = "sta-net", folder.with_name(f"{folder.name}.safetensors")
        folder.parent.mkdir(parents=True, exist_ok=True)
        write_variant(weights, method, file)
        words = ["--weights", str(file)]
    elif method == "internal-fit":
        words = ["--iterations", str(iterations)]
    # the motion is the same for all of a set, so one work folder keeps it
    work = CACHE / "sta" / plates.name / f"{node}.work"
    command = paintout_command(node, *ready.inputs, *ready.options, *words)
    made = run([*command, "--out", str(folder / "clean.####.exr"), "--work", str(work), "--progress", "json"])
    return folder, ready, made.processor


def _by_example(ready: PreparedSet, folder: Path) -> None:
    """Every frame painted from itself alone, as FlowInpaint paints what no frame saw."""
    space = ready.options[1] if ready.options else ""
    shot = open_shot(
        plate=str(ready.plate), matte=str(ready.matte), matte_channel=ready.channel, output_colorspace=space
    )
    for number in shot.frames:
        frame = shot.read(number)
        clean = frame.plate.pixels.copy()
        if frame.hole.any():
            clean[frame.hole] = paint_gaps(clean, frame.known, frame.hole, seed=number).colour
        pixels = shot.colours.to_rec709(Picture[LinearColour](clean, frame.window))
        channels = {name: np.ascontiguousarray(pixels[..., i]) for i, name in enumerate("RGB")}
        write_exr(
            folder / f"exemplar.{number}.exr",
            display=shot.display,
            origin=(0, 0),
            data=frame.window,
            aspect=1.0,
            channels=channels,
            attributes={"colorInteropID": "lin_rec709_scene"},
        )
