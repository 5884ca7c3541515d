"""What InternalFit costs: a draft of a small shot, memory by length of the shot, and a 4K plate by level.

    python -m benchmarks.internal_fit.cost [--parts draft,length,uhd] [--steps N] [--device auto]
        [--draw] [--write docs/fit.md]

Memory is the highest resident size of the process. What was measured is kept in build/bench/fit; --draw makes the
tables of that.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.bench.cache import Origin, load_record, save_record
from benchmarks.bench.meter import Run, paintout_command, run
from benchmarks.bench.report import GIB, table
from benchmarks.bench.sets import CACHE, moving_pan
from benchmarks.internal_fit.page import write_page
from benchmarks.internal_fit.records import FIT_RECORDS

__all__ = ["CommandCost", "cost_text", "main", "seconds_per_unit"]

PARTS = ("draft", "length", "uhd")
SMALL, SHORT, LONG = (480, 270), 24, 120
UHD, FEW = (3840, 2160), 4
MOST_SECONDS = 300.0
MOST_GROWTH = 5.0  # per cent
BUDGETS = (1.0, 8.0)  # GiB
UHD_BUDGET = 8.0  # GiB
STEPS = 30


@dataclass(frozen=True)
class CommandCost:
    """One command.

    part, size, frames, budget  what was run; the budget in GiB
    seconds, memory             of the whole command; bytes
    steps                       task -> seconds
    unit_seconds                task -> seconds a step or a frame, without what happens once
    """

    part: str
    size: str
    frames: int
    budget: float
    words: Sequence[str]
    seconds: float
    memory: int
    steps: dict[str, float]
    unit_seconds: dict[str, float]


def seconds_per_unit(taken: Run, task: str) -> float:
    """Median seconds of one step or frame of a task, so that checks in between and the start do not count."""
    found = [
        (after - before) / (done - fewer)
        for (before, fewer), (after, done) in pairwise(taken.ticks.get(task, ()))
        if done > fewer
    ]
    return statistics.median(found) if found else float("nan")


def measure_cost(part: str, size: tuple[int, int], frames: int, budget: float, words: Sequence[str]) -> CommandCost:
    """Run one command from the start."""
    plate, out = moving_pan(*size, frames), CACHE / "cost" / "internal"
    shutil.rmtree(out, ignore_errors=True)
    name = f"{size[0]}x{size[1]}"
    print(f"{part}: {frames} frames of {name}, --memory {budget:g} {' '.join(words)}", file=sys.stderr, flush=True)
    given = paintout_command("internal-fit", *plate.inputs, *words)
    given += ["--memory", f"{budget:g}", "--out", str(out / "clean.####.exr"), "--progress", "json"]
    taken = run(given)
    shutil.rmtree(out, ignore_errors=True)
    unit_seconds = {task: seconds_per_unit(taken, task) for task in taken.steps}
    return CommandCost(part, name, frames, budget, words, taken.seconds, taken.memory, taken.steps, unit_seconds)


def measure_part(part: str, steps: int, device: str) -> list[CommandCost]:
    """Measure one of ``PARTS``."""
    where, few = ["--device", device], ["--iterations", str(steps), "--device", device]
    match part:
        case "draft":
            return [measure_cost(part, SMALL, SHORT, BUDGETS[-1], ["--quality", "draft", *where])]
        case "length":
            return [measure_cost(part, SMALL, frames, budget, few) for budget in BUDGETS for frames in (SHORT, LONG)]
        case _:
            return [measure_cost(part, UHD, FEW, UHD_BUDGET, few)]


def cost_text(costs: Sequence[CommandCost]) -> str:
    """The tables, as Markdown."""
    parts = ["Whole commands, one run each; plates are a camera that moves over a photograph.", _runs(costs)]
    for cost in costs:
        if cost.part == "draft":
            verdict = "pass" if cost.seconds < MOST_SECONDS else f"over {MOST_SECONDS:g} s"
            parts.append(f"A draft of {cost.frames} frames of {cost.size}: {cost.seconds:.0f} s ({verdict}).")
    for budget in BUDGETS:
        by_length = {cost.frames: cost for cost in costs if cost.part == "length" and cost.budget == budget}
        if {SHORT, LONG} <= set(by_length):
            short, long = by_length[SHORT].memory, by_length[LONG].memory
            grown = 100 * (long / short - 1)
            verdict = "flat" if grown <= MOST_GROWTH else "within its budget" if long <= budget * GIB else "over budget"
            parts.append(
                f"Peak memory from {SHORT} to {LONG} frames under --memory {budget:g}: {short / GIB:.2f} to "
                f"{long / GIB:.2f} GiB, {grown:+.1f} % ({verdict})."
            )
    for cost in costs:
        if cost.part == "uhd":
            verdict = "pass" if cost.memory <= cost.budget * GIB else "over budget"
            parts.append(
                f"Peak memory of {cost.size} under --memory {cost.budget:g}: {cost.memory / GIB:.2f} GiB ({verdict})."
            )
            parts.append(_levels(cost))
    return "\n\n".join(parts)


def _runs(costs: Sequence[CommandCost]) -> str:
    rows = []
    for cost in costs:
        fit = sum(seconds for task, seconds in cost.steps.items() if "/fit" in task)
        rest = (cost.steps.get(f"internal-fit/{name}", 0.0) for name in ("read", "render"))
        words = " ".join(word for word in cost.words if word not in ("--device", "auto"))
        cells = [f"{cost.budget:g}", f"{cost.memory / GIB:.2f}", f"{cost.seconds:.0f}", f"{fit:.0f}"]
        rows.append([cost.size, str(cost.frames), words, *cells, *(f"{seconds:.0f}" for seconds in rest)])
    return table(["plate", "frames", "options", "--memory", "peak GiB", "seconds", "fit", "read", "render"], rows)


def _levels(cost: CommandCost) -> str:
    tasks = [task for task in cost.unit_seconds if "/fit" in task]
    width, height = (int(side) for side in cost.size.split("x"))
    rows = []
    for level, task in enumerate(tasks):
        halved = 2 ** (len(tasks) - 1 - level)
        rows.append([f"fit, {width // halved}x{height // halved}", f"{cost.unit_seconds[task]:.2f} a step"])
    rows.append(["render", f"{cost.unit_seconds.get('internal-fit/render', float('nan')):.2f} a frame"])
    return "Seconds at each level (median; checks and the start not counted).\n\n" + table(["", "seconds"], rows)


def _path(part: str) -> Path:
    return FIT_RECORDS / f"cost-{part}.json"


def load_costs(part: str) -> tuple[list[CommandCost], Origin] | None:
    """What was kept of a part; None if nothing was."""
    found = load_record(_path(part))
    return None if found is None else ([CommandCost(**one) for one in found[0]["costs"]], found[1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parts", default=",".join(PARTS))
    parser.add_argument("--steps", type=int, default=STEPS, help="Of each level, where length and 4K are measured.")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/fit.md.")
    values = parser.parse_args()
    for part in [] if values.draw else values.parts.split(","):
        costs: list[dict[str, Any]] = [vars(cost) for cost in measure_part(part, values.steps, values.device)]
        save_record(_path(part), {"costs": costs})
    found = [one for part in PARTS if (one := load_costs(part)) is not None]
    if not found:
        print("nothing to show: no part was measured yet", file=sys.stderr)
        return 1
    text = cost_text([cost for costs, _ in found for cost in costs])
    print(text)
    command = f"python -m benchmarks.internal_fit.cost --steps {values.steps} --device {values.device}"
    write_page(values.write, "cost", text, command, [where for _, where in found])
    return 0


if __name__ == "__main__":
    sys.exit(main())
