"""Damage found from one marked frame: a classifier that the key teaches, against what dust-busting tools do.

    python -m benchmarks.mask_propagate.damage --plate SEQ --matte SEQ [--key N] [--overlay DIR]

PLATE and MATTE are what `paintout train corrupt` has written. Prints the intersection over union on all frames but the
key, with damage from a mask of a quarter on, of: the key left where it is; the difference from the aligned neighbours'
median at the threshold that tells the key best; the classifier. And the processor's seconds a frame.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import open_shot
from vfxlib.io.footage import open_footage
from vfxlib.io.png import write_png
from vfxlib.layer_names import MATTE
from vfxlib.mask_propagate.damage_classifier import best_threshold, fit_damage
from vfxlib.mask_propagate.damage_features import damage_features
from vfxlib.mask_propagate.warp import sample_bilinear
from vfxlib.motion import Motion, make_view, measure

__all__ = ["main"]

CPU = torch.device("cpu")
SEEN = 0.25
MEDIAN = 1  # of the features: the difference from the nearer of the neighbours, which is that from the median of three


def _moved(frame: Array, motion: Motion) -> torch.Tensor:
    """Another frame, laid on the one that the motion is of: [3 h w]."""
    height, width = frame.shape[:2]
    columns, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    points = np.stack((columns, rows), -1)
    at = to_tensor((points + motion.displacement(points)).astype(np.float32), CPU)
    return sample_bilinear(_tensor(frame), at, "border")


def _tensor(frame: Array) -> torch.Tensor:
    return to_tensor(np.ascontiguousarray(frame.transpose(2, 0, 1)), CPU)


def _features(frames: Sequence[Array]) -> list[torch.Tensor]:
    """Features of every frame, beside the two nearest others."""
    views = [make_view(frame, np.ones(frame.shape[:2], np.bool_)) for frame in frames]
    last = len(frames) - 1
    pairs = [measure(views[i], views[i + 1], margin=0.0) for i in range(last)]
    found = []
    for i, frame in enumerate(frames):
        moved = []
        for other in (i - 1, i + 1):
            if 0 <= other <= last:
                moved.append(_moved(frames[other], pairs[i].forward if other > i else pairs[other].backward))
        if len(moved) < 2:  # at an end, the one after next
            other = 2 if i == 0 else last - 2
            far = measure(views[min(i, other)], views[max(i, other)], margin=0.0)
            moved.append(_moved(frames[other], far.forward if other > i else far.backward))
        found.append(damage_features(_tensor(frame), (moved[0], moved[1])))
    return found


def _overlap(found: Sequence[torch.Tensor], masks: Sequence[torch.Tensor]) -> float:
    shared = sum(float((a & (m >= SEEN)).sum()) for a, m in zip(found, masks, strict=True))
    either = sum(float((a | (m >= SEEN)).sum()) for a, m in zip(found, masks, strict=True))
    return shared / max(1.0, either)


def main(words: Sequence[str] | None = None) -> int:
    """Print the figures of one damaged plate."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plate", required=True)
    parser.add_argument("--matte", required=True)
    parser.add_argument("--key", type=int, help="the marked frame; by default the one with most damage, no end")
    parser.add_argument("--overlay", type=Path, help="found (green), missed (blue) and wrong (red), a PNG a frame")
    given = parser.parse_args(words)
    shot, mattes = open_shot(plate=given.plate, keyed=True), open_footage(given.matte)
    frames = [np.nan_to_num(shot.colours.to_working(shot.read(number).plate).pixels) for number in shot.frames]
    masks = [to_tensor(mattes.read(number).channels[MATTE], CPU) for number in shot.frames]
    area = [float((mask >= SEEN).sum()) for mask in masks]
    key = shot.frames.index(given.key) if given.key is not None else 1 + int(np.argmax(area[1:-1]))
    began = time.process_time()
    features = _features(frames)
    middle = time.process_time()
    classifier = fit_damage(features[key], masks[key], seed=0)
    scores = [classifier.score(each) for each in features]
    ended = time.process_time()
    median = [each[MEDIAN] for each in features]
    threshold, _ = best_threshold(median[key], masks[key])
    others = [i for i in range(len(frames)) if i != key]
    truth = [masks[i] for i in others]
    rows = {
        "key left where it is": _overlap([masks[key] >= SEEN for _ in others], truth),
        "difference from the aligned median": _overlap([median[i] >= threshold for i in others], truth),
        "classifier": _overlap([scores[i] >= classifier.threshold for i in others], truth),
    }
    print(f"{given.plate}: {len(frames)} frames, key {shot.frames[key]}, {area[key]:.0f} pixels of it marked")
    for name, figure in rows.items():
        print(f"    IoU {figure:.3f}  {name}")
    print(f"    expected by the key's own halves {classifier.expected:.3f}")
    count = len(frames)
    print(
        f"    {(middle - began) / count:.2f} s a frame for features, {ended - middle:.1f} s for fit and scores in all"
    )
    if given.overlay:
        given.overlay.mkdir(parents=True, exist_ok=True)
        for number, score, mask in zip(shot.frames, scores, masks, strict=True):
            found, seen = to_numpy(score >= classifier.threshold), to_numpy(mask >= SEEN)
            picture = np.stack((found & ~seen, found & seen, seen & ~found), -1).astype(np.uint8) * 255
            write_png(given.overlay / f"{number:04d}.png", picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
