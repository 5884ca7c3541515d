"""What a person looks at to judge a carried matte: a movie over the plate, a contact sheet, the frames to mend."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
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
from vfxlib.review.false_colour import certainty_shown, grey_shown, object_colour, objects_outlined, overlay_shown
from vfxlib.review.frame_view import FrameView, about, chosen, common_frames, frame_rate, view_frame
from vfxlib.review.html import Entry, review_page
from vfxlib.review.matte_qc import Finding
from vfxlib.review.matte_report import by_frame, listed

__all__ = ["MatteReview", "make_matte_review", "matte_frames"]

Shown = NDArray[np.uint8]

ROWS = 10  # frames of the contact sheet
WORST = 6  # of them at most for what was found
COLUMNS = {  # of the contact sheet, with the layer that each needs
    "plate": "",
    "matte": "matte.A",
    "overlay": "matte.A",
    "confidence": "confidence.A",
    "effect": "effect.A",
}
LAYERS = ("matte.A", "index.A", "confidence.A", "effect.A")


@dataclass(frozen=True)
class MatteReview:
    """What was made.

    movie, sheet, page  files
    look_at             frames to look at, worst first
    """

    movie: Path
    sheet: Path
    page: Path
    look_at: tuple[int, ...]


def make_matte_review(
    output: Footage,
    plate: Footage,
    colours: Colours,
    out_dir: Path,
    *,
    findings: Sequence[Finding] | None,
    rate: Fraction | None = None,
    exposure: float = 0.0,
    title: str = "matte",
) -> MatteReview:
    """Make a movie, a contact sheet and a page of the frames that output and plate both have.

    output    the plate with matte.A, index.A, confidence.A and effect.A; whatever it lacks is left out
    plate     what it was made from
    colours   of the plate
    out_dir   gets review.mp4, sheet.png and review.html
    findings  what the job's own report says, worst first; None if there is no report
    rate      frames a second; None: framesPerSecond of the plate's header, else 24
    exposure  stops
    title     head of sheet and page
    raises    SequenceError if they have no frame in common; PictureError, OutputError
    """
    frames = common_frames(output, plate)
    header = plate.header(frames[0])
    movie, sheet, page = out_dir / "review.mp4", out_dir / "sheet.png", out_dir / "review.html"
    found = {number: here for number, here in by_frame(findings or ()).items() if number in frames}
    objects: set[int] = set()
    filled: set[str] = set()
    write_movie(
        movie,
        matte_frames(output, plate, colours, frames, found, exposure=exposure, objects=objects, filled=filled),
        rate or frame_rate(header),
    )
    layers = output.header(frames[0]).channels
    columns = [name for name, layer in COLUMNS.items() if not layer or layer in layers]
    if "effect.A" not in filled:
        columns = [name for name in columns if name != "effect"]  # it is off by default
    rows = [
        _row(
            view_frame(output, plate, colours, n, LAYERS, exposure=exposure, picture=False),
            n,
            found.get(n, ()),
            columns,
        )
        for n in chosen(frames, list(found)[:WORST], ROWS)
    ]
    legend = [(f"object {number}", object_colour(number)) for number in sorted(objects)] if len(objects) > 1 else []
    subtitle = about(format_frames(frames), header, colours)
    write_png(sheet, contact_sheet(columns, rows, title=title, subtitle=subtitle, legend=legend))
    write_text(page, _page(title, subtitle, findings, movie.name, sheet.name))
    return MatteReview(movie, sheet, page, tuple(found))


def matte_frames(
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: tuple[int, ...],
    found: Mapping[int, Collection[Finding]],
    *,
    exposure: float = 0.0,
    objects: set[int] | None = None,
    filled: set[str] | None = None,
) -> Iterator[Shown]:
    """The frames of the movie, plate with outline at the left, with the matte over it at the right; one in memory.

    found    frame -> what is wrong with it, which is named beside its number
    objects  is given the numbers of all objects on the way
    filled   is given the data layers that are not 0 everywhere
    returns  [h w 3]  display; even width and height
    """
    for number in frames:
        look = view_frame(output, plate, colours, number, LAYERS, exposure=exposure, picture=False)
        index = _index(look)
        if objects is not None:
            objects.update(int(n) for n in np.unique(index) if n > 0)
        if filled is not None:
            filled.update(name for name, layer in look.data.items() if layer.any())
        kinds = ", ".join(dict.fromkeys(finding.kind for finding in found.get(number, ())))
        words = ("plate", f"{number}  {kinds}".rstrip(), "matte")
        left = objects_outlined(look.plate, index)
        right = overlay_shown(look.plate, look.layer("matte.A"), index)
        yield side_by_side(left, right, words, width=look.width, aspect=look.aspect)


def _index(look: FrameView) -> Array:
    """Numbers of the objects; a result that was written without them has one."""
    if "index.A" in look.data:
        return np.round(np.nan_to_num(look.layer("index.A"))).astype(np.float32)
    return (look.layer("matte.A") >= 0.5).astype(np.float32)


def _row(look: FrameView, number: int, found: Collection[Finding], columns: Sequence[str]) -> Row:
    cells = [thumbnail(_cell(name, look), look.cell, look.aspect) for name in columns]
    kinds = "\n".join(dict.fromkeys(finding.kind for finding in found))
    return Row(str(number), cells, kinds, warning=True)


def _cell(column: str, look: FrameView) -> Shown:
    match column:
        case "matte":
            return grey_shown(look.layer("matte.A"))
        case "overlay":
            return overlay_shown(look.plate, look.layer("matte.A"), _index(look))
        case "confidence":
            return certainty_shown(look.plate, look.layer("confidence.A", 1.0), look.layer("matte.A"))
        case "effect":
            return grey_shown(look.layer("effect.A"))
        case _:
            return look.plate


def _page(title: str, subtitle: str, findings: Sequence[Finding] | None, movie: str, sheet: str) -> str:
    several = len({finding.object for finding in findings or () if finding.object}) > 1
    if findings is None:
        summary = "the job has left no report of the frames to look at"
    elif findings:
        summary = f"look at {listed(by_frame(findings))}; a mended frame is a new key"
    else:
        summary = "no frame stands out"
    return review_page(
        title,
        subtitle,
        movie=movie,
        sheet=sheet,
        heading="Frames to look at, worst first",
        summary=summary,
        columns=("frame", *(("object",) if several else ()), "what", "why"),
        entries=[
            Entry((str(f.number), *((str(f.object or "all"),) if several else ()), f.kind, f.words))
            for f in findings or ()
        ],
        words=2,
    )
