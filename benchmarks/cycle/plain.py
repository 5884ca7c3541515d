"""What finds and fills damage without trained weights: the key left, medians, and Paintout's nodes."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from benchmarks.bench.meter import paintout_command, run
from benchmarks.cycle.clips import DamageClips
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import open_shot
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage
from vfxlib.layer_names import MATTE
from vfxlib.motion.dense import dense_flow
from vfxlib.motion.sampling import pixel_grid, sample
from vfxlib.nets.cycle_completion import cover
from vfxlib.nets.flow_start import smooth_start
from vfxlib.pretraining.cycle_objective import CUT

__all__ = ["Found", "classifier_masks", "left_in_place", "median_masks", "smooth_fill"]

FIRST = 1001  # number of a clip's first frame in a file's name
THRESHOLDS = 256
LINEAR = {"colorInteropID": "lin_ap1_scene"}


@dataclass(frozen=True)
class Found:
    """Masks [b t 1 h w], 0..1, and fills [b t 3 h w], working code values."""

    masks: torch.Tensor
    fills: torch.Tensor


def smooth_fill(frames: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Frames [b t 3 h w] whose damage is filled from its surroundings."""
    filled = smooth_start(frames.flatten(0, 1), 1.0 - cover(masks.flatten(0, 1)))
    return filled.view_as(frames)


def left_in_place(masks: torch.Tensor, keys: list[int]) -> torch.Tensor:
    """The key's mask on every frame; keys are the marked frame of each clip."""
    return torch.stack([clip[key].expand_as(clip) for clip, key in zip(masks, keys, strict=True)])


def median_masks(clips: DamageClips, keys: list[int]) -> torch.Tensor:
    """Where frames differ from the median with both neighbours, moved onto them, by what tells the key best."""
    found = torch.zeros_like(clips.masks)
    for clip, key in enumerate(keys):
        frames = [np.ascontiguousarray(each.permute(1, 2, 0).numpy()) for each in clips.frames[clip]]
        apart = np.stack([_apart(frames, place) for place in range(len(frames))])
        marked = clips.masks[clip, key, 0].numpy() >= CUT
        best, most = np.inf, -1.0
        for threshold in np.quantile(apart[key][marked], np.linspace(0, 1, THRESHOLDS)) if marked.any() else ():
            there = apart[key] >= threshold
            share = (there & marked).sum() / (there | marked).sum()
            best, most = (float(threshold), share) if share > most else (best, most)
        found[clip, :, 0] = torch.from_numpy(apart >= best)
    return found


def _apart(frames: list[Array], place: int) -> Array:
    frame, grid = frames[place], pixel_grid(*frames[place].shape[:2])
    others = [
        sample(frames[i], (grid + dense_flow(frame, frames[i])).astype(np.float32))
        for i in (place - 1, place + 1)
        if 0 <= i < len(frames)
    ]
    low, high = np.minimum.reduce(others), np.maximum.reduce(others)
    return np.asarray(np.abs(frame - np.clip(frame, low, high)).max(-1), np.float32)


def classifier_masks(clips: DamageClips, keys: list[int], folder: Path) -> Found:
    """What `mask-propagate --method corruption` finds from one key, and FlowInpaint fills by that.

    folder  for the plates and results
    """
    masks, fills = clips.masks.clone(), clips.frames.clone()
    shutil.rmtree(folder, ignore_errors=True)
    for clip, key in enumerate(keys):
        own = folder / str(clip)
        plate = own / "plate" / "plate.####.exr"
        for place, frame in enumerate(clips.light[clip]):
            _write(own / "plate" / f"plate.{FIRST + place}.exr", dict(zip("RGB", frame.numpy(), strict=True)), LINEAR)
        marked = own / "key.exr"
        _write(marked, {MATTE: clips.masks[clip, key, 0].numpy()}, {})
        given = ("--plate", str(plate), "--key", f"{FIRST + key}={marked}", "--method", "corruption")
        run(
            paintout_command("mask-propagate", *given, "--threads", "1", "--out", str(own / "found" / "matte.####.exr"))
        )
        given = ("--plate", str(plate), "--matte", str(own / "found"), "--matte-channel", MATTE)
        run(paintout_command("flow-inpaint", *given, "--threads", "1", "--out", str(own / "fill" / "fill.####.exr")))
        found = open_footage(str(own / "found"))
        shot = open_shot(plate=str(own / "fill"), keyed=True)
        for place in range(clips.frames.shape[1]):
            masks[clip, place, 0] = torch.from_numpy(found.read(FIRST + place).channels[MATTE].astype(np.float32))
            pixels = shot.colours.to_working(shot.read(FIRST + place).plate).pixels
            fills[clip, place] = torch.from_numpy(np.ascontiguousarray(pixels[..., :3]).transpose(2, 0, 1).copy())
    return Found(masks, fills)


def _write(path: Path, channels: Mapping[str, Array], attributes: Mapping[str, object]) -> None:
    height, width = next(iter(channels.values())).shape
    box = Box(0, 0, width, height)
    path.parent.mkdir(parents=True, exist_ok=True)
    whole = {name: np.ascontiguousarray(each, np.float32) for name, each in channels.items()}
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=whole, attributes=attributes)
