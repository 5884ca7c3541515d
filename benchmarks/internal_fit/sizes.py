"""InternalFit on the same shot at every size: PSNR in the hole, levels, and seconds.

    python -m benchmarks.internal_fit.sizes [--sets blackswan,hillside] [--sizes 432x240,854x480,...] [--frames N]
        [--quality draft|good|best] [--iterations N] [--device auto] [--draw] [--write docs/fit-sizes.md]

blackswan is footage of 854x480, reduced by area or enlarged by cubic; hillside is a camera that moves over a
photograph, made at 3840x2160 and reduced by area. Both are seen under the mattes of tennis, scaled by nearest. What was
measured is kept in build/bench/fit, for each number of frames; --draw makes the table of that.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.bench.cache import Origin, load_record, origin_text, save_record
from benchmarks.bench.meter import Run, paintout_command, run
from benchmarks.bench.report import GIB, table
from benchmarks.bench.sets import CACHE, ROOT, PreparedSet, find_set, prepare_swapped, prepare_swapped_pan
from benchmarks.internal_fit.cost import seconds_per_unit
from benchmarks.internal_fit.records import FIT_RECORDS
from vfxlib.io.exr import read_channels
from vfxlib.io.footage import open_footage
from vfxlib.metrics.hole import srgb
from vfxlib.metrics.sequences import score_sequences

__all__ = ["SizeFigures", "main", "sizes_text"]

SETS = ("blackswan", "hillside")
SIZES = ("432x240", "854x480", "1728x960", "3840x2160")
FRAMES = 24
MOST_LOSS = 0.7  # dB below the smallest size


@dataclass(frozen=True)
class SizeFigures:
    """One set at one size.

    words         of the command
    levels        that were fitted
    psnr          in the hole, dB
    reduced       the same of the frames reduced to the smallest of SIZES by area, against the truth at that size
    seconds       of all levels' fits
    frame         seconds that a frame takes to be painted
    memory        bytes, the most that the command held
    """

    name: str
    size: str
    frames: int
    words: Sequence[str]
    levels: int
    psnr: float
    reduced: float
    seconds: float
    frame: float
    memory: int

    @property
    def width(self) -> int:
        return int(self.size.split("x")[0])


def measure_size(name: str, size: str, frames: int, words: Sequence[str]) -> SizeFigures:
    """Run the command from the start, and judge it. The result is left in the cache, to be looked at."""
    ready = _prepare(name, size, frames)
    out = CACHE / "sizes" / f"{name}{size}x{frames}"
    shutil.rmtree(out, ignore_errors=True)
    print(f"{name}: {frames} frames of {size}, {' '.join(words)}", file=sys.stderr, flush=True)
    given = paintout_command("internal-fit", *ready.inputs, *ready.options, *words)
    taken = run([*given, "--out", str(out / "clean.####.exr"), "--work", str(out / "work"), "--progress", "json"])
    shutil.rmtree(out / "work", ignore_errors=True)
    psnr, smallest = _psnr(out, ready), _prepare(name, SIZES[0], frames)
    reduced = psnr if size == SIZES[0] else _psnr(reduce_result(out, smallest), smallest)
    return size_figures(name, size, frames, words, taken, (psnr, reduced))


def _psnr(result: Path, ready: PreparedSet) -> float:
    score = score_sequences(result=str(result), truth=str(ready.truth), matte=str(ready.matte))
    assert score.psnr is not None, "a set has holes"
    return score.psnr


def reduce_result(out: Path, smallest: PreparedSet) -> Path:
    """Reduce finished frames to another size as the truth was reduced: by area, as displayed, 8 bits.

    returns  their folder
    """
    folder, size = out / "reduced", smallest.footage.header(1).display.size
    folder.mkdir(exist_ok=True)
    for number in open_footage(out).frames:
        channels = read_channels(out / f"clean.{number:04d}.exr", number).channels
        shown = srgb(np.stack([np.asarray(channels[name], np.float32) for name in "BGR"], axis=2))
        pixels = cv2.resize(shown.clip(0, 1), size, interpolation=cv2.INTER_AREA)
        cv2.imwrite(str(folder / f"reduced.{number:04d}.png"), np.rint(255 * pixels).astype(np.uint8))
    return folder


def size_figures(
    name: str, size: str, frames: int, words: Sequence[str], taken: Run, psnr: tuple[float, float]
) -> SizeFigures:
    """Figures of a command that was run and judged; PSNR as it is, and reduced."""
    fits = {task: seconds for task, seconds in taken.steps.items() if task.startswith("internal-fit/fit")}
    frame = seconds_per_unit(taken, "internal-fit/render")
    return SizeFigures(name, size, frames, words, len(fits), *psnr, sum(fits.values()), frame, taken.memory)


def _prepare(name: str, size: str, frames: int) -> PreparedSet:
    width, height = (int(side) for side in size.split("x"))
    folder = CACHE / f"{name}-tennis{size}x{frames}"
    if name == "hillside":
        return prepare_swapped_pan((width, height), frames, folder)
    return prepare_swapped(find_set(name), (width, height), frames, folder)


def sizes_text(found: Sequence[SizeFigures]) -> str:
    """The table, as Markdown."""
    rows = []
    for one in sorted(found, key=lambda each: (each.name, each.frames, each.width)):
        smallest = min((each for each in found if _alike(each, one)), key=lambda each: each.width)
        apart = one.psnr - smallest.psnr
        verdict = "" if one is smallest else "pass" if apart >= -MOST_LOSS else f"more than {MOST_LOSS:g} dB below"
        cells = [str(one.levels), f"{one.psnr:.2f}", "" if one is smallest else f"{apart:+.2f}", verdict]
        cells += [f"{one.reduced:.2f}"]
        took = [f"{one.seconds:.0f}", f"{one.frame:.2f}", f"{one.memory / GIB:.2f}"]
        options = " ".join(word for word in one.words if word not in ("--device", "auto", "cpu"))
        rows.append([one.name, one.size, str(one.frames), options, *cells, *took])
    head = [
        "set",
        "size",
        "frames",
        "options",
        "levels",
        "dB",
        "to the smallest",
        "verdict",
        "reduced dB",
        "fit s",
        "s a frame",
        "peak GiB",
    ]
    return (
        "The same shot at every size under the same mattes, alone, without a prior. PSNR in the hole of "
        f"the finished frames; must not be more than {MOST_LOSS:g} dB below the smallest size with as many frames. "
        "Footage of blackswan above 854x480 is enlarged by cubic, so it has no more detail than that; hillside is "
        f"sharp at every size. Reduced: the finished frames reduced to {SIZES[0]} by area, against the truth at that "
        "size, which tells a painting that lost something from a truth that has more detail.\n\n" + table(head, rows)
    )


def _alike(one: SizeFigures, other: SizeFigures) -> bool:
    return (one.name, one.frames, one.words) == (other.name, other.frames, other.words)


def _path(name: str, size: str, frames: int) -> Path:
    return FIT_RECORDS / f"sizes-{name}-{size}x{frames}.json"


def load_sizes() -> list[tuple[SizeFigures, Origin]]:
    """All that was kept."""
    found = [record for path in sorted(FIT_RECORDS.glob("sizes-*.json")) if (record := load_record(path)) is not None]
    return [(SizeFigures(**values), where) for values, where in found]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--sizes", default=",".join(SIZES))
    parser.add_argument("--frames", type=int, default=FRAMES)
    parser.add_argument("--quality", default="draft", choices=["draft", "good", "best"])
    parser.add_argument("--iterations", type=int, default=0, help="In place of those of the quality.")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/fit-sizes.md.")
    values = parser.parse_args()
    words = ["--quality", values.quality, "--device", values.device]
    words += ["--iterations", str(values.iterations)] if values.iterations else []
    for name in [] if values.draw else values.sets.split(","):
        for size in values.sizes.split(","):
            figures = measure_size(name, size, values.frames, words)
            save_record(_path(name, size, values.frames), vars(figures))
    found = load_sizes()
    if not found:
        print("nothing to show: no size was measured yet", file=sys.stderr)
        return 1
    text = sizes_text([figures for figures, _ in found])
    print(text)
    command = f"python -m benchmarks.internal_fit.sizes {' '.join(found[0][0].words)}"
    if values.write:
        origins = origin_text(dict.fromkeys(where for _, where in found))
        head = f"# InternalFit: the same shot at every size\n\nMade by `{command}`. {origins}"
        (ROOT / values.write).write_text(f"{head}\n\n{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
