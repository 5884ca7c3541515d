"""Tables of fits that begin with weights trained beforehand against fits from nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench.cache import Origin
from benchmarks.bench.report import decimal, table

__all__ = ["WarmFigure", "warm_text"]

LOSES = -0.1  # dB: what a warm start may be below a cold one of as many steps
Figures = Mapping[tuple[str, int], "WarmFigure"]


@dataclass(frozen=True)
class WarmFigure:
    """How good one fit was.

    psnr     dB in the hole
    unseen   dB in what of it no frame shows; None where that is not known
    seconds  of one core, for the fit
    origin   where and when it was measured
    """

    psnr: float
    unseen: float | None
    seconds: float
    origin: Origin


def warm_text(cold: Figures, warm: Figures, iterations: int, size: str = "") -> str:
    """The tables, as Markdown.

    cold, warm  by set and steps; steps that only one of them has are left out of the first table
    iterations  of a draft
    size        to which the plates were reduced; "" if they were not
    """
    plates = f", on plates reduced to {size}" if size else ""
    parts = [
        f"`internal-fit` alone{plates}, with the weights of `paintout train painter` as `--start` (warm) and without "
        "(cold); "
        f"every figure is a fit of its own, of so many steps at the coarsest level ({iterations} are a draft). PSNR in "
        "the hole, dB, of the networks without grain, and in what of it no frame of the shot shows, where the scene's "
        f"geometry tells it. At equal steps warm must never be more than {-LOSES:g} dB below cold.",
        _equal_steps(cold, warm),
    ]
    fifth = _fifth(cold, warm, iterations)
    if fifth:
        parts += ["A fifth of the steps, warm, against a whole draft, cold; must not be below.", fifth]
    return "\n\n".join(parts)


def _equal_steps(cold: Figures, warm: Figures) -> str:
    rows = []
    for key in sorted(cold.keys() & warm.keys()):
        one, other = cold[key], warm[key]
        verdict = "pass" if other.psnr - one.psnr >= LOSES else "loses"
        cells = [*_pair(one, other, lambda figure: figure.psnr), *_pair(one, other, lambda figure: figure.unseen)]
        rows.append([key[0], str(key[1]), *cells, f"{one.seconds:.0f}", f"{other.seconds:.0f}", verdict])
    head = ["set", "steps", "cold", "warm", "gain", "unseen cold", "unseen warm", "gain", "cold s", "warm s", "verdict"]
    return table(head, rows)


def _fifth(cold: Figures, warm: Figures, iterations: int) -> str:
    """Empty where no set has both."""
    rows: list[Sequence[str]] = []
    for name in dict.fromkeys(name for name, _ in cold):
        one, other = cold.get((name, iterations)), warm.get((name, round(iterations / 5)))
        if one is not None and other is not None:
            verdict = "pass" if other.psnr >= one.psnr else "below"
            cells = _pair(one, other, lambda figure: figure.psnr)
            rows.append([name, *cells, f"{one.seconds:.0f}", f"{other.seconds:.0f}", verdict])
    return table(["set", "cold", "warm, a fifth", "gain", "cold s", "warm s", "verdict"], rows) if rows else ""


def _pair(one: WarmFigure, other: WarmFigure, of: Callable[[WarmFigure], float | None]) -> list[str]:
    first, second = of(one), of(other)
    gain = "-" if first is None or second is None else f"{second - first:+.2f}"
    return [decimal(first, 2), decimal(second, 2), gain]
