"""What carried mattes are worth: FlowInpaint with them against FlowInpaint with the true ones."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.bench.meter import OURS
from benchmarks.bench.sets import PreparedSet
from benchmarks.clean_plate.measure import fill_with_flow_inpaint
from benchmarks.mask_propagate.run import propagate
from benchmarks.mask_propagate.sets import KeyedShot
from vfxlib.metrics.sequences import score_sequences

__all__ = ["fill_psnr"]


def fill_psnr(
    shot: KeyedShot,
    methods: Sequence[str],
    words: Sequence[str] = (),
    grown: float = 0.0,
    as_it_is: bool = False,
    fill: Callable[[PreparedSet, Path], object] = fill_with_flow_inpaint,
) -> dict[str, float]:
    """PSNR in the true hole, dB, of fills by the true mattes ("true") and by each method's.

    words     further options of our mask-propagate
    grown     pixels by which every matte, the true one too, is grown before it is filled
    as_it_is  True takes mattes that are there though the code has changed
    fill      fills a shot into a folder
    """
    more = ("--grow", f"{grown:g}") if grown else ()
    base = dataclasses.replace(shot.ready, options=(*shot.ready.options, *more))
    found = {"true": _score(shot, "true", base, fill)}
    for method in methods:
        made = propagate(shot, method, words if method == OURS else (), as_it_is)
        found[method] = _score(shot, method, dataclasses.replace(base, matte=made.folder, channel=made.channel), fill)
    return found


def _score(shot: KeyedShot, name: str, ready: PreparedSet, fill: Callable[[PreparedSet, Path], object]) -> float:
    folder = shot.results / f"end-{name}"
    print(f"{shot.name}: flow-inpaint by {name} mattes", file=sys.stderr, flush=True)
    fill(ready, folder)
    score = score_sequences(
        result=str(folder), truth=str(ready.truth), matte=str(shot.ready.matte), matte_channel=shot.ready.channel
    )
    assert score.psnr is not None
    return score.psnr
