"""Makes the files of a set from Blender's: lens, mattes, grain, truth, and the map of what other frames show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from benchmarks.bench.rendered import RenderedSet
from benchmarks.rendered_sets.grain import add_grain, grain_field
from benchmarks.rendered_sets.seen import PlaceFrame, seen_elsewhere
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.io.exr import read_channels, read_header, write_exr

__all__ = ["SetFigures", "effect_matte", "finish_set"]

LENS = 0.55  # pixels: no lens is as sharp as a renderer
FULL = 0.25  # of the matte, from which on the plate is the picture with the thing
WIDER = 1.5  # a matte that must cover all of a thing is fuller at its rim than the thing
LEAST = 1 / 32  # what a matte has less is nothing


@dataclass(frozen=True)
class SetFigures:
    """What a set is like.

    area     share of the frame that is hole
    seen     share of the hole that another frame shows
    width    pixels, twice the mean distance of the thing's inner pixels from its rim: of a band its breadth
    moves    pixels, median of how far what is behind the hole moves from frame to frame
    highest  scene-linear value of the plate
    median   the same
    """

    area: float
    seen: float
    width: float
    moves: float
    highest: float
    median: float


def finish_set(declared: RenderedSet, raw: Path, out: Path) -> SetFigures:
    """Write plate, truth, matte and seen below a folder.

    raw  what ``in_blender.render`` wrote
    """
    told = json.loads((raw / "shot.json").read_text(encoding="utf-8"))
    numbers = sorted(int(number) for number in told["frames"])
    mattes, places, values = [], [], []
    for number in numbers:
        with_it, without = _channels(raw, "with", number), _channels(raw, "without", number)
        dirty, clean = (_through_lens(_rgb(channels)) for channels in (with_it, without))
        thing = _through_lens(_coverage(raw / f"with.{number}.exr", told["thing"], with_it))
        thing = np.where(thing < LEAST, 0, thing)
        effect = effect_matte(dirty, clean, thing) if declared.shadow else np.clip(WIDER * thing, 0, 1)
        support = np.clip(effect / FULL, 0, 1)[..., None]
        field = grain_field(clean.shape, declared.seed, number)
        truth = add_grain(clean, field, declared.grain)
        plate = add_grain(clean + (dirty - clean) * support, field, declared.grain)
        _write_picture(out, "plate", number, plate)
        _write_picture(out, "truth", number, truth)
        stored = {name: _steps(matte) for name, matte in (("A", thing), ("effect.A", effect))}
        _write(out / "matte" / f"matte.{number}.exr", stored, "data")
        mattes.append(stored["effect.A"].astype(np.float32))
        values.append((float(np.median(plate)), float(plate.max()), _breadth(thing > 0.5)))
        places.append(_place(raw, number, told["frames"][str(number)]))
    maps = seen_elsewhere(places, mattes)
    for number, (seen, distance) in zip(numbers, maps, strict=True):
        channels = {"seen.A": seen.astype(np.float16), "distance.A": distance.astype(np.float16)}
        _write(out / "seen" / f"seen.{number}.exr", channels, "data")
    hole = sum(int((matte > 0).sum()) for matte in mattes)
    median, highest, width = (float(np.mean(column)) for column in zip(*values, strict=True))
    return SetFigures(
        area=hole / sum(matte.size for matte in mattes),
        seen=sum(int(seen.sum()) for seen, _ in maps) / max(hole, 1),
        width=width,
        moves=_moves(places, mattes),
        highest=highest,
        median=median,
    )


def _channels(raw: Path, name: str, number: int) -> dict[str, NDArray[Any]]:
    """All that is in a file of Blender's, over the whole frame."""
    path = raw / f"{name}.{number}.exr"
    return {key: np.asarray(value) for key, value in read_channels(path, number).channels.items()}


def _stack(channels: Mapping[str, NDArray[Any]], layer: str, names: str) -> Array:
    return np.stack([channels[f"beauty.{layer}.{name}"] for name in names], axis=-1).astype(np.float32)


def _rgb(channels: Mapping[str, NDArray[Any]]) -> Array:
    return _stack(channels, "Combined", "RGB")


def _through_lens(light: Array) -> Array:
    return np.asarray(ndimage.gaussian_filter(light, LENS, axes=(0, 1)), np.float32)


