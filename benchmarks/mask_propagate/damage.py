"""Damage found from one marked frame: MaskPropagate's corruption method on plates that `train corrupt` has damaged.

    python -m benchmarks.mask_propagate.damage [--plate NAME]... [--kind KIND]... [--frames N] [--seed N]
        [--keys N] [--object] [--fill] [--overlay DIR] [--draw]

NAME is one of the plates in shared/plates, or pan: a camera that moves over a photograph, at 1920x1080. The keys are
the true mattes of the frames with most damage that are no ends of the shot: one, or so many. Prints, over all frames
but those, the intersection over union of damage (a matte of a quarter and more) with what was found; with the first key
left where it is; with the difference from the median with both aligned neighbours, at the threshold that tells the key
best, which is what dust-busting tools do; with --object also with the object method. --fill adds PSNR, inside of the
true matte, of FlowInpaint with the mattes found and with the true ones. What was measured is kept in
build/bench/damage, and --draw makes the table of that.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.cache import load_record, origin_text, save_record
from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.report import GIB, decimal, table
from benchmarks.bench.sets import CACHE, SHARED, moving_pan
from nodes.corruption import CORRUPTIONS
from nodes.processors.motion.motion_file import read_fields
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import open_shot
from vfxlib.io.footage import open_footage
from vfxlib.io.png import write_png
from vfxlib.layer_names import DAMAGE_THRESHOLD, MATTE
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.sampling import pixel_grid, sample

__all__ = ["DamageFigure", "main", "overlap"]

FOLDER = CACHE / "damage"
PAN, SIZE = "pan", (1920, 1080)  # a plate that is made
PLATES = ("blackswan", "tennis", "bmx-trees", PAN)
KINDS = tuple(kind for kind in CORRUPTIONS if kind != "strokes")  # those are things, and have the object method
THRESHOLDS = 256
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class DamageFigure:
    """What was measured of one plate with one kind of damage; overlaps over all frames but the keys'.

    keys                 the frames that have them, that with most damage first
    found, left, median  of the method, of the key left where it is, of the aligned median
    carried              of the object method; None if it was not asked for, or could not take the key
    fill, true_fill      PSNR in dB with the mattes found, and with the true ones; None if it was not asked for
    seconds              processor time a frame of the whole command on one core, its fit taken in
    memory               bytes at most
    """

    plate: str
    kind: str
    seed: int
    frames: int
    keys: tuple[int, ...]
    found: float
    left: float
    median: float
    carried: float | None
    fill: float | None
    true_fill: float | None
    seconds: float
    memory: int


def overlap(found: Mapping[int, Mask], truth: Mapping[int, Mask], keys: Sequence[int]) -> float:
    """Intersection over union of all frames together, but for the keys'; 1 where both are empty."""
    numbers = [number for number in truth if number not in keys]
    shared = sum(int((found[number] & truth[number]).sum()) for number in numbers)
    either = sum(int((found[number] | truth[number]).sum()) for number in numbers)
    return shared / either if either else 1.0


def measure_damage(
    plate: str, kind: str, seed: int, frames: int, count: int, with_object: bool, with_fill: bool, overlay: Path | None
) -> DamageFigure:
    """Damage a plate, find it, and judge that."""
    folder = FOLDER / f"{plate}-{kind}-{seed}-{frames}"
    shutil.rmtree(folder, ignore_errors=True)
    source = str(moving_pan(*SIZE, frames).plate if plate == PAN else SHARED / "plates" / plate / "plate")
    clean = open_footage(source)
    span = f"{clean.frames[0]}-{clean.frames[frames - 1]}"
    words = ["--plate", source, "--frames", span, "--kind", kind]
    run(paintout_command("train", "corrupt", *words, "--seed", str(seed), "--out", str(folder)))
    truth = _mattes(folder / "matte")
    numbers = sorted(truth)
    keys = tuple(sorted(numbers[1:-1], key=lambda number: -int(truth[number].sum()))[:count])
    mattes = open_footage(str(folder / "matte"))
    given = ["--plate", str(folder / "plate"), *(f"--key={key}={mattes.path(key)}" for key in keys)]
    took = run(_ours(given, "corruption", folder / "found"))
    found = _mattes(folder / "found")
    carried = None
    if with_object:
        try:
            run(_ours(given, "object", folder / "object"))
            carried = overlap(_mattes(folder / "object"), truth, keys)
        except RuntimeError as error:  # too fine for its small frames
            print(f"{plate}, {kind}, object: {str(error).splitlines()[-1]}", file=sys.stderr)
    fills = [_fill(folder, each) if with_fill else None for each in ("found", "matte")]
    if overlay:
        _draw(overlay / f"{plate}-{kind}", found, truth)
    return DamageFigure(
        plate=plate,
        kind=kind,
        seed=seed,
        frames=frames,
        keys=keys,
        found=overlap(found, truth, keys),
        left=overlap({number: truth[keys[0]] for number in numbers}, truth, keys),
        median=overlap(_differing(folder, truth[keys[0]], keys[0]), truth, keys),
        carried=carried,
        fill=fills[0],
        true_fill=fills[1],
        seconds=took.processor / frames,
        memory=took.memory,
    )


def _ours(given: Sequence[str], method: str, out: Path) -> list[str]:
    words = ["--method", method, "--threads", "1", "--out", str(out / "matte.####.exr")]
    return paintout_command("mask-propagate", *given, *words)


