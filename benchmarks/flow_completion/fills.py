"""FlowInpaint's fills with motion completed in every way, against known truth."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.sets import SETS, missing_files, prepare
from benchmarks.clean_plate.measure import result_folder
from vfxlib.metrics.score import Score
from vfxlib.metrics.sequences import score_sequences

__all__ = ["COMPLETIONS", "FillByCompletion", "measure_fills"]

COMPLETIONS = ("carried", "learned", "auto")


@dataclass(frozen=True)
class FillByCompletion:
    """One set filled with motion completed in one way.

    use  of the set
    """

    plates: str
    use: str
    completion: str
    score: Score


def measure_fills(only: Sequence[str], use: str | None, weights: Path) -> list[FillByCompletion]:
    """Fill every set that is there in every way; a line on the error stream for each.

    only     names; none for all
    use      rendered sets of that use only; None for all sets
    weights  of the trained network
    """
    found = []
    for plates in SETS:
        if (only and plates.name not in only) or use not in (None, plates.use):
            continue
        if absent := missing_files(plates):
            print(f"{plates.name}: left out, needs {absent}", file=sys.stderr, flush=True)
            continue
        ready = prepare(plates)
        work = result_folder(plates, "completion.work")  # one for all, which have the measured motion in common
        shutil.rmtree(work, ignore_errors=True)
        for completion in COMPLETIONS:
            folder = result_folder(plates, f"completion-{completion}")
            shutil.rmtree(folder, ignore_errors=True)
            words = paintout_command("flow-inpaint", *ready.inputs, *ready.options, "--completion", completion)
            words += ["--flow-weights", str(weights.resolve())] if completion != "carried" else []
            run([*words, "--out", str(folder / "clean.####.exr"), "--work", str(work)])
            score = score_sequences(
                result=str(folder),
                truth=str(ready.truth),
                matte=str(ready.matte),
                matte_channel=ready.channel,
                plate=str(ready.plate),
            )
            found.append(FillByCompletion(plates.name, plates.use, completion, score))
            print(f"{plates.name} {completion}: {score.psnr:.2f} dB", file=sys.stderr, flush=True)
    return found
