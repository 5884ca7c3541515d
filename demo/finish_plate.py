"""Make the delivered files of the demo shot from Blender's renders: grain, mattes, truth, headers.

The plate is given a grain and rounded to the steps of a 10-bit log recording, as a camera's picture is; truth is the
same picture without the robot, grain and all, and outside the robot and its shadow the plate has the bits of the truth.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
from scipy import ndimage

Picture = np.ndarray[Any, np.dtype[np.float32]]

GRAIN = 0.008
LENS = 0.6  # pixels: no lens is as sharp as a renderer
TRUTH_MARGIN = 8
REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)


@dataclass(frozen=True)
class Frame:
    """What Blender rendered of one frame."""

    number: int
    dirty: Picture
    clean: Picture
    coverage: Picture
    position: Picture


def read(path: Path) -> tuple[dict[str, Picture], dict[str, Any]]:
    with OpenEXR.File(str(path), separate_channels=True) as file:
        channels = {name: channel.pixels.astype(np.float32) for name, channel in file.channels().items()}
        return channels, dict(file.header())


def stacked(channels: dict[str, Picture], layer: str, names: str) -> Picture:
    return np.stack([channels[f"{layer}.{name}"] for name in names], axis=-1)


def coverage_of(name: str, channels: dict[str, Picture], header: dict[str, Any]) -> Picture:
    """How much of each pixel the named asset covers, from the Cryptomatte."""
    manifest = next(json.loads(value) for key, value in header.items() if key.endswith("/manifest"))
    wanted = np.array(int(manifest[name], 16), np.uint32).view(np.float32)
    total = np.zeros_like(channels["beauty.Combined.R"])
    for level in range(3):
        r, g, b, a = (channels[f"beauty.CryptoAsset{level:02d}.{c}"] for c in "rgba")
        total += np.where(r == wanted, g, 0) + np.where(b == wanted, a, 0)
    return np.clip(total, 0, 1)


def through_lens(light: Picture) -> Picture:
    return ndimage.gaussian_filter(light, LENS, axes=(0, 1))


def load(raw: Path, number: int, name: str) -> Frame:
    channels, header = read(raw / f"with.{number}.exr")
    clean, _ = read(raw / f"without.{number}.exr")
    return Frame(
        number=number,
        dirty=through_lens(stacked(channels, "beauty.Combined", "RGB")),
        clean=through_lens(stacked(clean, "beauty.Combined", "RGB")),
        coverage=through_lens(coverage_of(name, channels, header)),
        position=stacked(clean, "beauty.Position", "XYZ"),
    )


def effect_matte(frame: Frame) -> Picture:
    """Robot and shadow, soft: the light differs by more than 6 % near the robot and its cast shadow.

    The renders differ everywhere by a little noise and bounced light, so the shadow is grown from its dark core.
    """
    body = ndimage.maximum_filter(frame.coverage, 3)
    log = np.log((frame.dirty + 0.02) / (frame.clean + 0.02)).mean(axis=-1)
    change = np.abs(ndimage.gaussian_filter(log, 1.5))
    core = ndimage.binary_opening(change > 0.25, iterations=2) | (body > 0.05)
    core = ndimage.binary_propagation(frame.coverage > 0.5, mask=core)
    away = ndimage.distance_transform_edt(~core)
    shadow = np.clip((change - 0.06) / 0.08, 0, 1) * np.clip((18 - away) / 8, 0, 1)
    shadow = ndimage.gaussian_filter(shadow, 1.0)
    edge = np.clip(ndimage.gaussian_filter(body, 0.7) * 1.2, 0, 1)
    matte = np.maximum(np.where(core, np.maximum(shadow, edge), shadow), edge)
    matte = np.where(matte < 1 / 32, 0, matte)
    return np.where(ndimage.binary_propagation(core, mask=matte > 0), matte, 0).astype(np.float32)


def grain(shape: tuple[int, ...], number: int) -> Picture:
    """A field of unit variance, a little softer than a pixel, seeded by the frame."""
    rng = np.random.default_rng((20, number))
    field = ndimage.gaussian_filter(rng.standard_normal(shape), (0.55, 0.55, 0))
    return (field / field.std()).astype(np.float32)


def exposed(light: Picture, field: Picture) -> Picture:
    """Light with grain: shot noise over a small floor."""
    return light + GRAIN * field * np.sqrt(np.maximum(light, 0) * 0.6 + 0.006)


def recorded(light: Picture) -> Picture:
    """What a 10-bit ACEScct recording keeps of scene-linear values, as linear half values again."""
    a, b, cut = 10.5402377416545, 0.0729055341958355, 0.0078125
    log = np.where(light <= cut, a * light + b, (np.log2(np.maximum(light, cut)) + 9.72) / 17.52)
    code = np.round(np.clip(log, 0, 1.468) * 1023) / 1023
    back = np.where(code <= a * cut + b, (code - b) / a, np.exp2(code * 17.52 - 9.72))
    return back.astype(np.float16)


def header(number: int, fps: int, interop: str) -> dict[str, Any]:
    """Frame 1001 has timecode 01:00:00:00."""
    elapsed = number - 1001
    return {
        "compression": OpenEXR.PIZ_COMPRESSION if interop != "data" else OpenEXR.ZIP_COMPRESSION,
        "type": OpenEXR.scanlineimage,
        "colorInteropID": interop,
        "framesPerSecond": Fraction(fps),
        "timeCode": OpenEXR.TimeCode(1, 0, elapsed // fps, elapsed % fps, *[0] * 14),
        "comments": "Paintout demo shot",
    }


def write(path: Path, attributes: dict[str, Any], channels: dict[str, Picture]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {name: np.ascontiguousarray(value, np.float16) for name, value in channels.items()}
    OpenEXR.File(attributes, whole).write(str(path))


def deliver(frame: Frame, out: Path, fps: int) -> Picture:
    matte = effect_matte(frame)
    # The renders also differ by the little light that the robot throws around: outside the matte nothing may.
    dirty = frame.clean + (frame.dirty - frame.clean) * np.clip(matte / 0.25, 0, 1)[..., None]
    field = grain(frame.clean.shape, frame.number)
    plate, truth = (recorded(exposed(light, field)) for light in (dirty, frame.clean))
    known = ndimage.maximum_filter(matte, 2 * TRUTH_MARGIN + 1) > 0
    colour = {**header(frame.number, fps, "lin_rec709_scene"), "chromaticities": REC709}
    name = f"{frame.number}.exr"
    for folder, picture in (("plate", plate), ("truth", np.where(known[..., None], truth, 0))):
        write(out / folder / f"{folder}.{name}", colour, {c: picture[..., k] for k, c in enumerate("RGB")})
    steps = {"A": np.round(matte * 255) / 255, "object.A": np.round(frame.coverage * 255) / 255}
    write(out / "matte" / f"matte.{name}", header(frame.number, fps, "data"), steps)
    return matte


def seen_elsewhere(frames: list[Frame], mattes: list[Picture], clips: dict[int, Picture]) -> list[tuple[int, int]]:
    """For each frame: pixels in its matte, and those of them that some other frame shows."""
    figures = []
    for frame, matte in zip(frames, mattes, strict=True):
        hole = matte > 0
        places = np.concatenate([frame.position[hole], np.ones((int(hole.sum()), 1), np.float32)], axis=1)
        sky = ~np.any(frame.position[hole], axis=1)
        seen = sky.copy()
        for other, covered in zip(frames, mattes, strict=True):
            clip = places @ clips[other.number].T
            height, width = covered.shape
            with np.errstate(divide="ignore", invalid="ignore"):
                x = np.nan_to_num((clip[:, 0] / clip[:, 3] + 1) / 2 * width - 0.5, nan=-1)
                y = np.nan_to_num((1 - clip[:, 1] / clip[:, 3]) / 2 * height - 0.5, nan=-1)
            column, row = np.round(x).astype(int), np.round(y).astype(int)
            inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
            column, row = np.clip(column, 0, width - 1), np.clip(row, 0, height - 1)
            near = np.linalg.norm(other.position[row, column] - places[:, :3], axis=1) < 0.12
            seen |= inside & near & (covered[row, column] == 0)
        figures.append((int(hole.sum()), int(seen.sum())))
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--raw", type=Path, required=True, help="folder that make_plate.py rendered into")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    shot = json.loads((args.raw / "shot.json").read_text())
    clips = {int(number): np.array(matrix, np.float32) for number, matrix in shot["world_to_clip"].items()}
    frames = [load(args.raw, number, shot["object"]) for number in sorted(clips)]
    mattes = [deliver(frame, args.out, shot["fps"]) for frame in frames]
    figures = seen_elsewhere(frames, mattes, clips)
    for frame, (hole, seen) in zip(frames, figures, strict=True):
        print(f"{frame.number}: matte {hole / mattes[0].size:6.1%}, seen in other frames {seen / max(hole, 1):6.1%}")
    holes, seen = (sum(column) for column in zip(*figures, strict=True))
    print(f"all: matte {holes / len(frames) / mattes[0].size:.1%}, never seen {1 - seen / holes:.2%}")


if __name__ == "__main__":
    main()
