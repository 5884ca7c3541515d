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

import numpy as np

from benchmarks.bench.cache import KEPT, Origin, code_digest, keep, kept
from benchmarks.bench.meter import OURS, ours, run
from benchmarks.bench.sets import Plates, Prepared, missing, named, prepare
from benchmarks.clean_plate.calibration import measure_trust, trust_from
from benchmarks.clean_plate.measure import fill_ours, fill_peer, results
from benchmarks.internal_fit.page import write_page
from benchmarks.internal_fit.repair_tables import Measured, repair_text
from nodes.internal_fit import InternalFitParams
from vfxlib.colour.ocio import as_float
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import open_footage
from vfxlib.metrics.hole import hole_of
from vfxlib.metrics.sequences import score_sequences
from vfxlib.motion.dense import dense_flow

__all__ = ["main", "measure_set"]

SETS = ("street", "blackswan", "tennis", "still")
LOW = 0.5  # confidence below which a fill is painted anew
FEW = 100  # pixels: fewer tell nothing
INTERNAL = 4  # provenance.method
STEADY, UNSTEADY = 0.2, 0.0


def other_stabilise() -> float:
    """The weight of the stabilising loss that is not the default."""
    return UNSTEADY if InternalFitParams().stabilise > 0 else STEADY


def measure_set(plates: Plates, words: Sequence[str], as_it_is: bool = False, ready: Prepared | None = None) -> None:
    """Run what must be run on one set, judge it, and keep the figures.

    words     of the fit: quality, iterations, device
    as_it_is  True takes results that are there though the code has changed
    ready     the set on disk, if it is none of those in ``sets``
    """
    ready = prepare(plates) if ready is None else ready
    frames = len(ready.footage.frames)
    flow, telea = results(plates, OURS), results(plates, "telea")
    if len(list(flow.glob("*.exr"))) != frames:
        _say(plates.name, "flow-inpaint")
        fill_ours(ready, flow)
    fill_peer("telea", ready, telea)
    made = {"telea": telea, "flow": flow}
    took: dict[str, dict[str, Any]] = {}
    variants = {
        "alone": [],
        "other": ["--stabilise", f"{other_stabilise():g}"],
        "after": ["--fill", str(flow)],
    }
    for name, more in variants.items():
        made[name] = results(plates, f"internal-{name}")
        took[name] = _internal(ready, made[name], [*words, *more], flow if name == "after" else None, as_it_is)
    low, counts = _low_mattes(flow, KEPT / f"{plates.name}-low")
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
        if counts["low"] >= FEW:
            part = score_sequences(result=str(folder), truth=str(ready.truth), matte=str(low), matte_channel="A").psnr
        found[name] = {**whole.to_mapping(), "low": part, **took.get(name, {})}
    trusts = {}
    for name in ("alone", "other", "after"):
        trust = measure_trust(open_footage(made[name]), open_footage(ready.truth), method=INTERNAL)
        trusts[name] = asdict(trust) if trust is not None else None
    values = {"words": list(words), "other": other_stabilise(), **counts, "methods": found, "trusts": trusts}
    keep(_path(plates.name), values)


def _internal(ready: Prepared, folder: Path, words: Sequence[str], flow: Path | None, as_it_is: bool) -> dict[str, Any]:
    """One command, unless the same code ran the same before; what it took, and whose code it was."""
    prior = "".join(hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(flow.iterdir())) if flow else ""
    told = " ".join([*words, str(ready), hashlib.sha256(prior.encode()).hexdigest()])
    stamp = folder.with_name(f"{folder.name}.json")
    before = kept(stamp)
    if before is not None and len(list(folder.glob("*.exr"))) == len(ready.footage.frames):
        values, where = before
        if values["told"] == told and (as_it_is or values["code"] == code_digest()):
            return {**values, "origin": asdict(where)}
    work = folder.with_name(f"{folder.name}.work")
    for old in (folder, work):
        shutil.rmtree(old, ignore_errors=True)
    given = ours("internal-fit", "--plate", str(ready.plate), "--matte", str(ready.matte), *ready.options, *words)
    given += ["--matte-channel", ready.channel] if ready.channel else []
    _say(folder.parent.name, " ".join(["internal-fit", *words]))
    taken = run([*given, "--out", str(folder / "clean.####.exr"), "--work", str(work), "--progress", "json"])
    values = {"told": told, "code": code_digest(), "seconds": taken.seconds, "memory": taken.memory}
    keep(stamp, {**values, "steps": taken.steps})
    again = kept(stamp)
    assert again is not None
    return {**again[0], "origin": asdict(again[1])}


def _low_mattes(flow: Path, folder: Path) -> tuple[Path, dict[str, int]]:
    """Mattes of what FlowInpaint is not sure of, and the pixels of the hole and of that part."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    footage, counts = open_footage(flow), {"hole": 0, "low": 0}
    for number in footage.frames:
        frame = footage.read(number)
        hole = hole_of(as_float(frame.channels["matte.A"]))
        low = hole & (as_float(frame.channels["confidence.A"]) < LOW)
        counts["hole"] += int(hole.sum())
        counts["low"] += int(low.sum())
        write_exr(
            folder / f"low.{number:04d}.exr",
            display=frame.header.display,
            origin=frame.header.origin,
            data=frame.header.data,
            aspect=1.0,
            channels={"A": low.astype(np.float16)},
            attributes={},
        )
    return folder, counts


def measured(name: str) -> Measured | None:
    """What was kept of a set; None if nothing was."""
    found = kept(_path(name))
    if found is None:
        return None
    values, where = found
    trusts = {key: trust_from(trust) if trust else None for key, trust in values["trusts"].items()}
    return Measured(
        name, values["words"], values["other"], values["hole"], values["low"], values["methods"], trusts, where
    )


def _path(name: str) -> Path:
    return KEPT / f"repair-{name}.json"


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
        absent = missing(named(name))
        if absent and not values.draw:
            print(f"{name}: left out, needs {absent}", file=sys.stderr)
        elif not values.draw:
            measure_set(named(name), words, values.as_it_is)
    found = [one for name in SETS if (one := measured(name)) is not None]
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
