"""Contact sheets and strips: small pictures on a dark neutral ground, lettered; Pillow draws here and in curve.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from textwrap import wrap

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vfxlib.image.picture import Array
from vfxlib.io.atomic import replacing
from vfxlib.review.false_colour import CONFIDENCE, ramp

__all__ = ["Row", "contact_sheet", "lettered_bar", "side_by_side", "strip", "thumbnail", "write_png"]

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
WORDS = 24  # pixels from one line of words to the next
LETTER = 8.5  # mean width of a letter in them


@dataclass(frozen=True)
class Row:
    """One line of a contact sheet.

    title    the frame
    note     a few words under it; "" for none
    warning  True if the note should be seen at once
    cells    display pictures [h w 3] of one size, left to right
    words    what is to be said under the pictures, each on a line of its own
    """

    title: str
    cells: Sequence[Shown]
    note: str = ""
    warning: bool = False
    words: Sequence[str] = ()


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
    legend: Sequence[tuple[str, Rgb]] = (),
    width: int = 1920,
) -> Shown:
    """Frames from top to bottom, what is known of each from left to right.

    columns   captions, one for each cell of a row
    rows      none leaves the head alone
    legend    what colours in the pictures mean, beside the scale of confidence
    width     pixels of the sheet
    returns   [h w 3]  display
    """
    room = width - 2 * MARGIN - GUTTER
    cell = (room - GAP * (len(columns) - 1)) // len(columns)
    lines = [_Line(row, cell, room) for row in rows]
    top, foot = 138, 74
    height = sum(line.height for line in lines) + GAP * (len(rows) - 1) + foot if rows else 0
    sheet = Image.new("RGB", (width, top + height), GROUND)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 30), title, BRIGHT, _font(30))
    draw.text((MARGIN, 70), subtitle, FAINT, _font(17))
    if not rows:
        return np.asarray(sheet)
    for place, caption in enumerate(columns):
        draw.text((MARGIN + GUTTER + place * (cell + GAP), top - 12), caption, TEXT, _font(17), anchor="ls")
    y = top
    for line in lines:
        line.draw(draw, sheet, y)
        y += line.height + GAP
    _legend(draw, sheet, (MARGIN + GUTTER, y - GAP + 24), room, legend)
    return np.asarray(sheet)


class _Line:
    """A row with its pictures at their size and its words wrapped."""

    def __init__(self, row: Row, cell: int, room: int) -> None:
        self.row, self.cell = row, cell
        self.pictures = [thumbnail(picture, cell) for picture in row.cells]
        self.words = [line for words in row.words for line in wrap(words, int(room / LETTER), subsequent_indent="   ")]
        self.tall = max(picture.shape[0] for picture in self.pictures)
        self.height = self.tall + (len(self.words) * WORDS + GAP if self.words else 0)

    def draw(self, draw: ImageDraw.ImageDraw, sheet: Image.Image, y: int) -> None:
        draw.text((MARGIN, y - 2), self.row.title, BRIGHT, _font(24))
        colour = WARNING if self.row.warning else FAINT
        draw.multiline_text((MARGIN, y + 32), self.row.note, colour, _font(14), spacing=5)
        for place, picture in enumerate(self.pictures):
            sheet.paste(Image.fromarray(picture), (MARGIN + GUTTER + place * (self.cell + GAP), y))
        for place, words in enumerate(self.words):
            draw.text((MARGIN + GUTTER, y + self.tall + 6 + place * WORDS), words, TEXT, _font(17))


def _legend(
    draw: ImageDraw.ImageDraw,
    sheet: Image.Image,
    at: tuple[int, int],
    width: int,
    legend: Sequence[tuple[str, Rgb]],
) -> None:
    """The scale of confidence at the left, the meaning of colours at the right."""
    x, y = at
    draw.text((x, y + 9), "confidence", FAINT, _font(15), anchor="lm")
    x += 92
    bar = np.broadcast_to(ramp(np.linspace(0, 1, 240, dtype=np.float32)), (18, 240, 3))
    sheet.paste(Image.fromarray(np.ascontiguousarray(bar)), (x, y))
    for place in (CONFIDENCE[0][0], 0.5, CONFIDENCE[-1][0]):
        draw.text((x + round(place * 240), y + 24), f"{place:g}", FAINT, _font(13), anchor="mt")
    x = at[0] + width
    for name, colour in reversed(legend):
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


def side_by_side(left: Shown, right: Shown, words: tuple[str, str, str], *, width: int, aspect: float = 1.0) -> Shown:
    """A frame of a movie: two pictures and a bar with words below.

    left, right  [h w 3]  display, of one size
    words        below the left picture, in the middle (bright), below the right picture
    width        pixels of one of the pictures
    aspect       pixel aspect ratio of the pictures
    returns      [h w 3]  display; even width and height, as movies need them
    """
    width = width // 2 * 2
    pictures = np.concatenate([thumbnail(picture, width, aspect) for picture in (left, right)], axis=1)
    height = max(24, pictures.shape[0] // 20)
    height += (pictures.shape[0] + height) % 2
    places = ((0.25, words[0], False), (0.5, words[1], True), (0.75, words[2], False))
    return np.concatenate([pictures, lettered_bar(2 * width, height, places)])


def write_png(path: Path, picture: Shown | Array) -> None:
    """Write a display picture, whole or not at all.

    raises  OutputError if the place cannot be written
    """
    with replacing(path) as hidden:
        Image.fromarray(np.asarray(picture, np.uint8)).save(hidden, "PNG", optimize=True)