def _mattes(folder: Path) -> dict[int, Mask]:
    footage = open_footage(str(folder))
    return {
        number: footage.read(number).channels[MATTE].astype(np.float32) >= DAMAGE_THRESHOLD for number in footage.frames
    }


def _fill(folder: Path, mattes: str) -> float | None:
    """PSNR of FlowInpaint with some mattes, in the true hole."""
    out, truth = folder / f"fill-{mattes}", folder / "truth"
    words = ["--plate", str(folder / "plate"), "--matte", str(folder / mattes), "--matte-channel", MATTE]
    run(paintout_command("flow-inpaint", *words, "--out", str(out / "fill.####.exr")))
    score = score_sequences(result=str(out), truth=str(truth), matte=str(folder / "matte"), matte_channel=MATTE)
    return score.psnr


def _differing(folder: Path, key: Mask, number: int) -> dict[int, Mask]:
    """Where frames differ from the median with their aligned neighbours, by as much as tells the key best."""
    shot = open_shot(plate=str(folder / "plate"), keyed=True)
    frames = {each: np.nan_to_num(shot.colours.to_working(shot.read(each).plate).pixels) for each in shot.frames}
    apart = {each: _apart(folder, frames, each) for each in shot.frames}
    best, most = 0.0, -1.0
    for threshold in np.quantile(apart[number][key], np.linspace(0, 1, THRESHOLDS)):
        there = apart[number] >= threshold
        share = (there & key).sum() / (there | key).sum()
        best, most = (float(threshold), share) if share > most else (best, most)
    return {each: apart[each] >= best for each in apart}


def _apart(folder: Path, frames: Mapping[int, Array], number: int) -> Array:
    fields = read_fields(folder / "found" / "matte.work" / "mask-propagate" / "motion" / f"motion.{number:04d}.exr")
    frame = frames[number]
    grid = pixel_grid(*frame.shape[:2])
    others = [
        sample(frames[number + step], (grid + way.motion.displacement(grid)).astype(np.float32))
        for step, way in ((1, fields.forward), (-1, fields.backward))
        if way is not None
    ]
    low, high = np.minimum.reduce(others), np.maximum.reduce(others)
    return np.asarray(np.abs(frame - np.clip(frame, low, high)).max(-1), np.float32)


def _draw(folder: Path, found: Mapping[int, Mask], truth: Mapping[int, Mask]) -> None:
    """Found (green), missed (blue) and wrong (red), a picture a frame."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, mask in truth.items():
        got = found[number]
        picture = np.stack((got & ~mask, got & mask, mask & ~got), -1).astype(np.uint8) * 255
        write_png(folder / f"{number:04d}.png", picture)


def damage_text() -> str:
    """The table of all that was kept."""
    rows, origins = [], []
    for path in sorted(FOLDER.glob("*.json")):
        kept = load_record(path)
        assert kept is not None
        figure = DamageFigure(**kept[0])
        origins.append(kept[1])
        best = max(figure.left, figure.median, figure.carried or 0.0)
        good = figure.found >= 0.75 and (
            figure.found >= best + 0.15 or figure.found >= figure.left - 0.02 > best - 0.03
        )
        kind = KINDS.index(figure.kind) if figure.kind in KINDS else len(KINDS)
        rows.append(((PLATES.index(figure.plate), kind, len(figure.keys)), figure, good))
    lines = [
        (
            f"{figure.plate}{' at 1920x1080' * (figure.plate == PAN)}, {figure.kind}"
            + (f", {len(figure.keys)} keys" if len(figure.keys) > 1 else ""),
            *(decimal(value, 3) for value in (figure.found, figure.left, figure.median, figure.carried)),
            *(decimal(value, 2) for value in (figure.fill, figure.true_fill)),
            *(decimal(figure.seconds, 1), decimal(figure.memory / GIB, 2), "pass" if good else "short"),
        )
        for _, figure, good in sorted(rows, key=lambda row: row[0])
    ]
    head = ("plate, damage", "IoU", "key left", "median", "object", "fill dB", "true dB", "s/frame", "GiB", "verdict")
    return f"{table(head, lines)}\n\n{origin_text(origins)}" if lines else "nothing was measured yet"


def main(words: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plate", action="append", choices=PLATES)
    parser.add_argument("--kind", action="append", choices=CORRUPTIONS)
    parser.add_argument("--frames", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keys", type=int, default=1, help="How many frames have a key.")
    parser.add_argument("--object", action="store_true", help="Measure the object method too; it takes minutes.")
    parser.add_argument("--fill", action="store_true", help="Measure what FlowInpaint makes of the mattes.")
    parser.add_argument("--overlay", type=Path, help="Found (green), missed (blue), wrong (red): a PNG of each frame.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the table of what was kept.")
    given = parser.parse_args(words)
    for plate in [] if given.draw else given.plate or PLATES:
        for kind in given.kind or KINDS:
            more = given.object, given.fill, given.overlay
            figure = measure_damage(plate, kind, given.seed, given.frames, given.keys, *more)
            save_record(FOLDER / f"{plate}-{kind}-{given.seed}-{given.keys}.json", asdict(figure))
            print(f"{plate}, {kind}: IoU {figure.found:.3f}", file=sys.stderr, flush=True)
    print(damage_text())
    return 0


if __name__ == "__main__":
    sys.exit(main())
