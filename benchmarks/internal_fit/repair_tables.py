"""Tables of InternalFit alone and after FlowInpaint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.bench.cache import Origin
from benchmarks.bench.report import GIB, decimal, table
from benchmarks.clean_plate.calibration import Calibration
from benchmarks.clean_plate.tables import calibration_table
from benchmarks.internal_fit.low_confidence import FEW_PIXELS

__all__ = ["RepairFigures", "repair_text"]

GOALS = {"blackswan": (("alone", 21.5, 21.5), ("after", 22.5, 24.0))}  # set -> method, must, aim
MOST_SECONDS = 300.0  # in which a goal must be reached
GAIN = 1.0  # dB that painting must win where FlowInpaint is not sure
NAMES = {"telea": "telea", "flow": "flow-inpaint", "alone": "internal-fit", "after": "flow + internal"}


@dataclass(frozen=True)
class RepairFigures:
    """One set.

    words      of the fits
    other      weight of the stabilising loss in the fit that is called "other"; "alone" and "after" have the default
    hole, low  pixels of the hole, and of its part where FlowInpaint's confidence is below 0.5
    methods    "telea", "flow", "alone", "other", "after" -> figures
    calibrations  of the three fits, over what the network painted; None where it painted nothing
    """

    name: str
    words: Sequence[str]
    other: float
    hole: int
    low: int
    methods: Mapping[str, Mapping[str, Any]]
    calibrations: Mapping[str, Calibration | None]
    origin: Origin


def repair_text(sets: Sequence[RepairFigures]) -> str:
    """All tables, as Markdown."""
    calibrations = [
        (f"{one.name}, {NAMES[name]}", calibration)
        for one in sets
        for name in ("alone", "after")
        if (calibration := one.calibrations[name]) is not None
    ]
    return "\n\n".join(
        [
            f"Each command once, `{' '.join(sets[0].words)}`. PSNR in the whole hole, dB. On blackswan alone "
            "must 21.5, after FlowInpaint must 22.5 and aim 24, in 5 minutes.",
            _whole(sets),
            "PSNR in the part of the hole where FlowInpaint's confidence is below 0.5, dB, and what painting that "
            f"part wins; must {GAIN:+g} dB over both. Low: that part's share of the hole.",
            _low(sets),
            "Warping error over that of the truth: of `internal-fit` alone without the stabilising loss "
            "(`--stabilise 0`) and with it (0.2, or the default where that is above 0), which must be lower; PSNR of "
            "both, dB; and the warping error of the others.",
            _steady(sets),
            "Confidence of what the network painted: share of those pixels, mean absolute error that it promises and "
            "that was found, in working code values (ACEScct), by bins of confidence; rank correlation (Spearman) with "
            "minus the error.",
            calibration_table(calibrations),
            "What it took, whole commands (fit and render; FlowInpaint's own time not counted), and pixels changed "
            "where the matte is 0.",
            _took(sets),
        ]
    )


def _whole(sets: Sequence[RepairFigures]) -> str:
    rows = []
    for one in sets:
        cells = [decimal(one.methods[name]["psnr"], 2) for name in NAMES]
        rows.append([one.name, *cells, _goals(one)])
    return table(["set", *NAMES.values(), "verdict"], rows)


def _goals(one: RepairFigures) -> str:
    found = []
    for name, must, aim in GOALS.get(one.name, ()):
        psnr = one.methods[name]["psnr"]
        reached = "aim" if psnr >= aim else "pass" if psnr >= must else f"under {must:g}"
        late = ", but" if reached != f"under {must:g}" and one.methods[name]["seconds"] > MOST_SECONDS else ""
        found.append(f"{NAMES[name]} {reached}{late} in {one.methods[name]['seconds']:.0f} s")
    return "; ".join(found)


def _low(sets: Sequence[RepairFigures]) -> str:
    rows = []
    for one in sets:
        share = f"{100 * one.low / max(1, one.hole):.2f}"
        if one.low < FEW_PIXELS:
            words = "empty" if one.low == 0 else f"only {one.low} pixels"
            rows.append([one.name, share, str(one.low), *["-"] * (len(NAMES) + 2), words])
            continue
        low = {name: float(one.methods[name]["low"]) for name in NAMES}
        gains = low["after"] - low["telea"], low["after"] - low["flow"]
        verdict = "pass" if min(gains) >= GAIN else f"under {GAIN:+g} dB"
        cells = [decimal(low[name], 2) for name in NAMES]
        rows.append([one.name, share, str(one.low), *cells, *(f"{gain:+.2f}" for gain in gains), verdict])
    return table(["set", "low %", "pixels", *NAMES.values(), "over telea", "over flow", "verdict"], rows)


def _steady(sets: Sequence[RepairFigures]) -> str:
    rows = []
    for one in sets:
        without, steady = ("alone", "other") if one.other else ("other", "alone")
        before, after = (one.methods[name]["warping"] for name in (without, steady))
        verdict = "-" if before is None or after is None else "pass" if after < before else "not lower"
        decibels = [decimal(one.methods[name]["psnr"], 2) for name in (without, steady)]
        others = [decimal(one.methods[name]["warping"], 2) for name in ("flow", "after")]
        rows.append([one.name, decimal(before, 2), decimal(after, 2), verdict, *decibels, *others])
    head = ["set", "without", "with", "verdict", "dB without", "dB with", "flow-inpaint", "flow + internal"]
    return table(head, rows)


def _took(sets: Sequence[RepairFigures]) -> str:
    rows = []
    for one in sets:
        for name, words in (("alone", "alone"), ("other", f"--stabilise {one.other:g}"), ("after", "flow + internal")):
            found = one.methods[name]
            fit = sum(seconds for step, seconds in found["steps"].items() if "/fit" in step)
            cells = [f"{found['seconds']:.0f}", f"{fit:.0f}", f"{found['memory'] / GIB:.2f}"]
            cells += [decimal(found["grain"], 2), f"{found['ssim']:.4f}", str(found["changed_outside"])]
            rows.append([one.name, words, *cells])
    return table(["set", "fit", "seconds", "fitting", "peak GiB", "grain", "SSIM", "changed"], rows)
