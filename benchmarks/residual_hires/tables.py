"""The tables of ResidualHiRes' figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from benchmarks.bench.report import decimal, table
from benchmarks.residual_hires.ablations import VARIANTS, DetailCalibration, Outcome
from benchmarks.residual_hires.sets import DETAIL_SETS

__all__ = ["WHOLE", "ablations_text", "calibration_text", "failures"]

WHOLE = "+ grain: all of it"


def ablations_text(outcomes: Mapping[tuple[str, str], Outcome], opening: Mapping[str, float]) -> str:
    """Decibels over bilinear of each variant on each set, and what a frame costs.

    outcomes  (set, variant) -> what was measured
    opening   set -> seconds a frame for its residuals
    """
    names = [each.name for each in DETAIL_SETS if any(key[0] == each.name for key in outcomes)]
    head = ["dB over bilinear, in the hole", *names, *(f"s, {name}" for name in names)]
    rows = []
    for variant in VARIANTS:
        found = [outcomes.get((name, variant)) for name in names]
        if any(found):
            gains = [decimal(each.over if each else None, 2) for each in found]
            rows.append([variant, *gains, *(decimal(each.seconds if each else None, 2) for each in found)])
    notes = [
        f"{name}: bilinear {outcome.psnr:.2f} dB"
        for name in names
        if (outcome := outcomes.get((name, "bilinear"))) is not None
    ]
    for name in names:
        whole = outcomes.get((name, WHOLE))
        if whole is not None:
            notes.append(f"{name}: other frames show {100 * whole.seen:.0f} % of the hole")
            notes.append(f"{name}: {opening[name]:.2f} s more a frame for its residuals")
    return table(head, rows) + ("\n\n" + "; ".join(notes) + "." if notes else "")


def calibration_text(name: str, found: Sequence[DetailCalibration]) -> str:
    """Confidence against what came of it, on one set."""
    rows = [
        [f"{c.low:.2f} to {c.high:.2f}", f"{100 * c.share:.0f} %", f"{c.expected:.4f}", f"{c.real:.4f}"] for c in found
    ]
    return table([f"confidence, {name}", "of what is seen", "expected error", "real error"], rows)


def failures(outcomes: Mapping[tuple[str, str], Outcome]) -> list[str]:
    """What falls short of what it must reach."""
    short = []
    for each in DETAIL_SETS:
        whole = outcomes.get((each.name, WHOLE))
        if whole is not None and each.must is not None and whole.over < each.must:
            short.append(f"{each.name}: {whole.over:.2f} dB over bilinear, must be {each.must:.1f}")
    return short
