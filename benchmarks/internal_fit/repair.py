"""InternalFit alone and after FlowInpaint: the whole hole, and the part of it that FlowInpaint is not sure of.

    python -m benchmarks.internal_fit.repair [--only SET]... [--quality draft|good|best] [--iterations N]
        [--device auto] [--as-it-is] [--draw] [--write docs/fit.md]

Each command runs once; its result is kept in build/bench/results and used again while the code that made it stays the
same (with --as-it-is, whatever became of the code). What was measured is kept in build/bench/fit; --draw makes the
tables of that.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.bench.cache import Origin, code_digest, load_record, save_record
from benchmarks.bench.meter import OURS, paintout_command, run
from benchmarks.bench.sets import PlateSet, PreparedSet, find_set, missing_files, prepare
from benchmarks.clean_plate.calibration import calibration_from_mapping, measure_calibration
from benchmarks.clean_plate.measure import fill_with_flow_inpaint, fill_with_peer, result_folder
from benchmarks.internal_fit.low_confidence import FEW_PIXELS, write_low_confidence_mattes
from benchmarks.internal_fit.page import write_page
from benchmarks.internal_fit.records import FIT_CODE, FIT_RECORDS
from benchmarks.internal_fit.repair_tables import RepairFigures, repair_text
from nodes.internal_fit import InternalFitParams
from vfxlib.io.footage import open_footage
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.dense import dense_flow

__all__ = ["load_figures", "main", "measure_set"]

SETS = ("street", "blackswan", "tennis", "still")
INTERNAL = 4  # provenance.method
STEADY, UNSTEADY = 0.2, 0.0


def other_stabilise() -> float:
    """The weight of the stabilising loss that is not the default."""
    return UNSTEADY if InternalFitParams().stabilise > 0 else STEADY


def measure_set(plates: PlateSet, words: Sequence[str], as_it_is: bool = False) -> None:
    """Run what must be run on one set, judge it, and keep the figures.

    words     of the fit: quality, iterations, device
    as_it_is  True takes results that are there though the code has changed
    """
    ready = prepare(plates)
    frames = len(ready.footage.frames)
    flow, telea = result_folder(plates, OURS), result_folder(plates, "telea")
    if len(list(flow.glob("*.exr"))) != frames:
        _say(plates.name, "flow-inpaint")
        fill_with_flow_inpaint(ready, flow)
    fill_with_peer("telea", ready, telea)
    made = {"telea": telea, "flow": flow}
    took: dict[str, dict[str, Any]] = {}
    variants = {
        "alone": [],
        "other": ["--stabilise", f"{other_stabilise():g}"],
        "after": ["--fill", str(flow)],
    }
    for name, more in variants.items():
        made[name] = result_folder(plates, f"internal-{name}")
        took[name] = _run_internal_fit(ready, made[name], [*words, *more], flow if name == "after" else None, as_it_is)
    low, counts = write_low_confidence_mattes(flow, FIT_RECORDS / f"{plates.name}-low")
    found: dict[str, dict[str, Any]] = {}
    for name, folder in made.items():
        _say(plates.name, f"judging {name}")
        given = str(ready.plate) if name not in ("telea", "flow") else ""
        whole = score_sequences(
            result=str(folder),
            truth=str(ready.truth),
            matte=str(ready.matte),
            matte_channel=ready.channel,
            plate=given,
            flow=dense_flow,
        )
        part = None
        if counts["low"] >= FEW_PIXELS:
            part = score_sequences(result=str(folder), truth=str(ready.truth), matte=str(low), matte_channel="A").psnr
        found[name] = {**whole.to_mapping(), "low": part, **took.get(name, {})}
    calibrations = {}
    for name in ("alone", "other", "after"):
        calibration = measure_calibration(open_footage(made[name]), open_footage(ready.truth), method=INTERNAL)
        calibrations[name] = asdict(calibration) if calibration is not None else None
    values = {
        "words": list(words),
        "other": other_stabilise(),
        **counts,
        "methods": found,
        "calibrations": calibrations,
    }
    save_record(_path(plates.name), values)


def _run_internal_fit(
    ready: PreparedSet, folder: Path, words: Sequence[str], flow: Path | None, as_it_is: bool
) -> dict[str, Any]:
    """One command, unless the same code ran the same before; what it took, and whose code it was."""
    prior = "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(flow.iterdir())) if flow else ""
    command = " ".join([*words, str(ready), hashlib.sha256(prior.encode()).hexdigest()])
    stamp = folder.with_name(f"{folder.name}.json")
    before = load_record(stamp)
    if before is not None and len(list(folder.glob("*.exr"))) == len(ready.footage.frames):
        values, where = before
        if values["command"] == command and (as_it_is or values["code"] == code_digest(FIT_CODE)):
            return {**values, "origin": asdict(where)}
    work = folder.with_name(f"{folder.name}.work")
    for old in (folder, work):
        shutil.rmtree(old, ignore_errors=True)
    given = paintout_command("internal-fit", *ready.inputs, *ready.options, *words)
    _say(folder.parent.name, " ".join(["internal-fit", *words]))
    taken = run([*given, "--out", str(folder / "clean.####.exr"), "--work", str(work), "--progress", "json"])
    values = {"command": command, "code": code_digest(FIT_CODE), "seconds": taken.seconds, "memory": taken.memory}
    save_record(stamp, {**values, "steps": taken.steps})
    again = load_record(stamp)
    assert again is not None
    return {**again[0], "origin": asdict(again[1])}


def load_figures(name: str) -> RepairFigures | None:
    """What was kept of a set; None if nothing was."""
    found = load_record(_path(name))
    if found is None:
        return None
    values, where = found
    calibrations = {
        key: calibration_from_mapping(calibration) if calibration else None
        for key, calibration in values["calibrations"].items()
    }
    return RepairFigures(
        name, values["words"], values["other"], values["hole"], values["low"], values["methods"], calibrations, where
    )


def _path(name: str) -> Path:
    return FIT_RECORDS / f"repair-{name}.json"


def _say(name: str, words: str) -> None:
    print(f"{name}: {words}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", default=[], choices=SETS)
    parser.add_argument("--quality", default="good", choices=["draft", "good", "best"])
    parser.add_argument("--iterations", type=int, default=0, help="In place of those of the quality.")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--as-it-is", action="store_true", help="Take results though the code has changed since.")
    parser.add_argument("--draw", action="store_true", help="Measure nothing; the tables of what was kept.")
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/fit.md.")
    values = parser.parse_args()
    words = ["--quality", values.quality, "--device", values.device]
    words += ["--iterations", str(values.iterations)] if values.iterations else []
    for name in values.only or SETS:
        absent = missing_files(find_set(name))
        if absent and not values.draw:
            print(f"{name}: left out, needs {absent}", file=sys.stderr)
        elif not values.draw:
            measure_set(find_set(name), words, values.as_it_is)
    found = [one for name in SETS if (one := load_figures(name)) is not None]
    if not found:
        print("nothing to show: no set was measured yet", file=sys.stderr)
        return 1
    text = repair_text(found)
    print(text)
    origins = [Origin(**method["origin"]) for one in found for method in one.methods.values() if "origin" in method]
    write_page(
        values.write, "repair", text, f"python -m benchmarks.internal_fit.repair {' '.join(found[0].words)}", origins
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
