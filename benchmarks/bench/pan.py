"""Makes a plate whose clean plate is known: a camera that moves over a photograph, with an object crossing it.

    python -m benchmarks.bench.pan OUT --size 960x540 --frames 240 [--photo FILE] [--still]

Writes OUT/plate, OUT/truth and OUT/matte from frame 1001 on: half EXR in linear Rec.709, the matte in channel A.
Without a photograph a picture is made up from noise of all sizes and a field of hard-edged boxes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.io.exr import write_exr
from vfxlib.metrics.hole import srgb

__all__ = ["Pan", "decode", "made_up_photo", "make_footage", "make_pan"]

FIRST = 1001
GRAIN = 0.004  # standard deviation at a light of 0.18
RIM = 0.8  # pixels of blur of the matte's edge


@dataclass(frozen=True)
class Pan:
    """What is to be made.

    size    width and height, pixels
    frames  how many
    still   True for a camera that stands
    seed    of the grain
    """

    size: tuple[int, int]
    frames: int
    still: bool = False
    seed: int = 1


def decode(encoded: Array) -> Array:
    """Take the sRGB curve off (IEC 61966-2-1).

    encoded  [...]  0..1
    returns  [...]  linear
    """
    safe = np.maximum(encoded, np.float32(0))
    return np.where(safe > 0.04045, ((safe + 0.055) / 1.055) ** 2.4, safe / 12.92).astype(np.float32)


def made_up_photo(width: int, height: int, seed: int = 7) -> Array:
    """A picture with detail of every size, soft and hard.

    returns  [h w 3]  linear Rec.709
    """
    rng = np.random.default_rng(seed)
    shades = np.zeros((height, width, 3), np.float32)
    cells = 4
    while cells < width // 3:
        coarse = rng.standard_normal((max(2, cells * height // width), cells, 3)).astype(np.float32)
        shades += cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) / np.float32(cells**0.75)
        cells *= 2
    shades = 0.45 + 0.5 * shades
    for _ in range(160):
        x, y = int(rng.integers(0, width)), int(rng.integers(height // 3, height))
        w, h = (int(side) for side in rng.integers(width // 120, width // 24, 2))
        shades[y : y + h, x : x + w] *= rng.uniform(0.5, 1.5, 3).astype(np.float32)
    return decode(np.clip(shades, 0.02, 1.2).astype(np.float32))


def _camera(pan: Pan, photo: tuple[int, int], time: float) -> NDArray[np.float32]:
    """From pixels of the frame to pixels of the photograph, as a 2x3 matrix."""
    (width, height), (wide, high) = pan.size, photo
    scale = min(wide / width, high / height) * (0.72 - 0.06 * np.sin(2.1 * time))
    turn = np.deg2rad(1.5 * np.sin(3.0 * time))
    middle = np.array([wide * (0.5 + 0.08 * (time - 0.5)), high * (0.5 + 0.03 * np.sin(4.0 * time))])
    axes = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.column_stack([axes, middle - axes @ (width / 2, height / 2)]).astype(np.float32)


def _object(pan: Pan, time: float) -> Array:
    """An ellipse that crosses the frame and sways."""
    width, height = pan.size
    shape = np.zeros((height, width), np.float32)
    middle = round(width * (0.2 + 0.6 * time)), round(height * (0.55 + 0.05 * np.sin(9 * time)))
    radii = round(width * 0.07), round(height * 0.22)
    cv2.ellipse(shape, middle, radii, 10 * float(np.sin(7 * time)), 0, 360, (1.0,), -1, cv2.LINE_AA)
    return np.asarray(ndimage.gaussian_filter(shape, RIM), np.float32)


def _frames(photo: Array, pan: Pan) -> Iterator[tuple[Array, Array, Array]]:
    """Plate, truth and matte of each frame."""
    rng = np.random.default_rng(pan.seed)
    elsewhere = np.roll(photo[:, ::-1], photo.shape[0] // 3, axis=0)
    for index in range(pan.frames):
        time = index / max(1, pan.frames - 1)
        seen = _camera(pan, (photo.shape[1], photo.shape[0]), 0.0 if pan.still else time)
        flags = cv2.INTER_LANCZOS4 | cv2.WARP_INVERSE_MAP
        clean, strange = (
            np.maximum(cv2.warpAffine(p, seen, pan.size, flags=flags, borderMode=cv2.BORDER_REFLECT), 0)
            for p in (photo, elsewhere)
        )
        noise = rng.standard_normal(clean.shape, np.float32)
        clean = clean + noise * np.float32(GRAIN) * np.sqrt(np.maximum(clean, 0.01) / 0.18)
        matte = _object(pan, time)
        cover = matte[..., None]
        yield clean * (1 - cover) + 1.1 * strange * cover, clean, matte


def make_pan(out: Path, pan: Pan, photo: Path | None = None) -> None:
    """Write the plate, its truth and its matte.

    out    gets the folders plate, truth and matte
    photo  8-bit picture; None makes one up
    """
    for index, (plate, truth, matte) in enumerate(_frames(_light(pan, photo), pan)):
        for name, pixels in (("plate", plate), ("truth", truth)):
            channels = {c: pixels[..., i].astype(np.float16) for i, c in enumerate("RGB")}
            _write(out / name / f"{name}.{FIRST + index}.exr", channels)
        _write(out / "matte" / f"matte.{FIRST + index}.exr", {"A": matte.astype(np.float16)})


def make_footage(out: Path, pan: Pan, photo: Path | None = None) -> None:
    """Write what the camera sees without the object: PNG of 8 bits, as displayed.

    out, photo  as in `make_pan`
    """
    out.mkdir(parents=True, exist_ok=True)
    for index, (_, truth, _) in enumerate(_frames(_light(pan, photo), pan)):
        pixels = np.rint(255 * srgb(truth)).astype(np.uint8)
        cv2.imwrite(str(out / f"{FIRST + index}.png"), np.ascontiguousarray(pixels[..., ::-1]))


def _light(pan: Pan, photo: Path | None) -> Array:
    if photo is None:
        light = made_up_photo(2 * pan.size[0], 2 * pan.size[1])
    else:
        light = decode(np.asarray(cv2.imread(str(photo)), np.float32)[..., ::-1] / np.float32(255))
    # a camera's plate has highlights above 1
    return np.asarray(light + 2.5 * np.maximum(light - 0.85, 0), np.float32)


def _write(path: Path, channels: Mapping[str, NDArray[np.generic]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = next(iter(channels.values())).shape
    window = Box(0, 0, width, height)
    attributes = {"colorInteropID": "lin_rec709_scene"}
    write_exr(path, display=window, origin=(0, 0), data=window, aspect=1.0, channels=channels, attributes=attributes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--photo", type=Path)
    parser.add_argument("--still", action="store_true")
    values = parser.parse_args()
    width, height = (int(side) for side in values.size.split("x"))
    make_pan(values.out, Pan((width, height), values.frames, values.still), values.photo)


if __name__ == "__main__":
    main()
