"""Detail for a perfect fill of a lower size: what the method makes of it, and what each of its parts is worth.

    python -m benchmarks.residual_hires [--only NAME]... [--variants TEXT]... [--every N] [--write docs/residual.md]

The fill is the truth reduced by area averages, so that nothing but the detail is measured; motion is measured at the
fill's size. Figures are means over frames: PSNR in the hole, sRGB curve, against bilinear enlargement of the fill.
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
from benchmarks.residual_hires.sets import DETAIL_SETS, missing_detail_files, open_detail_set
from benchmarks.residual_hires.tables import WHOLE, ablations_text, calibration_text, failures

__all__ = ["main"]

HEAD = """# ResidualHiRes: figures

Made by `{command}`; every number comes from its last run. {origins}

The fill is the truth reduced by area averages (to a quarter; street to a half) and motion is measured at that size:
what is measured is the detail alone. hillside and poppies are a camera over a photograph (1728x960, 16 frames) under
the mattes of tennis; street is the rendered shot (480x270, 12 frames, against truth_grain). Thresholds were chosen on
hillside and street; poppies was only measured. Seconds are of one processor core, motion not counted. What no frame
shows cannot be known: made-up detail there looks like its surroundings and costs decibels, and so does grain.
"""


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
    values = parser.parse_args()
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
    parts = ["## What each part is worth", ablations_text(outcomes, opening), "## Confidence", *checks]
    print("\n\n".join(parts))
    if values.write:
        head = HEAD.format(command="python -m benchmarks.residual_hires", origins=origin_text([origin()]))
        (ROOT / values.write).write_text("\n\n".join([head.rstrip(), *parts]) + "\n", encoding="utf-8")
    short = failures(outcomes)
    for line in short:
        print(line, file=sys.stderr)
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
