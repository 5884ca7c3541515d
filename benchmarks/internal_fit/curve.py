"""The paper's recipe against ours: seconds and samples that each takes to the same PSNR in a hole whose truth is known.

    python -m benchmarks.internal_fit.curve [--sets blackswan,tennis] [--literal-minutes M] [--ours-iterations N]
        [--device cpu] [--only literal|ours] [--draw] [--write docs/fit.md]

216x120, 20 frames, the same shot, hole and device. The literal recipe may be stopped at any moment and goes on where
it was, with more minutes too. What was measured is kept in build/bench/fit; --draw makes tables and pictures of that.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.bench.cache import code_digest, load_record, save_record
from benchmarks.bench.sets import CACHE, ROOT, PreparedSet, find_set, missing_files, prepare_swapped
from benchmarks.internal_fit.curve_tables import RecipePair, curve_text
from benchmarks.internal_fit.ours import FIRST, fit_shipped
from benchmarks.internal_fit.page import write_page
from benchmarks.internal_fit.paper import SETTINGS, VERSION, PaperRecipe
from benchmarks.internal_fit.records import FIT_CODE, FIT_RECORDS
from benchmarks.internal_fit.series import Point, Series
from benchmarks.internal_fit.truth_shot import TruthShot, open_truth_shot
from vfxlib.device import open_device
from vfxlib.nets.painter import PainterSettings
from vfxlib.review.plot import write_curve

__all__ = ["fit_ours", "fit_paper", "load_pair", "load_series", "main", "measure_set"]

SIZE, FRAMES = (216, 120), 20
LEAST_PAUSE, PAUSE = 30.0, 0.03  # from one look at the literal recipe to the next: seconds, or share of the time gone
SAVE_EVERY = 120.0  # seconds


def fit_paper(
    truth: TruthShot, path: Path, minutes: float, device: str, settings: PainterSettings = SETTINGS
) -> Series | None:
    """Fit by the paper's recipe until its minutes are gone; what an earlier run did counts.

    path     where its series is kept; its checkpoint lies beside it
    minutes  of fitting alone, of all runs together; 0 only reads what there is
    """
    identity = f"literal {VERSION} {json.dumps(asdict(settings))} {_shape(truth)} {device}"
    before, points = load_series(path, identity), []
    checkpoint = path.with_suffix(".safetensors")
    recipe, seconds = PaperRecipe(truth, open_device(device), settings), 0.0
    if before is not None and checkpoint.exists():
        seconds = float(str(recipe.load(checkpoint)["seconds"]))
        points = [point for point in before.points if point.step <= recipe.steps]
    if seconds >= 60 * minutes:
        return before
    look, saved = (points[-1].seconds if points else 0.0), seconds

    def save() -> None:
        recipe.save(checkpoint, {"seconds": seconds})
        _save_series(path, identity, points, recipe.sample, points[-1].psnr if points else 0.0)

    try:
        while seconds < 60 * minutes:
            moment = time.monotonic()
            loss = recipe.step()
            seconds += time.monotonic() - moment
            if seconds >= look or seconds >= 60 * minutes:
                points.append(Point(recipe.steps, recipe.samples, seconds, truth.psnr(recipe.painted)))
                look = seconds + max(LEAST_PAUSE, PAUSE * seconds)
                _print_point(path.stem, points[-1], f"loss {loss:.4f}")
            if seconds - saved >= SAVE_EVERY:
                saved = seconds
                save()
    finally:
        save()
    return load_series(path, identity)


def fit_ours(
    ready: PreparedSet, truth: TruthShot, path: Path, iterations: int, device: str, first: int = FIRST
) -> Series:
    """Fit by our recipe, from the start, unless this very code did so before.

    path        where its series is kept
    iterations  0 takes those of the default quality
    first       steps until the first look
    """
    identity = f"{code_digest(FIT_CODE)} {iterations} {_shape(truth)} {device}"
    before = load_series(path, identity)
    if before is not None:
        return before
    points: list[Point] = []

    def report(point: Point) -> None:
        points.append(point)
        _print_point(path.stem, point)

    sample, kept_psnr = fit_shipped(ready, truth, path.with_suffix(".work"), iterations, device, report, first)
    _save_series(path, identity, points, sample, kept_psnr)
    done = load_series(path, identity)
    assert done is not None
    return done


def _shape(truth: TruthShot) -> str:
    frames = list(truth.plates.values())
    return f"{frames[0].shape[1]}x{frames[0].shape[0]}x{len(frames)}"


def _save_series(path: Path, identity: str, points: Sequence[Point], sample: int, kept_psnr: float) -> None:
    values = {"identity": identity, "sample": sample, "kept_psnr": kept_psnr}
    save_record(path, {**values, "points": [point._asdict() for point in points]})


def load_series(path: Path, identity: str = "") -> Series | None:
    """A series that was kept; None if there is none, or another identity is asked for."""
    found = load_record(path)
    if found is None or (identity and found[0]["identity"] != identity) or not found[0]["points"]:
        return None
    values, where = found
    points = tuple(Point(**point) for point in values["points"])
    return Series(path.stem.split("-")[-1], points, int(values["sample"]), float(values["kept_psnr"]), where)


def _print_point(name: str, point: Point, more: str = "") -> None:
    print(f"{name}: step {point.step}, {point.seconds:.0f} s, {point.psnr:.2f} dB {more}".rstrip(), flush=True)


def load_pair(name: str, device: str) -> RecipePair | None:
    """Both recipes on one set as they were kept; None if one is missing."""
    literal, mine = (load_series(_path(name, kind, device)) for kind in ("literal", "ours"))
    found = load_record(_path(name, "set", device))
    if literal is None or mine is None or found is None:
        return None
    return RecipePair(name, literal, mine, float(found[0]["telea"]), str(found[0]["shape"]))


def _path(name: str, kind: str, device: str) -> Path:
    return FIT_RECORDS / f"{name}-{device.replace(':', '')}-{kind}.json"


def measure_set(name: str, values: argparse.Namespace) -> None:
    """Fit one set by both recipes."""
    ready = prepare_swapped(find_set(name), SIZE, FRAMES, CACHE / f"{name}{SIZE[0]}x{SIZE[1]}")
    truth = open_truth_shot(ready)
    save_record(_path(name, "set", values.device), {"telea": truth.telea(), "shape": _shape(truth)})
    if values.only != "literal":
        fit_ours(ready, truth, _path(name, "ours", values.device), values.ours_iterations, values.device)
    if values.only != "ours":
        fit_paper(truth, _path(name, "literal", values.device), values.literal_minutes, values.device)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default="blackswan,tennis")
    parser.add_argument("--literal-minutes", type=float, default=60.0, help="Of fitting, of all runs together.")
    parser.add_argument("--ours-iterations", type=int, default=0, help="0 takes those of the default quality.")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--only", choices=["literal", "ours"])
    parser.add_argument("--draw", action="store_true", help="Measure nothing; tables and pictures of what was kept.")
    parser.add_argument(
        "--write", type=Path, help="Keep the page, for example docs/fit.md, and the pictures beside it."
    )
    values = parser.parse_args()
    names = values.sets.split(",")
    for name in names:
        absent = missing_files(find_set(name))
        if absent and not values.draw:
            print(f"{name}: left out, needs {absent}", file=sys.stderr)
        elif not values.draw:
            measure_set(name, values)
    pairs = [found for name in names if (found := load_pair(name, values.device)) is not None]
    if not pairs:
        print("nothing to show: a set needs both recipes", file=sys.stderr)
        return 1
    folder = (ROOT / values.write).parent if values.write else FIT_RECORDS
    pictures = []
    for found in pairs:
        lines = {"the paper's recipe": found.literal.over("seconds"), "InternalFit": found.mine.over("seconds")}
        title = f"{found.name}, {found.shape}: PSNR in the hole, on {values.device}"
        write_curve(folder / f"fit-{found.name}.png", lines, title, "seconds of fitting", "PSNR, dB", log_x=True)
        pictures.append(f"fit-{found.name}.png")
    text = curve_text(pairs, values.device, pictures)
    print(text)
    command = f"python -m benchmarks.internal_fit.curve --sets {values.sets} --device {values.device}"
    write_page(values.write, "curve", text, command, [s.origin for found in pairs for s in (found.literal, found.mine)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
