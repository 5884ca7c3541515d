"""What carried mattes are worth: FlowInpaint with them against FlowInpaint with the true ones."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence

from benchmarks.bench.meter import OURS
from benchmarks.bench.sets import Prepared
from benchmarks.clean_plate.measure import fill_ours
from benchmarks.mask_propagate.run import carried
from benchmarks.mask_propagate.sets import Keyed
from vfxlib.metrics.sequences import score_sequences

__all__ = ["fill_by"]


def fill_by(
    shot: Keyed, methods: Sequence[str], words: Sequence[str] = (), grown: float = 0.0, as_it_is: bool = False
) -> dict[str, float]:
    """PSNR in the true hole, dB, of fills by the true mattes ("true") and by each method's.

    words  further options of our mask-propagate
    grown  pixels by which every matte, the true one too, is grown before it is filled
    """
    more = ("--grow", f"{grown:g}") if grown else ()
    base = dataclasses.replace(shot.ready, options=(*shot.ready.options, *more))
    found = {"true": _fill(shot, "true", base)}
    for method in methods:
        made = carried(shot, method, words if method == OURS else (), as_it_is)
        found[method] = _fill(shot, method, dataclasses.replace(base, matte=made.folder, channel=made.channel))
    return found


def _fill(shot: Keyed, name: str, ready: Prepared) -> float:
    folder = shot.results / f"end-{name}"
    print(f"{shot.name}: flow-inpaint by {name} mattes", file=sys.stderr, flush=True)
    fill_ours(ready, folder)
    score = score_sequences(
        result=str(folder), truth=str(ready.truth), matte=str(shot.ready.matte), matte_channel=shot.ready.channel
    )
    assert score.psnr is not None
    return score.psnr
