"""Contact sheets and strips: small pictures on a dark neutral ground, lettered; Pillow draws in this room."""

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
from PIL import Image, ImageDraw

from vfxlib.review.false_colour import CONFIDENCE_COLOURS, DisplayImage, Rgb, apply_colour_map
from vfxlib.review.lettering import GROUND, font

__all__ = [
    "BRIGHT",
    "FAINT",
    "TALLEST",
    "TEXT",
    "Row",
    "caption_bar",
    "contact_sheet",
    "strip",
    "thumbnail",
]

FAINT: Rgb = (128, 128, 128)
TEXT: Rgb = (190, 190, 190)
BRIGHT: Rgb = (235, 235, 235)
WARNING: Rgb = (240, 130, 90)
GAP = 10
MARGIN = 32
TALLEST = 3840  # pixels of a picture: H.264 ends at 4096, bar and all
UPRIGHT = 2.0  # times its width a picture in a contact sheet may be high
TALLEST_CELL = 1080  # pixels, and never more
NOTE_AT, NOTE_HEIGHT = 32, 19  # pixels from a row's top to its note, and of each of its lines
GUTTER = 92  # for the numbers of the frames
LINE_HEIGHT = 24  # pixels from one line of a remark to the next
LETTER_WIDTH = 8.5  # mean width of a letter in it


@dataclass(frozen=True)
class Row:
    """One line of a contact sheet.

    title    the frame
    note     a few words under it; "" for none
    warning  True if the note should be seen at once
    cells    display pictures [h w 3] of one size, left to right
    remarks  what is said under the pictures, each on a line of its own
    """

    title: str
    cells: Sequence[DisplayImage]
    note: str = ""
    warning: bool = False
    remarks: Sequence[str] = ()


def thumbnail(picture: DisplayImage, width: int, aspect: float = 1.0, tallest: int = TALLEST) -> DisplayImage:
    """The picture at another width, with square pixels; narrower than asked for where it would become too tall.

    picture  [h w 3]  display
    width    pixels
    aspect   pixel aspect ratio of the picture
    tallest  pixels of height at most; a strip that is narrower than a pixel then is squeezed
    """
    steepness = picture.shape[0] / (picture.shape[1] * aspect)
    height = max(1, round(min(steepness * width, tallest + 1)))
    if height > tallest:
        height, width = tallest, max(1, round(tallest / steepness))
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
) -> DisplayImage:
    """Frames from top to bottom, what is known of each from left to right.

    columns   captions, one for each cell of a row
    rows      none leaves the head alone
    legend    what colours in the pictures mean, beside the scale of confidence
    width     pixels of the sheet
    returns   [h w 3]  display
    """
    content_width = width - 2 * MARGIN - GUTTER
    cell = (content_width - GAP * (len(columns) - 1)) // len(columns)
    layouts = [_RowLayout(row, cell, content_width) for row in rows]
    head, foot = 138, 74
    height = sum(layout.height for layout in layouts) + GAP * (len(rows) - 1) + foot if rows else 0
    sheet = Image.new("RGB", (width, head + height), GROUND)
    draw = ImageDraw.Draw(sheet)
    for words, y, colour, size in ((title, 30, BRIGHT, 30), (subtitle, 70, FAINT, 17)):
        draw.text((MARGIN, y), _shortened(words, width - 2 * MARGIN, size), colour, font(size))
    if not rows:
        return np.asarray(sheet)
    for column, caption in enumerate(columns):
        draw.text((MARGIN + GUTTER + column * (cell + GAP), head - 12), caption, TEXT, font(17), anchor="ls")
    y = head
    for layout in layouts:
        layout.draw(draw, sheet, y)
        y += layout.height + GAP
    _legend(draw, sheet, (MARGIN + GUTTER, y - GAP + 24), content_width, legend)
    return np.asarray(sheet)


def _shortened(words: str, width: int, size: int) -> str:
    """Words on one line, cut where they would be wider than so many pixels."""
    line = " ".join(words.expandtabs(1).splitlines())[:width]  # no letter is narrower than a pixel
    if font(size).getlength(line) <= width:
        return line
    while font(size).getlength(f"{line} ...") > width:
        line = line[:-1]
    return f"{line} ..."


