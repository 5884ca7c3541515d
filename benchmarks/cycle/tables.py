"""Tables of how well damage is found and filled."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence

from benchmarks.bench.report import decimal, table
from benchmarks.cycle.clips import DamageFigures, mean_figures

__all__ = ["best_text", "figures_text", "kinds_text", "seeds_text"]

HEADS = ("IoU", "BCE", "PSNR, dB")


def _cells(figures: DamageFigures) -> list[str]:
    return [decimal(figures.iou, 3), decimal(figures.bce, 4), decimal(figures.psnr, 2)]


def figures_text(head: str, rows: Mapping[str, Mapping[str, DamageFigures]]) -> str:
    """A row for each way, the mean of all kinds of damage."""
    return table([head, *HEADS], [[name, *_cells(mean_figures(each))] for name, each in rows.items()])


def kinds_text(head: str, rows: Mapping[str, Mapping[str, DamageFigures]]) -> str:
    """Intersection over union of each kind of damage, a row for each way."""
    kinds = list(next(iter(rows.values())))
    return table(
        [head, *kinds], [[name, *(decimal(each[kind].iou, 3) for kind in kinds)] for name, each in rows.items()]
    )


def best_text(rows: Mapping[str, Mapping[str, DamageFigures]]) -> str:
    """Which way finds and which fills best, of those that do not know the true masks."""
    means = {name: mean_figures(each) for name, each in rows.items() if not name.startswith("true")}
    finds, fills = max(means, key=lambda name: means[name].iou), max(means, key=lambda name: means[name].psnr)
    return f"Finds best: {finds.split(',')[0]}. Fills best: {fills}."


def seeds_text(head: str, rows: Mapping[str, Sequence[Mapping[str, DamageFigures]]]) -> str:
    """A row for each variant: the mean over its seeds, and how far the seeds are apart if there are several."""
    lines = []
    for name, seeds in rows.items():
        means = [mean_figures(each) for each in seeds]
        of = {key: [getattr(each, key) for each in means] for key in ("iou", "bce", "psnr")}
        cells = _cells(DamageFigures(**{key: statistics.fmean(values) for key, values in of.items()}))
        ranges = {key: max(values) - min(values) if len(values) > 1 else None for key, values in of.items()}
        apart = [decimal(ranges["iou"], 3), decimal(ranges["psnr"], 2)]
        lines.append([name, *cells, *apart, str(len(means))])
    return table([head, *HEADS, "IoU apart", "dB apart", "seeds"], lines)
