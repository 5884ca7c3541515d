"""Damage for a plate that has none, as plain values: what ``paintout train corrupt`` is given."""

from __future__ import annotations

from dataclasses import dataclass

from nodes.declare import Params, choice, field_of, text
from nodes.networks import Training
from nodes.shot import Output, Shot

__all__ = ["CORRUPTIONS", "Corrupting"]

CORRUPTIONS = ("scratch", "dirt", "logo", "line", "strokes", "rain")


@dataclass(frozen=True, kw_only=True)
class Corrupting(Params):
    """A plate, and what is done to it."""

    plate: str = field_of(Shot, "plate")
    out: str = text(
        "",
        what="DIR",
        label="Output",
        help="Folder for the result: plate/plate.####.exr, matte/matte.####.exr, and truth/truth.####.exr of a plate "
        "that is no EXR.",
    )
    kind: str = choice(
        "scratch",
        CORRUPTIONS,
        label="Kind",
        help="scratch: along the film, wandering; dirt: specks and hairs of single frames; logo: letters that stay; "
        "line: rows or columns of a sensor that blink; strokes: of other pictures, moving; rain: drops on the lens.",
    )
    seed: int = field_of(Training, "seed")
    data: str = text(
        "",
        what="FILE",
        label="Data",
        help="A pack of pictures for strokes, as paintout train data makes it; by default made surfaces.",
    )
    frames: tuple[int, ...] = field_of(Shot, "frames")
    colorspace: str = field_of(Shot, "colorspace")
    ocio: str = field_of(Shot, "ocio")
    overwrite: bool = field_of(Output, "overwrite")