def _coverage(path: Path, thing: str, channels: Mapping[str, NDArray[Any]]) -> Array:
    """How much of each pixel the thing covers, motion blur and all, from the Cryptomatte of assets."""
    attributes = read_header(path).attributes
    manifest = next(json.loads(str(v)) for k, v in attributes.items() if k.endswith("/manifest") and thing in str(v))
    wanted = np.array(int(manifest[thing], 16), np.uint32).view(np.float32)
    total = np.zeros_like(channels["beauty.CryptoAsset00.r"], np.float32)
    for level in range(3):
        r, g, b, a = (channels[f"beauty.CryptoAsset{level:02d}.{c}"] for c in "rgba")
        total += np.where(r == wanted, g, 0) + np.where(b == wanted, a, 0)
    return np.clip(total, 0, 1)


def effect_matte(dirty: Array, clean: Array, thing: Array) -> Array:
    """The thing and its shadow, soft.

    dirty, clean  [h w 3]  with the thing and without it
    thing         [h w]    how much it covers
    returns       [h w]    the thing's own matte, and where light differs by more than 6 % in what hangs together with
                  where it differs by more than 20 %: noise and bounced light are less
    """
    rim = np.clip(ndimage.gaussian_filter(ndimage.maximum_filter(thing, 3), 0.7) * 1.2, 0, 1)
    log = np.log((np.maximum(dirty, 0) + 0.02) / (np.maximum(clean, 0) + 0.02)).mean(axis=-1)
    change = np.abs(ndimage.gaussian_filter(log, 1.5))
    core = ndimage.binary_opening((change > 0.2) & (dirty.max(axis=-1) > 0), iterations=2) | (rim > 0.05)
    core = ndimage.binary_propagation(thing > 0.5, mask=core)
    away = ndimage.distance_transform_edt(~core)
    shadow = np.clip((change - 0.06) / 0.08, 0, 1) * np.clip((16 - away) / 8, 0, 1) * (dirty.max(axis=-1) > 0)
    shadow = ndimage.gaussian_filter(shadow, 1.0)
    matte = np.where(core, np.maximum(np.clip(3 * shadow, 0, 1), rim), np.maximum(shadow, rim))
    matte = np.where(matte < LEAST, 0, matte)
    return np.where(ndimage.binary_propagation(core, mask=matte > 0) | (thing > 0), np.maximum(matte, thing), 0).astype(
        np.float32
    )


def _steps(matte: Array) -> NDArray[np.float16]:
    return np.asarray(np.round(matte * 255) / 255, np.float16)


def _place(raw: Path, number: int, told: Mapping[str, Any]) -> PlaceFrame:
    channels = _channels(raw, "place", number)
    index = next(value for key, value in channels.items() if "Index" in key)
    return PlaceFrame(
        take=int(told["take"]),
        surface=np.round(index).astype(np.uint32),
        position=_stack(channels, "Position", "XYZ"),
        world_to_clip=np.array(told["world_to_clip"]),
        eye=np.array(told["eye"]),
        focal=float(told["focal"]),
        poses={int(key): np.array(pose) for key, pose in told["poses"].items()},
    )


def _breadth(inside: NDArray[np.bool_]) -> float:
    """Of a straight band of breadth b the mean distance from its rim is b/4."""
    return float(4 * ndimage.distance_transform_edt(inside)[inside].mean()) if inside.any() else 0.0


def _moves(places: list[PlaceFrame], mattes: list[Array]) -> float:
    """How far what is still behind the hole moves from a frame to the next, pixels."""
    found = []
    for here, there, matte in zip(places, places[1:], mattes, strict=False):
        if here.take != there.take:
            continue
        still = (matte > 0) & (here.surface == 1)
        points = np.concatenate([here.position[still], np.ones((int(still.sum()), 1))], axis=1)
        if len(points):
            height, width = matte.shape
            a, b = (points @ frame.world_to_clip.T for frame in (here, there))
            way = a[:, :2] / a[:, 3:] - b[:, :2] / b[:, 3:]
            found.append(float(np.median(np.hypot(way[:, 0] * width / 2, way[:, 1] * height / 2))))
    return float(np.median(found)) if found else 0.0


def _write_picture(out: Path, part: str, number: int, light: Array) -> None:
    channels = {c: light[..., k].astype(np.float16) for k, c in enumerate("RGB")}
    _write(out / part / f"{part}.{number}.exr", channels, "lin_rec709_scene")


def _write(path: Path, channels: Mapping[str, NDArray[Any]], interop: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    height, width = next(iter(channels.values())).shape
    window = Box(0, 0, width, height)
    attributes = {"colorInteropID": interop, "framesPerSecond": Fraction(24)}
    write_exr(path, display=window, origin=(0, 0), data=window, aspect=1.0, channels=channels, attributes=attributes)
