"""Detail for a perfect fill of a lower size: what the method makes of it, and what each of its parts is worth.

    python -m benchmarks.residual_hires [--only NAME]... [--variants TEXT]... [--every N] [--write docs/residual.md]
    python -m benchmarks.residual_hires --end-to-end [--at-4k] [--write docs/residual.md]

The fill is the truth reduced by area averages, so that nothing but the detail is measured; motion is measured at the
fill's size. Figures are means over frames: PSNR in the hole, sRGB curve, against bilinear enlargement of the fill.
--end-to-end measures the node with FlowInpaint's own fill instead, against FlowInpaint at full resolution; --at-4k its
time and memory at 3840x2160 and 960x540. --write then keeps the page's other part as it is.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import torch

from benchmarks.bench.cache import origin, origin_text
from benchmarks.bench.sets import ROOT
from benchmarks.residual_hires.ablations import VARIANTS, Outcome, calibrate, measure_variant
from benchmarks.residual_hires.drive import open_plates
from benchmarks.residual_hires.end_to_end import (
    FULL,
    MEMORY,
    Filled,
    MadePlate,
    end_to_end_text,
    fill_end_to_end,
    growth_text,
)
from benchmarks.residual_hires.sets import DETAIL_SETS, missing_detail_files, open_detail_set
from benchmarks.residual_hires.tables import WHOLE, ablations_text, calibration_text, failures

__all__ = ["main"]

HEAD = """# ResidualHiRes: figures

Made by `{command}`; every number comes from its last run. {origins}

The fill is the truth reduced by area averages (to a quarter; street to a half) and motion is measured at that size:
what is measured is the detail alone. hillside and poppies are a camera over a photograph (1728x960, 16 frames) under
the mattes of tennis; street is the rendered shot (480x270, 12 frames, against truth_grain); blackswan and tennis are
footage (854x480, 16 frames) whose known pixels are held out by the mattes of another shot. Thresholds were chosen on
hillside and street; poppies was measured, and looked at once, when the damping of doubtful detail was chosen; the
footage's confidence was looked at once, after which the expected error was bounded by the detail's own strength. How
much of a reference's own light is taken was chosen among three rules with the figures of all five sets in view.
Seconds are of one processor core, motion not counted. What no frame shows cannot be known: made-up detail there looks
like its surroundings and costs decibels, and so does grain.
"""


END_TO_END = "## End to end"
END_TO_END_HEAD = """Made by `python -m benchmarks.residual_hires {options}`. {origins}

FlowInpaint on the plate reduced by a whole factor, then ResidualHiRes, against FlowInpaint at full resolution, each
from the plate's files to the result's, by a process that may take {memory} GiB. Processor time counts all threads."""
SETS = (MadePlate("hillside", (1728, 960), 16), MadePlate("poppies", (1728, 960), 16))
WORKING = (1024, 576, 512)  # half, a third and a quarter of these
SMALL, LARGE = MadePlate("hillside", (960, 540), 12), MadePlate("hillside", (3840, 2160), 12)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.residual_hires",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--only", action="append", choices=[each.name for each in DETAIL_SETS])
    parser.add_argument("--variants", action="append", help="Part of a variant's name.")
    parser.add_argument("--every", type=int, default=1, help="Fill every Nth frame only.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/residual.md.")
    parser.add_argument("--end-to-end", action="store_true", help="With FlowInpaint's own fill.")
    parser.add_argument("--at-4k", action="store_true", help="Time and memory at 4K and 1K.")
    parser.add_argument("--flow-frames", type=int, default=12, help="How many frames FlowInpaint alone fills at 4K.")
    values = parser.parse_args()
    if values.end_to_end or values.at_4k:
        return _end_to_end(values)
    torch.set_num_threads(1)
    outcomes: dict[tuple[str, str], Outcome] = {}
    opening: dict[str, float] = {}
    checks: list[str] = []
    for each in DETAIL_SETS:
        if values.only and each.name not in values.only:
            continue
        if lacks := missing_detail_files(each):
            print(f"{each.name}: left out, needs {lacks}", file=sys.stderr)
            continue
        shot = open_detail_set(each)
        plates = open_plates(shot)
        opening[each.name] = plates.seconds
        frames = range(0, len(shot.plate), values.every)
        for variant in VARIANTS:
            if values.variants and not any(part in variant for part in values.variants):
                continue
            outcome, driven = measure_variant(variant, shot, plates, frames)
            outcomes[each.name, variant] = outcome
            print(
                f"{each.name}, {variant}: {outcome.over:+.2f} dB, {outcome.seconds:.2f} s", file=sys.stderr, flush=True
            )
            if variant == WHOLE and driven is not None:
                checks.append(calibration_text(each.name, calibrate(shot, driven)))
    parts = ["## What each part is worth", ablations_text(outcomes, opening)]
    parts += ["## Confidence", *checks] if checks else []
    print("\n\n".join(parts))
    if values.write:
        every = f" --every {values.every}" if values.every > 1 else ""
        head = HEAD.format(command=f"python -m benchmarks.residual_hires{every}", origins=origin_text([origin()]))
        _, after = _page(ROOT / values.write)
        _write(ROOT / values.write, "\n\n".join([head.rstrip(), *parts]), after)
    short = failures(outcomes)
    for line in short:
        print(line, file=sys.stderr)
    return 1 if short else 0


def _end_to_end(values: argparse.Namespace) -> int:
    """The figures with FlowInpaint's own fill."""
    parts, options = [], []
    if values.end_to_end:
        options.append("--end-to-end")
        plates = [plate for plate in SETS if not values.only or plate.photo in values.only]
        parts.append(end_to_end_text([_filled(plate, working) for plate in plates for working in (FULL, *WORKING)]))
    if values.at_4k:
        options.append("--at-4k")
        found = [_filled(SMALL, 512), _filled(LARGE, 1024), _filled(SMALL, FULL)]
        found.append(_filled(LARGE, FULL, values.flow_frames))
        parts.append(growth_text(found))
    head = END_TO_END_HEAD.format(options=" ".join(options), memory=MEMORY, origins=origin_text([origin()]))
    text = "\n\n".join([END_TO_END, head, *parts])
    print(text)
    if values.write:
        before, _ = _page(ROOT / values.write)
        _write(ROOT / values.write, before, text)
    return 0


def _filled(plate: MadePlate, working: int, frames: int = 0) -> Filled:
    found = fill_end_to_end(plate, working, frames)
    print(
        f"{plate.name}, 1/{found.factor}: {found.psnr:.2f} dB, {found.cpu:.0f} s of processor, {found.seconds:.0f} s, "
        f"{found.detail:.0f} s of them for detail, {found.memory / 2**30:.2f} GiB",
        file=sys.stderr,
        flush=True,
    )
    return found


def _page(path: Path) -> tuple[str, str]:
    """Both parts of the page as they are: with a perfect fill, and end to end."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    before, found, after = text.partition(END_TO_END)
    return before.rstrip(), (found + after).rstrip()


def _write(path: Path, *parts: str) -> None:
    path.write_text("\n\n".join(part for part in parts if part) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
