"""Parameters of every node that fits a network to the shot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodes.declare import Params, Unit, choice, integer, number, text

__all__ = ["FIT", "ITERATIONS", "FittingParams", "quality_field"]

ITERATIONS = {"draft": 600, "good": 2500, "best": 10000}  # of each network that is fitted
FIT = ("quality", "iterations", "start")  # what a fit depends on; minutes may only end it early


def quality_field(counts: Mapping[str, int]) -> Any:
    """The field of how long a network is fitted.

    counts  quality -> most steps of a fit: draft, good and best
    """
    draft, good, best = counts.values()
    return choice(
        "good",
        tuple(counts),
        label="Quality",
        help=f"How long a network is fitted at most: {draft}, {good} or {best} iterations, never seconds, "
        "so results repeat.",
    )


@dataclass(frozen=True, kw_only=True)
class FittingParams(Params):
    """How long to fit, and from what."""

    quality: str = quality_field(ITERATIONS)
    iterations: int = integer(
        0,
        hard=(0, 1_000_000),
        slider=(0, 20_000),
        label="Iterations",
        help="Most steps of the fit, in place of those of the quality; 0 leaves them to the quality.",
    )
    minutes: float = number(
        0.0,
        hard=(0.0, 10_080.0),
        slider=(0.0, 120.0),
        unit=Unit.MINUTES,
        label="Minutes",
        help="Most time for the fit, for people in a hurry: a fit that the clock ends does not repeat; 0 sets none.",
    )
    start: str = text(
        "",
        what="FILE",
        label="Start",
        help="Weights to start from, such as an earlier fit of this shot or one that looks alike: a safetensors file.",
    )