class _RowLayout:
    """A row with its pictures at their size and its remarks wrapped."""

    def __init__(self, row: Row, cell: int, content_width: int) -> None:
        self.row, self.cell = row, cell
        tallest = min(TALLEST_CELL, round(UPRIGHT * cell))
        self.pictures = [thumbnail(picture, cell, tallest=tallest) for picture in row.cells]
        letters = int(content_width / LETTER_WIDTH)
        self.lines = [line for remark in row.remarks for line in wrap(remark, letters, subsequent_indent="   ")]
        self.picture_height = max(picture.shape[0] for picture in self.pictures)
        pictures = self.picture_height + (len(self.lines) * LINE_HEIGHT + GAP if self.lines else 0)
        self.height = max(pictures, NOTE_AT + NOTE_HEIGHT * len(row.note.splitlines()))

    def draw(self, draw: ImageDraw.ImageDraw, sheet: Image.Image, y: int) -> None:
        draw.text((MARGIN, y - 2), self.row.title, BRIGHT, font(24))
        colour = WARNING if self.row.warning else FAINT
        draw.multiline_text((MARGIN, y + NOTE_AT), self.row.note, colour, font(14), spacing=5)
        for column, picture in enumerate(self.pictures):
            sheet.paste(Image.fromarray(picture), (MARGIN + GUTTER + column * (self.cell + GAP), y))
        for number, line in enumerate(self.lines):
            draw.text((MARGIN + GUTTER, y + self.picture_height + 6 + number * LINE_HEIGHT), line, TEXT, font(17))


def _legend(
    draw: ImageDraw.ImageDraw,
    sheet: Image.Image,
    corner: tuple[int, int],
    width: int,
    legend: Sequence[tuple[str, Rgb]],
) -> None:
    """The scale of confidence at the left, the meaning of colours at the right."""
    x, y = corner
    draw.text((x, y + 9), "confidence", FAINT, font(15), anchor="lm")
    x += 92
    bar = np.broadcast_to(apply_colour_map(np.linspace(0, 1, 240, dtype=np.float32)), (18, 240, 3))
    sheet.paste(Image.fromarray(np.ascontiguousarray(bar)), (x, y))
    for value in (CONFIDENCE_COLOURS[0][0], 0.5, CONFIDENCE_COLOURS[-1][0]):
        draw.text((x + round(value * 240), y + 24), f"{value:g}", FAINT, font(13), anchor="mt")
    x = corner[0] + width
    for name, colour in reversed(legend):
        length = int(draw.textlength(name, font(15)))
        draw.text((x - length, y + 9), name, FAINT, font(15), anchor="lm")
        draw.rounded_rectangle((x - length - 26, y + 1, x - length - 10, y + 17), 3, colour)
        x -= length + 50


def strip(pictures: Sequence[tuple[str, DisplayImage]], *, width: int = 1920) -> DisplayImage:
    """Pictures side by side with their captions below, as for a README.

    pictures  caption and display picture [h w 3]; of one size
    width     pixels of the strip
    returns   [h w 3]  display
    """
    cell = (width - GAP * (len(pictures) + 1)) // len(pictures)
    size = max(15, cell // 22)
    thumbnails = [thumbnail(picture, cell) for _, picture in pictures]
    height = max(picture.shape[0] for picture in thumbnails)
    image = Image.new("RGB", (width, GAP + height + round(size * 2.2)), GROUND)
    draw = ImageDraw.Draw(image)
    for column, ((caption, _), picture) in enumerate(zip(pictures, thumbnails, strict=True)):
        x = GAP + column * (cell + GAP)
        image.paste(Image.fromarray(picture), (x, GAP))
        draw.text((x + cell // 2, GAP + height + round(size * 1.05)), caption, TEXT, font(size), anchor="mm")
    return np.asarray(image)


def caption_bar(width: int, height: int, captions: Sequence[tuple[float, str, bool]]) -> DisplayImage:
    """A dark bar with captions, to stand below pictures.

    captions  place from 0 (left) to 1 (right), text, and True to make it bright
    returns   [height width 3]  display
    """
    image = Image.new("RGB", (width, height), GROUND)
    draw = ImageDraw.Draw(image)
    for centre, text, bright in captions:
        colour = BRIGHT if bright else FAINT
        draw.text((round(centre * width), height // 2), text, colour, font(height * 11 // 20), anchor="mm")
    return np.asarray(image)
