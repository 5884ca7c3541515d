"""Tables of fills: decibels against the peers, the other measures, and what confidence is worth."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.bench.meter import OURS
from benchmarks.bench.report import decimal, table
from benchmarks.clean_plate.calibration import Calibration
from benchmarks.clean_plate.measure import FillFigure

__all__ = ["calibration_table", "figures_text"]

OVER_PEERS = 1.5  # dB, on sets without a goal of their own


def figures_text(figures: Sequence[FillFigure], left_out: Sequence[str]) -> str:
    """All tables of the figures, as Markdown."""
    parts = [_decibels(figures), _measures(figures)]
    if any(figure.calibration for figure in figures):
        parts.append(_calibration(figures))
    parts += [f"- {line}" for line in left_out]
    return "\n\n".join(parts)


def _decibels(figures: Sequence[FillFigure]) -> str:
    methods = list(dict.fromkeys(figure.method for figure in figures))
    rows = []
    for name in dict.fromkeys(figure.plates.name for figure in figures):
        by_method = {figure.method: figure for figure in figures if figure.plates.name == name}
        mine, plates = by_method.get(OURS), next(iter(by_method.values())).plates
        verdict = "" if mine is None else mine.verdict
        cells = [decimal(by_method[m].score.psnr, 2) if m in by_method else "-" for m in methods]
        if plates.goal is None:
            best = max((f.score.psnr or 0 for m, f in by_method.items() if m != OURS), default=None)
            goals = ["-" if best is None else f"{best + OVER_PEERS:.2f}", "-"]
            if mine is not None and best is not None and (mine.score.psnr or 0) < best + OVER_PEERS:
                under = f"{(mine.score.psnr or 0) - best:+.2f} dB beside the best peer"
                verdict = under if verdict == "pass" else f"{under}; {verdict}"
        else:
            goals = [f"{plates.goal.must:g}", f"{plates.goal.aim:g}"]
        rows.append([f"{name} ({plates.use})" if plates.use else name, *cells, *goals, verdict])
    words = (
        "PSNR in the hole, dB, of all hole pixels of all frames together; sRGB-encoded values, clipped. Rendered sets "
        f"are for tuning or are only ever measured; there the best peer and {OVER_PEERS:g} dB must be reached.\n\n"
    )
    return words + table(["set", *methods, "must", "aim", "verdict"], rows)


def _measures(figures: Sequence[FillFigure]) -> str:
    rows = [
        [
            figure.plates.name,
            figure.method,
            decimal(figure.score.psnr_mean, 2),
            f"{decimal(figure.score.psnr_worst, 2)} ({figure.score.worst_frame})",
            decimal(figure.score.ssim, 4),
            decimal(figure.score.grain, 2),
            decimal(figure.score.warping, 2),
            "-" if figure.score.changed_outside is None else str(figure.score.changed_outside),
            decimal(figure.seconds, 0),
        ]
        for figure in figures
    ]
    head = ["set", "method", "mean", "worst (frame)", "SSIM", "grain", "warping", "changed", "seconds"]
    words = (
        "In the hole as well: PSNR as mean over frames and of the worst frame; SSIM; variance of the grain over that "
        "of the truth's; warping error over that of the truth's (DIS flow on the truth, the same for all); pixels "
        "changed where the matte is 0; seconds of the whole command, - where an earlier result was scored again."
    )
    return f"{words}\n\n{table(head, rows)}"


def _calibration(figures: Sequence[FillFigure]) -> str:
    words = (
        "Confidence: share of hole pixels, mean absolute error that the confidence promises and that was found, in "
        "working code values (ACEScct), by bins of confidence; rank correlation (Spearman) of confidence with minus "
        "the error over copied pixels."
    )
    calibrations = [(figure.plates.name, figure.calibration) for figure in figures if figure.calibration is not None]
    return f"{words}\n\n{calibration_table(calibrations)}"


def calibration_table(calibrations: Sequence[tuple[str, Calibration]]) -> str:
    """What confidence promises and what was found.

    calibrations  name of a row, and what was measured
    """
    rows = []
    for name, calibration in calibrations:
        rank = decimal(calibration.spearman, 2)
        for place, part in enumerate(calibration.bins):
            cells = [f"{100 * part.share:.1f}", decimal(part.expected, 4), decimal(part.measured, 4)]
            first, last = (name, rank) if place == 0 else ("", "")
            rows.append([first, f"{part.low:g} to {part.high:g}", *cells, last])
        if calibration.painted:
            rows.append(
                ["", "painted", f"{100 * calibration.painted:.1f}", "-", decimal(calibration.painted_error, 4), ""]
            )
    return table(["set", "confidence", "share %", "promised", "found", "rank"], rows)
