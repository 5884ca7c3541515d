"""Words burnt into a movie, on dark ground of their own below the picture, where no plate makes them unreadable."""

import bisect
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from vfxlib.review.contact_sheet import BRIGHT, FAINT, TEXT
from vfxlib.review.false_colour import DisplayImage, Rgb
from vfxlib.review.lettering import GROUND, font

__all__ = ["LEAST_WIDTH", "Slate", "burn_in", "plain_words", "with_ground"]

LEAST_WIDTH = 128  # pixels of a movie, with ground beside what is narrower: a frame's number needs as much
LEAST_LINE, MOST_LINE = 24, 64  # pixels of a line of words
MOST_BAR = 256  # pixels of all lines: beside the tallest picture as much is left of the 4096 where H.264 ends
LETTERS = 11 / 20  # of a line's height
MOST_LETTERS = 300  # of one text, more than any line shows
MOST_LINES = 3  # of one text in a narrow movie
DOTS = "..."
MARGIN = 8  # pixels beside words, and between them


@dataclass(frozen=True)
class Slate:
    """What stands below all frames of a movie.

    left, right  what is seen at the left and at the right; "" for nothing
    label        shot and version
    about        what it is seen through, and what made it
    numbers      the frame number that is widest
    """

    left: str
    right: str = ""
    label: str = ""
    about: str = ""
    numbers: str = "0000"


@dataclass(frozen=True)
class _Word:
    """A text at a place from 0 (left) to 1 (right), by Pillow's anchor, no wider than ``width`` pixels."""

    text: str
    place: float
    anchor: str
    colour: Rgb
    width: int


def burn_in(picture: DisplayImage, slate: Slate, number: int, note: str = "") -> DisplayImage:
    """A frame of a movie: the picture, and below it its captions, its frame number, shot and version.

    Where it is wide the words stand on two lines, in a narrow one on as many as they need; on every frame on the same.

    picture  [h w 3]  display
    note     what there is to say of this frame, beside its number; cut off where there is no room
    returns  [h w 3]  display; even width and height, at least 128 wide
    """
    framed = with_ground(picture, LEAST_WIDTH)
    height, width = framed.shape[:2]
    line = min(max(LEAST_LINE, height // 20, width // 100), max(LEAST_LINE, min(MOST_LINE, width // 8)))
    middle = " ".join((f"{number}", *note.split())) if note else f"{number}"
    rows = _rows(slate, middle, width, line)
    while len(rows) * line > MOST_BAR and line > LEAST_LINE:
        line = max(LEAST_LINE, MOST_BAR // len(rows))
        rows = _rows(slate, middle, width, line)
    bar = Image.new("RGB", (width, len(rows) * line + (height + len(rows) * line) % 2), GROUND)
    draw, letters = ImageDraw.Draw(bar), font(int(line * LETTERS))
    for at, row in enumerate(rows):
        for word in row:
            x = min(max(word.place * width, MARGIN), width - MARGIN)
            text = _cut(word.text, word.width, line)
            draw.text((x, at * line + line // 2), text, word.colour, letters, anchor=word.anchor)
    return np.concatenate([framed, np.asarray(bar)])


def with_ground(picture: DisplayImage, least: int) -> DisplayImage:
    """The picture with ground on both sides if it is narrower than so many pixels; of even width."""
    width = max(least, picture.shape[1] + picture.shape[1] % 2)
    if width == picture.shape[1]:
        return picture
    left = (width - picture.shape[1]) // 2
    framed = np.full((picture.shape[0], width, 3), GROUND, np.uint8)
    framed[:, left : left + picture.shape[1]] = picture
    return framed


def plain_words(words: str) -> str:
    """Words as they can be drawn on a line: what would break it, turn it round or is no letter becomes a space."""
    return " ".join(
        "".join(" " if unicodedata.category(letter)[0] == "C" else letter for letter in words[:MOST_LETTERS]).split()
    )


def _rows(slate: Slate, middle: str, width: int, line: int) -> list[list[_Word]]:
    """The lines of words; how many there are does not depend on the frame."""
    left, right = plain_words(slate.left), plain_words(slate.right)
    label, about = plain_words(slate.label), plain_words(slate.about)
    half, whole = width // 2 - 2 * MARGIN, width - 2 * MARGIN
    captions = round(max(_length(text, line) for text in (left, right)))
    between = half - captions + 2 * MARGIN  # pixels that captions at a quarter and three quarters leave in the middle
    rows: list[list[_Word]] = []
    both = [_Word(left, 0.25, "mm", TEXT, half), _Word(right, 0.75, "mm", TEXT, half)]
    if captions <= half and _length(slate.numbers, line) <= between - 2 * MARGIN:
        rows.append([*both, _Word(plain_words(middle), 0.5, "mm", BRIGHT, between)])
    else:
        if captions <= half:
            rows.append(both)
        else:
            rows += [[_Word(text, 0.5, "mm", TEXT, whole)] for text in (left, right) if text]
        rows.append([_Word(plain_words(middle), 0.5, "mm", BRIGHT, whole)])
    if _length(label, line) + _length(about, line) + 4 * MARGIN <= width:
        rows.append([_Word(label, 0.0, "lm", BRIGHT, whole), _Word(about, 1.0, "rm", FAINT, whole)])
        return rows
    for text, colour in ((label, BRIGHT), (about, FAINT)):
        rows += [[_Word(part, 0.0, "lm", colour, whole)] for part in _wrapped(text, whole, line)]
    return rows


def _length(text: str, line: int) -> float:
    return font(int(line * LETTERS)).getlength(text)


def _fitting(text: str, width: float, line: int) -> int:
    """How many of the first letters are no wider than so many pixels."""
    return bisect.bisect_right(range(1, len(text) + 1), width, key=lambda letters: _length(text[:letters], line))


def _cut(text: str, width: int, line: int) -> str:
    """A text, with dots at its end where it would be wider than so many pixels."""
    if _length(text, line) <= width:
        return text
    return f"{text[: _fitting(text, width - _length(DOTS, line), line)].rstrip()}{DOTS}"


def _wrapped(text: str, width: int, line: int) -> Sequence[str]:
    """A text on several lines, broken between words where that can be; what is left over stays on the last."""
    lines: list[str] = []
    while text and len(lines) < MOST_LINES - 1 and _length(text, line) > width:
        end = max(1, _fitting(text, width, line))
        space = text.rfind(" ", 0, end + 1)
        end = space if space > 0 else end
        lines.append(text[:end])
        text = text[end:].strip()
    return [*lines, text] if text else lines
