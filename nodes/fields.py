"""Parameters that several nodes share; declared here once."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nodes.declare import Params, Unit, choice, frame_list, integer, number, text
from vfxlib.io.shipped_weights import SHIPPED

__all__ = [
    "FIT",
    "ITERATIONS",
    "FittingParams",
    "cuts_field",
    "feather_field",
    "find_cuts_field",
    "grain_field",
    "grow_field",
    "quality_field",
    "quality_without_effect",
    "references_field",
    "sta_weights_field",
    "start_field",
    "working_size_field",
]

ITERATIONS = {"draft": 600, "good": 2500, "best": 10000}  # of each network that is fitted; finer levels take a share
FIT = ("quality", "iterations", "start")  # what a fit depends on; minutes may only end it early


def grow_field(help: str = "Grow the area that is replaced; a negative number shrinks it.") -> Any:
    """The field of pixels by which a matte is grown.

    help  what growing means to the node
    """
    return number(0.0, hard=(-256.0, 256.0), slider=(-16.0, 32.0), unit=Unit.PIXELS, label="Grow matte", help=help)


def feather_field() -> Any:
    """The field of pixels over which the fill is blended into the plate."""
    return number(
        0.0,
        hard=(0.0, 256.0),
        slider=(0.0, 32.0),
        unit=Unit.PIXELS,
        label="Feather",
        help="Blend the fill into the plate over this distance inside the replaced area.",
    )


def grain_field() -> Any:
    """The field of the grain that is laid over painted pixels."""
    return number(
        1.0,
        hard=(0.0, 4.0),
        slider=(0.0, 2.0),
        label="Grain",
        help="Grain of painted pixels, as a share of the grain around them; copied pixels keep their own.",
    )


def cuts_field() -> Any:
    """The field of the first frames of new shots."""
    return frame_list(
        label="Cuts",
        help="First frames of new shots; nothing is carried across them. They are also found where the picture jumps.",
    )


def find_cuts_field() -> Any:
    """The field that says whether cuts are searched for."""
    return choice(
        "auto", ("auto", "off"), label="Find cuts", help="Whether cuts are searched for, or only the given ones count."
    )


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


def working_size_field(default: int = 1024) -> Any:
    """The field of the size at which a plate is solved before it gets its detail back."""
    return integer(
        default,
        hard=(64, 65536),
        slider=(256, 4096),
        unit=Unit.PIXELS,
        label="Working size",
        help="Longest side of the picture that is solved; a larger plate is reduced for it by a whole factor.",
    )


def references_field(help: str) -> Any:
    """The field of how many other frames a frame is made from."""
    return integer(12, hard=(1, 200), slider=(1, 40), unit=Unit.FRAMES, label="References", help=help)


def sta_weights_field(help: str) -> Any:
    """The field of the file that holds a trained STA-Net."""
    return text("", what="FILE", label="Weights", help=help)


def start_field(help: str, ships: str = "") -> Any:
    """The field of the weights that a fit begins with.

    help   which they may be
    ships  name of the file of weights that comes with Paintout, which is the default then; "" if none does
    """
    return text(SHIPPED if ships else "", what="FILE", nothing="none", ships=ships, label="Start", help=help)


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
    start: str = start_field(
        "Weights to start from, such as an earlier fit of this shot or one that looks alike: a safetensors file; "
        "none starts from nothing."
    )


def quality_without_effect(params: FittingParams) -> dict[str, str]:
    """The quality, where the iterations stand in its place; as ``Node.without_effect`` tells it."""
    return {"quality": "--iterations stands in its place"} if params.iterations else {}
