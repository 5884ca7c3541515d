"""What the pages of clean plates and of mattes say alike."""

from collections.abc import Sequence

from vfxlib.colour.ocio import Colours
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.review.curve import Curve, point_curve
from vfxlib.review.facts import Facts
from vfxlib.review.false_colour import CONFIDENCE_COLOURS, Rgb
from vfxlib.review.frame_confidence import LOW_CONFIDENCE

__all__ = ["about", "colour_words", "confidence_legend", "held_out_curves", "left_out"]

MAKER = "paintout/version"


def colour_words(colour: Rgb) -> str:
    """A colour as HTML writes it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def confidence_legend() -> tuple[tuple[str, str, str], ...]:
    """What the colours of confidence mean, and which are hatched."""
    words = ("0, low", "0.25, low", "0.5", "0.75", "1, sure")
    return tuple(
        ("slashes" if stop < LOW_CONFIDENCE else "", colour_words(colour), each)
        for (stop, colour), each in zip(CONFIDENCE_COLOURS, words, strict=True)
    )


def about(
    output: Footage, plate: Footage, colours: Colours, frames: Sequence[int], facts: Facts
) -> list[tuple[str, str]]:
    """What the result is, label and value; what made it by the frames' own headers."""
    header = plate.header(frames[0])
    made = dict.fromkeys(str(output.header(number).attributes.get(MAKER, "")) for number in frames)
    versions = ", ".join(filter(None, made)) or "not said"
    aspect = "" if header.aspect == 1 else f", pixel aspect {header.aspect:g}"
    return [
        *([("shot", facts.shot)] if facts.shot else []),
        ("frames", f"{format_frames(frames)} ({len(frames)})"),
        ("size", f"{header.display.width} x {header.display.height}{aspect}"),
        ("colour", f"{colours.file}, seen through {colours.view[0]}, {colours.view[1]}"),
        *facts.inputs,
        ("made by Paintout", versions),
    ]


def left_out(shown: int, frames: int) -> str:
    """What to say where not all frames have pictures; "" if they have."""
    if shown == frames:
        return ""
    which = "those to look at, and others spread over the shot"
    return f"{shown} of {frames} frames have pictures: {which}. The movie has all."


def held_out_curves(facts: Facts) -> list[Curve | None]:
    """A curve for everything that was fitted to the shot."""
    words = "dB on pixels that the network did not see."
    return [
        point_curve(f"heldout{number}", f"Held-out PSNR, {each.name}", words, {"held-out": each.points}, "minutes")
        for number, each in enumerate(facts.held_out)
    ]
