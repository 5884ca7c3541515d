"""Tables of fits: the paper's recipe against ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.bench.report import table
from benchmarks.internal_fit.series import Point, Series, levels

__all__ = ["RecipePair", "curve_text"]

MUST, AIM = 10, 50


@dataclass(frozen=True)
class RecipePair:
    """Both recipes on one set.

    telea  dB of cv2.inpaint in the same hole
    shape  width x height x frames
    """

    name: str
    literal: Series
    mine: Series
    telea: float
    shape: str


def curve_text(pairs: Sequence[RecipePair], device: str, pictures: Sequence[str]) -> str:
    """The tables, as Markdown, and the pictures where there are some."""
    shapes = ", ".join(dict.fromkeys(pair.shape for pair in pairs))
    size = pairs[0].mine.sample
    parts = [
        f"The paper's recipe to the letter against `internal-fit` as it ships, alone, without a prior: the same shot "
        f"({shapes}), hole and device ({device}). PSNR in the true hole (sRGB-encoded, all hole pixels of all frames "
        "together) of the networks as they are at that moment, without grain: the paper's has no average of its "
        "weights, ours has. Seconds of fitting; looking at the truth is not counted, our own held-out checks are. A "
        f"sample is one picture ({pairs[0].literal.sample} pixels) or crop ({size} pixels) forwards and backwards.",
        _fits(pairs),
        f"To the best PSNR that the paper's recipe came to in its time. Must {MUST} times fewer, aim {AIM}; a recipe "
        "that was still rising would have come further with more time.",
        _ratios(pairs),
        "On the way there.",
        _levels(pairs),
    ]
    parts += [f"![PSNR in the hole over seconds, {picture}]({picture})" for picture in pictures]
    return "\n\n".join(parts)


def _fits(pairs: Sequence[RecipePair]) -> str:
    rows = []
    for pair in pairs:
        for words, series in (("the paper's", pair.literal), ("InternalFit", pair.mine)):
            last, best = series.points[-1], series.best
            cells = [f"{last.step}", f"{last.samples}", f"{last.seconds:.0f}", f"{last.seconds / last.step:.3f}"]
            cells += [f"{best.psnr:.2f}", f"{best.seconds:.0f}", f"{series.kept_psnr:.2f}"]
            rows.append([pair.name, words, *cells])
        rows.append([pair.name, "telea", "-", "-", "-", "-", f"{pair.telea:.2f}", "-", "-"])
    head = ["set", "recipe", "steps", "samples", "seconds", "s/step", "best dB", "after s", "kept dB"]
    return table(head, rows)


def _ratios(pairs: Sequence[RecipePair]) -> str:
    rows = []
    for pair in pairs:
        goal = pair.literal.best
        mine = pair.mine.reached(goal.psnr)
        rows.append([pair.name, f"{goal.psnr:.2f}", *_cells(pair, goal, mine), _verdict(goal, mine)])
    return table(["set", "dB", *COLUMNS, "verdict"], rows)


def _levels(pairs: Sequence[RecipePair]) -> str:
    rows = []
    for pair in pairs:
        for level in levels(pair.literal):
            theirs = pair.literal.reached(level)
            if theirs is not None:
                rows.append([pair.name, str(level), *_cells(pair, theirs, pair.mine.reached(level))])
    return table(["set", "dB", *COLUMNS], rows)


COLUMNS = ["paper s", "ours s", "ratio", "paper samples", "ours samples", "ratio", "ratio of pixels"]


def _cells(pair: RecipePair, theirs: Point, mine: Point | None) -> list[str]:
    first = [f"{theirs.seconds:.0f}"], [f"{theirs.samples}"]
    if mine is None:
        return [*first[0], "never", "-", *first[1], "never", "-", "-"]
    ratio = theirs.samples / mine.samples
    pixels = ratio * pair.literal.sample / pair.mine.sample
    return [
        *first[0],
        f"{mine.seconds:.1f}",
        f"{theirs.seconds / mine.seconds:.1f}",
        *first[1],
        f"{mine.samples}",
        f"{ratio:.1f}",
        f"{pixels:.1f}",
    ]


def _verdict(theirs: Point, mine: Point | None) -> str:
    """Of the smaller of both ratios."""
    if mine is None:
        return "never reached"
    ratio = min(theirs.seconds / mine.seconds, theirs.samples / mine.samples)
    return "aim" if ratio >= AIM else "pass" if ratio >= MUST else f"under {MUST} times"
