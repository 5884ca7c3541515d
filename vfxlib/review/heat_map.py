"""How often other frames show what must go, as one picture: the worst frames in false colours, a bar for every frame.

A file of that name that is no such picture of Paintout's is not written over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vfxlib.errors import OutputError
from vfxlib.image.reframe import resize_nearest
from vfxlib.io.open_file import open_regular
from vfxlib.io.png import write_png
from vfxlib.review.contact_sheet import thumbnail
from vfxlib.review.false_colour import DisplayImage, Rgb
from vfxlib.review.lettering import GROUND, font

__all__ = ["CELL_LINES", "HeatPanel", "check_heat_map", "heat_map", "write_heat_map"]

# from what must be painted to what is seen often; told apart with any kind of colour vision
COUNT_COLOURS: tuple[tuple[int, str, Rgb], ...] = (
    (0, "no frame shows it: will be painted", (214, 48, 39)),
    (1, "1 frame", (253, 174, 97)),
    (2, "2 or 3", (254, 236, 150)),
    (4, "4 and more frames show it", (69, 137, 196)),
)
SOFTWARE = "Paintout heat map"
HEAD_BYTES = 512
WIDTH, MARGIN, GAP, HEAD = 1920, 32, 16, 126
CAPTION, LEGEND, BARS = 40, 56, 150  # pixels of height
CELL_LINES = 520  # lines of a panel at most
WIDEST_BAR = 40
GAIN, OPACITY = 0.8, 0.72  # of the plate under the colours, and of these
FAINT: Rgb = (140, 140, 140)
BRIGHT: Rgb = (235, 235, 235)
WARNING: Rgb = (240, 130, 90)


@dataclass(frozen=True)
class HeatPanel:
    """One frame.

    caption  what stands under it
    picture  [h w 3]  display
    counts   [y x]    frames that show each place of the hole, at any resolution; -1 outside of it
    warning  True if it should be seen at once
    """

    caption: str
    picture: DisplayImage
    counts: NDArray[np.int32]
    warning: bool = False


def heat_map(
    title: str,
    subtitle: str,
    panels: Sequence[HeatPanel],
    shares: Sequence[tuple[int, float | None]],
    marked: Sequence[int],
) -> DisplayImage:
    """Draw the picture, 1920 pixels wide.

    panels   side by side, two in a row; of one shape
    shares   frame -> share of its hole that others show, 0..1; None where nothing must go
    marked   frames to paint by hand
    """
    columns = 1 if len(panels) == 1 else 2
    cell = (WIDTH - 2 * MARGIN - GAP * (columns - 1)) // columns
    pictures = [thumbnail(_overlay(panel), cell, tallest=CELL_LINES) for panel in panels]
    tallest = max((picture.shape[0] for picture in pictures), default=0)
    below = HEAD + -(-len(panels) // columns) * (tallest + CAPTION + GAP)
    sheet = Image.new("RGB", (WIDTH, below + LEGEND + BARS + MARGIN), GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 28), title, BRIGHT, font(32))
    draw.text((MARGIN, 76), subtitle, FAINT, font(20))
    for place, (panel, picture) in enumerate(zip(panels, pictures, strict=True)):
        left = MARGIN + place % columns * (cell + GAP)
        top = HEAD + place // columns * (tallest + CAPTION + GAP)
        sheet.paste(Image.fromarray(picture), (left + (cell - picture.shape[1]) // 2, top))
        draw.text((left, top + tallest + 8), panel.caption, WARNING if panel.warning else BRIGHT, font(20))
    _draw_legend(draw, below)
    _draw_bars(draw, below + LEGEND, shares, frozenset(marked))
    return np.asarray(sheet)


def _overlay(panel: HeatPanel) -> DisplayImage:
    """The grey plate, and its hole in colours."""
    grey = panel.picture.astype(np.float32) @ np.array([0.2126, 0.7152, 0.0722], np.float32)
    result = np.repeat(GAIN * grey[..., None], 3, axis=2)
    counts = resize_nearest(panel.counts, panel.picture.shape)
    for least, _, colour in COUNT_COLOURS:
        inside = counts >= least
        plate = GAIN * grey[inside][:, None]
        result[inside] = plate + (np.array(colour, np.float32) - plate) * OPACITY
    return np.round(np.clip(result, 0, 255)).astype(np.uint8)


def _draw_legend(draw: ImageDraw.ImageDraw, top: int) -> None:
    x = MARGIN
    draw.text((x, top + 12), "how many other frames show the place:", FAINT, font(18), anchor="lm")
    x += round(font(18).getlength("how many other frames show the place:")) + 28
    for _, words, colour in COUNT_COLOURS:
        draw.rounded_rectangle((x, top + 2, x + 20, top + 22), 4, colour)
        draw.text((x + 30, top + 12), words, BRIGHT, font(18), anchor="lm")
        x += 30 + round(font(18).getlength(words)) + 36


def _draw_bars(
    draw: ImageDraw.ImageDraw, top: int, shares: Sequence[tuple[int, float | None]], marked: frozenset[int]
) -> None:
    """A bar for each frame: how much of its hole others show, and above it in red what none does."""
    height, width = BARS - 52, WIDTH - 2 * MARGIN
    each = min(WIDEST_BAR, width / max(1, len(shares)))
    shown, bare = COUNT_COLOURS[-1][2], COUNT_COLOURS[0][2]
    draw.text((MARGIN, top), "share of each frame's hole that other frames show", FAINT, font(16))
    last_label = -float(WIDTH)
    for place, (number, share) in enumerate(shares):
        left, right = MARGIN + place * each, MARGIN + (place + 1) * each - (2 if each > 6 else 0)
        base = top + 26 + height
        if share is not None:
            cut = base - share * height
            draw.rectangle((left, top + 26, right, base), bare)
            if share > 0:
                draw.rectangle((left, cut, right, base), shown)
        words = str(number)
        length = font(15).getlength(words) + 14
        if number in marked or (left - last_label > length and not _near_mark(place, each, length, shares, marked)):
            colour = WARNING if number in marked else FAINT
            draw.text((left, base + 6), words, colour, font(15))
            last_label = left


def _near_mark(
    place: int, each: float, length: float, shares: Sequence[tuple[int, float | None]], marked: frozenset[int]
) -> bool:
    """True where a label would run into that of a marked frame behind it."""
    return any(number in marked for number, _ in shares[place : place + int(length / each) + 1])


def check_heat_map(path: Path) -> None:
    """See that a heat map may be written to a place.

    raises  OutputError if somebody else's file lies there
    """
    try:
        with open_regular(path) as file:
            ours = SOFTWARE.encode() in file.read(HEAD_BYTES)
    except FileNotFoundError:
        return
    except OSError:
        ours = False
    if not ours:
        raise OutputError("is there already, and is no heat map of Paintout's", where=path, fix="choose another folder")


def write_heat_map(path: Path, picture: DisplayImage) -> None:
    """Write the picture as a PNG; over an earlier one only if that is ours.

    raises  OutputError if somebody else's file lies there, or the place cannot be written
    """
    check_heat_map(path)
    write_png(path, picture, SOFTWARE)
