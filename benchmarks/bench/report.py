"""The tables that are printed, and the page that keeps them."""

from __future__ import annotations

import datetime
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import psutil

from benchmarks.bench.sets import ROOT
from benchmarks.clean_plate.calibration import Trust
from benchmarks.clean_plate.measure import OURS, Figure

__all__ = ["calibration_table", "figures_text", "machine", "page", "table"]


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table whose columns stand under each other on a terminal too; the first column to the left."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        placed = [c.ljust(w) if i == 0 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=True))]
        return f"| {' | '.join(placed)} |"

    rule = ["-" * widths[0], *("-" * (w - 1) + ":" for w in widths[1:])]
    return "\n".join([line(head), line(rule), *map(line, rows)])


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def figures_text(figures: Sequence[Figure], left_out: Sequence[str]) -> str:
    """All tables of the figures, as Markdown."""
    parts = [_decibels(figures), _measures(figures)]
    if any(figure.trust for figure in figures):
        parts.append(_calibration(figures))
    parts += [f"- {line}" for line in left_out]
    return "\n\n".join(parts)


def _decibels(figures: Sequence[Figure]) -> str:
    methods = list(dict.fromkeys(figure.method for figure in figures))
    rows = []
    for name in dict.fromkeys(figure.plates.name for figure in figures):
        by_method = {figure.method: figure for figure in figures if figure.plates.name == name}
        mine, goal = by_method.get(OURS), next(iter(by_method.values())).plates.goal
        verdict = "" if mine is None else mine.verdict
        cells = [_number(by_method[m].score.psnr, 2) if m in by_method else "-" for m in methods]
        rows.append([name, *cells, f"{goal.must:g}", f"{goal.aim:g}", verdict])
    return "PSNR in the hole, dB, of all hole pixels of all frames together; sRGB-encoded values, clipped.\n\n" + table(
        ["set", *methods, "must", "aim", "verdict"], rows
    )


def _measures(figures: Sequence[Figure]) -> str:
    rows = [
        [
            figure.plates.name,
            figure.method,
            _number(figure.score.psnr_mean, 2),
            f"{_number(figure.score.psnr_worst, 2)} ({figure.score.worst_frame})",
            _number(figure.score.ssim, 4),
            _number(figure.score.grain, 2),
            _number(figure.score.warping, 2),
            "-" if figure.score.changed_outside is None else str(figure.score.changed_outside),
            _number(figure.seconds, 0),
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


def _calibration(figures: Sequence[Figure]) -> str:
    words = (
        "Confidence: share of hole pixels, mean absolute error that the confidence promises and that was found, in "
        "working code values (ACEScct), by bins of confidence; rank correlation (Spearman) of confidence with minus "
        "the error over copied pixels."
    )
    trusts = [(figure.plates.name, figure.trust) for figure in figures if figure.trust is not None]
    return f"{words}\n\n{calibration_table(trusts)}"


def calibration_table(trusts: Sequence[tuple[str, Trust]]) -> str:
    """What confidence promises and what was found.

    trusts  name of a row, and what was measured
    """
    rows = []
    for name, trust in trusts:
        rank = _number(trust.spearman, 2)
        for place, part in enumerate(trust.bins):
            cells = [f"{100 * part.share:.1f}", _number(part.expected, 4), _number(part.real, 4)]
            first, last = (name, rank) if place == 0 else ("", "")
            rows.append([first, f"{part.low:g} to {part.high:g}", *cells, last])
        if trust.painted:
            rows.append(["", "painted", f"{100 * trust.painted:.1f}", "-", _number(trust.worst, 4), ""])
    return table(["set", "confidence", "share %", "promised", "found", "rank"], rows)


def machine() -> str:
    """What was measured on, in one line."""
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        names = [line.split(":", 1)[1].strip() for line in information.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    memory = psutil.virtual_memory().total / 2**30
    libraries = ", ".join(f"{name} {version(name)}" for name in ("torch", "numpy", "opencv-python-headless"))
    cores = len(psutil.Process().cpu_affinity())
    return f"{model}, {cores} cores, {memory:.0f} GiB; Python {platform.python_version()}, {libraries}"


def page(parts: Sequence[str], command: str) -> str:
    """The page of figures: what was run, when and where, and the tables."""
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    state = f" at {found.stdout.strip()}" if found.returncode == 0 else ""
    when = datetime.date.today().isoformat()
    head = (
        "# Figures\n\n"
        f"Made by `{command}` on {when}{state}; every number below comes from that run.\n"
        f"Machine: {machine()}.\n\n"
        "Sets, of which all but demo need the shared plates: street is the rendered shot (480x270, 12 frames, matte "
        "effect.A, against truth_grain); blackswan, bmx-trees and tennis are 24 frames of footage at 432x240 from "
        "8-bit pictures, under the mattes of tennis, blackswan and bmx-trees; hillside and still are a camera over a "
        "photograph (1728x960, 12 frames), moving and standing; demo is the plate of this repository (544x306, 16 "
        "frames; its must is about 1 dB above the best peer).\n"
        "Peers: telea is cv2.inpaint; median, a median over time of the unaligned frames; hmedian, the same of frames "
        "aligned by a chained homography; copy, the nearest frame that saw the pixel, along that homography.\n"
        "On a camera that stands a median averages grain away: that wins decibels and loses the look.\n"
    )
    return head + "\n" + "\n\n".join(parts) + "\n"
