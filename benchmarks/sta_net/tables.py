"""Tables of what STA-Net and its parts are worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench.report import decimal, table
from benchmarks.sta_net.parts import PartFigures

__all__ = ["SetFigure", "scenes_text", "sets_text"]

COLUMNS = (
    ("dB, hole", "painted, dB"),
    ("dB, shown by a reference", "painted where references show the place, dB"),
    ("dB, shown by none", "painted where none does, dB"),
    ("affine, px off", "aligned by the affine network, px"),
)
WITHOUT = ("smooth fill, dB", "mean along the motion, dB")


@dataclass(frozen=True)
class SetFigure:
    """One method on one set.

    seconds  of processor time; 0 where it was not measured
    """

    plates: str
    use: str
    method: str
    parts: PartFigures
    seconds: float


def sets_text(figures: Sequence[SetFigure]) -> str:
    """Every method on every set, what other frames truly show and what none does apart."""
    rows = []
    for each in figures:
        parts, name = each.parts, f"{each.plates}{f' ({each.use})' if each.use else ''}"
        numbers = [decimal(value, 2) for value in (parts.whole, parts.seen, parts.unseen)]
        share = "-" if parts.share is None else f"{100 * parts.share:.0f} %"
        rows.append([name, each.method, *numbers, share, decimal(each.seconds or None, 0)])
    return table(["set", "method", "dB, hole", "dB, seen", "dB, never seen", "seen", "s, processor"], rows)


def scenes_text(found: Mapping[str, Mapping[str, float]]) -> str:
    """Every variant on made scenes, and what needs no network."""
    rows = [[name, *(decimal(figures.get(key), 2) for _, key in COLUMNS)] for name, figures in found.items()]
    first = next(iter(found.values()))
    rows += [
        [f"without a network: {key.removesuffix(', dB')}", decimal(first[key], 2), "-", "-", "-"] for key in WITHOUT
    ]
    still = first.get("not aligned, px")
    notes = "" if still is None else f"\n\nFrames that are not aligned at all lie {still:.2f} px apart on the average."
    return table(["variant", *(head for head, _ in COLUMNS)], rows) + notes
