"""What a person looks at to judge a clean plate: a movie side by side, a contact sheet, the frames to check first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours
from vfxlib.image.picture import Array
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.io.movie import write_movie
from vfxlib.review.contact_sheet import Row, contact_sheet, side_by_side, thumbnail, write_png
from vfxlib.review.false_colour import METHODS, confidence_shown, matte_shown, outlined, provenance_shown
from vfxlib.review.frame_view import FrameView, about, chosen, common_frames, frame_rate, view_frame
from vfxlib.review.html import Entry, review_page

__all__ = ["FrameConfidence", "Review", "make_review", "review_frames"]

Shown = NDArray[np.uint8]

LOW = 0.5  # confidence below this is low, design 1
WORRYING = 0.05  # share of low pixels from which a frame is marked
ROWS = 8  # frames of the contact sheet
COLUMNS = {  # of the contact sheet, with the layer that each needs
    "plate": "",
    "matte": "matte.A",
    "clean plate": "",
    "confidence": "confidence.A",
    "provenance": "provenance.method",
}
LAYERS = tuple(layer for layer in COLUMNS.values() if layer)


@dataclass(frozen=True)
class FrameConfidence:
    """How far the fill of a frame can be trusted.

    number   the frame
    filled   pixels that were filled
    low      share of them with a confidence below 0.5
    mean     their mean confidence; 1 if none was filled
    methods  numbers of provenance.method that occur
    """

    number: int
    filled: int
    low: float
    mean: float
    methods: frozenset[int]


@dataclass(frozen=True)
class Review:
    """What was made.

    movie, sheet, page  files
    trust               every frame, the least trusted first
    """

    movie: Path
    sheet: Path
    page: Path
    trust: tuple[FrameConfidence, ...]


def make_review(
    output: Footage,
    plate: Footage,
    colours: Colours,
    out_dir: Path,
    *,
    rate: Fraction | None = None,
    exposure: float = 0.0,
    outline: bool = True,
    title: str = "clean plate",
) -> Review:
    """Make a movie, a contact sheet and a page of the frames that output and plate both have.

    output    layered clean plate, channels of design 6; whatever it lacks is left out
    plate     what it was made from
    colours   of the plate
    out_dir   gets review.mp4, sheet.png and review.html
    rate      frames a second; None: framesPerSecond of the plate's header, else 24
    exposure  stops
    outline   True draws a line around the matte on the plate's side of the movie
    title     head of sheet and page
    raises    SequenceError if they have no frame in common; PictureError, OutputError
    """
    frames = common_frames(output, plate)
    header = plate.header(frames[0])
    movie, sheet, page = out_dir / "review.mp4", out_dir / "sheet.png", out_dir / "review.html"
    trust: list[FrameConfidence] = []
    write_movie(
        movie,
        review_frames(output, plate, colours, frames, exposure=exposure, outline=outline, trust=trust),
        rate or frame_rate(header),
    )
    trust.sort(key=lambda t: (-t.low, t.mean, t.number))
    by_number = {t.number: t for t in trust}
    layers = output.header(frames[0]).channels
    columns = [name for name, layer in COLUMNS.items() if not layer or layer in layers]
    shown = chosen(frames, [trust[0].number], ROWS)
    rows = [
        _row(view_frame(output, plate, colours, n, LAYERS, exposure=exposure), by_number[n], columns) for n in shown
    ]
    subtitle = about(format_frames(frames), header, colours)
    methods = frozenset[int]().union(*(t.methods for t in trust))
    legend = [METHODS[number] for number in sorted(METHODS) if number in methods]
    write_png(sheet, contact_sheet(columns, rows, title=title, subtitle=subtitle, legend=legend))
    write_text(page, _page(title, subtitle, trust, movie.name, sheet.name))
    return Review(movie, sheet, page, tuple(trust))


def review_frames(
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: tuple[int, ...],
    *,
    exposure: float = 0.0,
    outline: bool = True,
    trust: list[FrameConfidence] | None = None,
) -> Iterator[Shown]:
    """The frames of the movie, plate at the left, clean plate at the right; one in memory at a time.

    trust    is given what is found out about each frame on the way
    returns  [h w 3]  display; even width and height
    """
    for number in frames:
        look = view_frame(output, plate, colours, number, LAYERS, exposure=exposure)
        if trust is not None:
            trust.append(_trust(number, look.data))
        left = outlined(look.plate, look.layer("matte.A")) if outline else look.plate
        words = ("plate", str(number), "clean plate")
        yield side_by_side(left, look.result, words, width=look.width, aspect=look.aspect)


def _trust(number: int, data: Mapping[str, Array]) -> FrameConfidence:
    matte, confidence, method = (data.get(name) for name in ("matte.A", "confidence.A", "provenance.method"))
    if matte is None or not (matte > 0).any():
        return FrameConfidence(number, 0, 0.0, 1.0, frozenset())
    hole = matte > 0
    methods = frozenset(int(m) for m in np.unique(method[hole])) if method is not None else frozenset[int]()
    values = np.nan_to_num(confidence[hole]) if confidence is not None else np.ones(1, np.float32)
    low, mean = float((values < LOW).mean()), float(values.mean(dtype=np.float64))
    return FrameConfidence(number, int(np.count_nonzero(hole)), low, mean, methods)


def _row(look: FrameView, trust: FrameConfidence, columns: list[str]) -> Row:
    cells = [thumbnail(_cell(name, look), look.cell, look.aspect) for name in columns]
    low = "under 1" if 0 < trust.low < 0.01 else f"{100 * trust.low:.0f}"
    note = f"{low} % low" if trust.filled else "untouched"
    return Row(str(trust.number), cells, note, warning=trust.low > WORRYING)


def _cell(column: str, look: FrameView) -> Shown:
    match column:
        case "matte":
            return matte_shown(look.plate, look.layer("matte.A"))
        case "confidence":
            return confidence_shown(look.result, look.layer("confidence.A"), look.layer("matte.A"))
        case "provenance":
            return provenance_shown(look.result, look.layer("provenance.method"), look.layer("matte.A"))
        case "clean plate":
            return look.result
        case _:
            return look.plate


def _page(title: str, subtitle: str, trust: list[FrameConfidence], movie: str, sheet: str) -> str:
    doubtful = format_frames(t.number for t in trust if t.low > WORRYING)
    return review_page(
        title,
        subtitle,
        movie=movie,
        sheet=sheet,
        heading="Least trusted first",
        summary=f"look at {doubtful}" if doubtful else "no frame is in doubt",
        columns=("frame", "pixels filled", "of low confidence", "mean confidence"),
        entries=[
            Entry((str(t.number), str(t.filled), f"{100 * t.low:.1f} %", f"{t.mean:.2f}"), t.low > WORRYING)
            for t in trust
            if t.filled
        ],
    )
