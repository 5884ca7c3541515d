"""Contact sheets and strips: small pictures on a dark neutral ground, lettered; Pillow draws here and in curve.py."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vfxlib.falsecolour import CONFIDENCE, METHODS, ramp
from vfxlib.files import replacing
from vfxlib.picture import Array

__all__ = ["Row", "contact_sheet", "lettered_bar", "strip", "thumbnail", "write_png"]

Shown = NDArray[np.uint8]
Rgb = tuple[int, int, int]

GROUND: Rgb = (26, 26, 26)
FAINT: Rgb = (128, 128, 128)
TEXT: Rgb = (190, 190, 190)
BRIGHT: Rgb = (235, 235, 235)
WARNING: Rgb = (240, 130, 90)
GAP = 10
MARGIN = 32
GUTTER = 92  # room for frame numbers


@dataclass(frozen=True)
class Row:
    """One line of a contact sheet.

    title    the frame
    note     a few words under it; "" for none
    warning  True if the note should be seen at once
    cells    display pictures [h w 3] of one size, left to right
    """

    title: str
    cells: Sequence[Shown]
    note: str = ""
    warning: bool = False


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    return ImageFont.load_default(size)


def thumbnail(picture: Shown, width: int, aspect: float = 1.0) -> Shown:
    """The picture at another width, with square pixels.

    picture  [h w 3]  display
    width    pixels
    aspect   pixel aspect ratio of the picture
    """
    height = max(1, round(picture.shape[0] / (picture.shape[1] * aspect) * width))
    if (height, width) == picture.shape[:2]:
        return picture
    return np.asarray(Image.fromarray(picture).resize((width, height), Image.Resampling.LANCZOS))


def contact_sheet(
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    title: str,
    subtitle: str = "",
    methods: Collection[int] = (),
    width: int = 1920,
) -> Shown:
    """Frames from top to bottom, what is known of each from left to right.

    columns   captions, one for each cell of a row
    rows      at least one
    methods   numbers of provenance.method to explain in the legend
    width     pixels of the sheet
    returns   [h w 3]  display
    """
    cell = (width - 2 * MARGIN - GUTTER - GAP * (len(columns) - 1)) // len(columns)
    small = [[thumbnail(picture, cell) for picture in row.cells] for row in rows]
    heights = [max(picture.shape[0] for picture in line) for line in small]
    top, foot = 138, 74
    sheet = Image.new("RGB", (width, top + sum(heights) + GAP * (len(rows) - 1) + foot), GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 30), title, BRIGHT, _font(30))
    draw.text((MARGIN, 70), subtitle, FAINT, _font(17))
    for place, caption in enumerate(columns):
        draw.text((MARGIN + GUTTER + place * (cell + GAP), top - 12), caption, TEXT, _font(17), anchor="ls")
    y = top
    for row, line, height in zip(rows, small, heights, strict=True):
        draw.text((MARGIN, y - 2), row.title, BRIGHT, _font(24))
        draw.multiline_text((MARGIN, y + 32), row.note, WARNING if row.warning else FAINT, _font(14), spacing=5)
        for place, picture in enumerate(line):
            sheet.paste(Image.fromarray(picture), (MARGIN + GUTTER + place * (cell + GAP), y))
        y += height + GAP
    _legend(draw, sheet, (MARGIN + GUTTER, y - GAP + 24), width - 2 * MARGIN - GUTTER, methods)
    return np.asarray(sheet)


def _legend(
    draw: ImageDraw.ImageDraw, sheet: Image.Image, at: tuple[int, int], width: int, methods: Collection[int]
) -> None:
    """The scale of confidence at the left, the methods of provenance at the right."""
    x, y = at
    draw.text((x, y + 9), "confidence", FAINT, _font(15), anchor="lm")
    x += 92
    bar = np.broadcast_to(ramp(np.linspace(0, 1, 240, dtype=np.float32)), (18, 240, 3))
    sheet.paste(Image.fromarray(np.ascontiguousarray(bar)), (x, y))
    for place in (CONFIDENCE[0][0], 0.5, CONFIDENCE[-1][0]):
        draw.text((x + round(place * 240), y + 24), f"{place:g}", FAINT, _font(13), anchor="mt")
    x = at[0] + width
    for name, colour in (METHODS[number] for number in sorted(METHODS, reverse=True) if number in methods):
        length = int(draw.textlength(name, _font(15)))
        draw.text((x - length, y + 9), name, FAINT, _font(15), anchor="lm")
        draw.rounded_rectangle((x - length - 26, y + 1, x - length - 10, y + 17), 3, colour)
        x -= length + 50


def strip(pictures: Sequence[tuple[str, Shown]], *, width: int = 1920) -> Shown:
    """Pictures side by side with their captions below, as for a README.

    pictures  caption and display picture [h w 3]; of one size
    width     pixels of the strip
    returns   [h w 3]  display
    """
    cell = (width - GAP * (len(pictures) + 1)) // len(pictures)
    size = max(15, cell // 22)
    small = [thumbnail(picture, cell) for _, picture in pictures]
    height = max(picture.shape[0] for picture in small)
    image = Image.new("RGB", (width, GAP + height + round(size * 2.2)), GROUND)
    draw = ImageDraw.Draw(image)
    for place, ((caption, _), picture) in enumerate(zip(pictures, small, strict=True)):
        x = GAP + place * (cell + GAP)
        image.paste(Image.fromarray(picture), (x, GAP))
        draw.text((x + cell // 2, GAP + height + round(size * 1.05)), caption, TEXT, _font(size), anchor="mm")
    return np.asarray(image)


def lettered_bar(width: int, height: int, words: Sequence[tuple[float, str, bool]]) -> Shown:
    """A dark bar with words, to stand below pictures.

    words    place from 0 (left) to 1 (right), text, and True to make it bright
    returns  [height width 3]  display
    """
    image = Image.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(image)
    for place, text, bright in words:
        draw.text(
            (round(place * width), height // 2),
            text,
            BRIGHT if bright else FAINT,
            _font(height * 11 // 20),
            anchor="mm",
        )
    return np.asarray(image)


def write_png(path: Path, picture: Shown | Array) -> None:
    """Write a display picture, whole or not at all.

    raises  OutputError if the place cannot be written
    """
    with replacing(path) as hidden:
        Image.fromarray(np.asarray(picture, np.uint8)).save(hidden, "PNG", optimize=True)
