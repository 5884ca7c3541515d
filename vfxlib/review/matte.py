"""What a person looks at to judge a carried matte: a movie over the plate, a contact sheet, the frames to mend."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from vfxlib.colour.ocio import Colours
from vfxlib.errors import UsageError
from vfxlib.image.picture import Array
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.io.png import write_png
from vfxlib.layer_names import CONFIDENCE, EFFECT, INDEX, MATTE, OBJECT_THRESHOLD
from vfxlib.review.contact_sheet import Row, contact_sheet, thumbnail
from vfxlib.review.facts import Facts
from vfxlib.review.false_colour import (
    DisplayImage,
    greyscale,
    matte_confidence_overlay,
    object_colour,
    object_overlay,
    outline_objects,
)
from vfxlib.review.frame_view import FrameView, common_frames, frame_rate, shot_summary, spread_frames, view_frame
from vfxlib.review.matte_page import write_matte_page
from vfxlib.review.matte_qc import Finding
from vfxlib.review.matte_report import group_by_frame
from vfxlib.review.movie_frames import CONFIDENCE_CAPTIONS, MoviePictures, write_movies
from vfxlib.review.movie_options import DIFFERENCE, MODES, ONE_MOVIE, MovieOptions
from vfxlib.review.review_files import ReviewFiles, begin_review

__all__ = ["MatteReview", "make_matte_review", "matte_movie_pictures"]

ROWS = 10  # frames of the contact sheet
WORST = 6  # of them at most for what was found
COLUMNS = {  # of the contact sheet, with the layer that each needs
    "plate": "",
    "matte": MATTE,
    "overlay": MATTE,
    "confidence": CONFIDENCE,
    "effect": EFFECT,
}
LAYERS = (MATTE, INDEX, CONFIDENCE, EFFECT)


@dataclass(frozen=True)
class MatteReview(ReviewFiles):
    """What was made.

    look_at  frames to look at, worst first
    """

    look_at: tuple[int, ...]


def make_matte_review(
    output: Footage,
    plate: Footage,
    colours: Colours,
    out_dir: Path,
    *,
    findings: Sequence[Finding] | None,
    options: MovieOptions = ONE_MOVIE,
    title: str = "matte",
    facts: Facts | None = None,
) -> MatteReview:
    """Make movies, a contact sheet and a page of the frames that output and plate both have.

    output    the plate with matte.A, index.A, confidence.A and effect.A; whatever it lacks is left out
    plate     what it was made from
    colours   of the plate
    out_dir   gets review.mp4, sheet.png, review.html and review_frames/, unless it holds such files of somebody else's
    findings  what the job's own report says, worst first; None if there is no report
    options   of the movies, more of which are review.MODE.mp4
    title     head of sheet and page
    facts     of the job, which the page tells; None if there is none
    raises    UsageError if their difference is asked for: the picture is the plate's; SequenceError if they have no
              frame in common; PictureError, OutputError
    """
    if DIFFERENCE in options.modes:
        others = ", ".join(mode for mode in MODES if mode != DIFFERENCE)
        raise UsageError(
            "a matte leaves the plate as it is, so there is no difference to see",
            where=f"--movie {DIFFERENCE}",
            fix=f"choose of {others}",
        )
    frames = common_frames(output, plate)
    header = plate.header(frames[0])
    files = begin_review(out_dir, options.modes)
    exposure = options.exposure
    findings_at = {number: of_frame for number, of_frame in group_by_frame(findings or ()).items() if number in frames}
    objects: set[int] = set()
    used_layers: set[str] = set()
    write_movies(
        files.movies,
        matte_movie_pictures(
            output, plate, colours, frames, findings_at, exposure=exposure, objects=objects, used_layers=used_layers
        ),
        frames,
        colours=colours,
        rate=options.rate or frame_rate(header),
        options=options,
        label=options.label or title,
    )
    layers = output.header(frames[0]).channels
    columns = [name for name, layer in COLUMNS.items() if not layer or layer in layers]
    if EFFECT not in used_layers:
        columns = [name for name in columns if name != "effect"]  # it is off by default
    rows = [
        _row(
            view_frame(output, plate, colours, number, LAYERS, exposure=exposure, read_picture=False),
            number,
            findings_at.get(number, ()),
            columns,
        )
        for number in spread_frames(frames, list(findings_at)[:WORST], ROWS)
    ]
    legend = [(f"object {number}", object_colour(number)) for number in sorted(objects)] if len(objects) > 1 else []
    subtitle = shot_summary(format_frames(frames), header, colours, exposure)
    write_png(files.sheet, contact_sheet(columns, rows, title=title, subtitle=subtitle, legend=legend))
    write_matte_page(
        *(files, output, plate, colours, frames, findings),
        layers=columns,
        read=LAYERS,
        picture=_page_picture,
        title=title,
        subtitle=subtitle,
        exposure=exposure,
        facts=facts,
    )
    return MatteReview(files.movies, files.sheet, files.page, files.pictures, tuple(findings_at))


def matte_movie_pictures(
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: tuple[int, ...],
    findings_at: Mapping[int, Collection[Finding]],
    *,
    exposure: float = 0.0,
    objects: set[int] | None = None,
    used_layers: set[str] | None = None,
) -> Iterator[MoviePictures]:
    """What the movies show of each frame, the plate and the matte over it; one in memory at a time.

    findings_at  frame -> what is wrong with it, which is named beside its number
    objects      is given the numbers of all objects on the way
    used_layers  is given the data layers that are not 0 everywhere
    """
    for number in frames:
        view = view_frame(output, plate, colours, number, LAYERS, exposure=exposure, read_picture=False)
        index = _index(view)
        if objects is not None:
            objects.update(int(n) for n in np.unique(index) if n > 0)
        if used_layers is not None:
            used_layers.update(name for name, layer in view.data.items() if layer.any())
        kinds = ", ".join(dict.fromkeys(finding.kind for finding in findings_at.get(number, ())))
        matte = object_overlay(view.plate, view.layer(MATTE), index)
        yield MoviePictures(
            number,
            view.plate,
            matte,
            outline_objects(view.plate, index),
            partial(_overlay, view, matte),
            left="plate",
            right="matte",
            overlay_captions=CONFIDENCE_CAPTIONS if CONFIDENCE in view.data else ("matte", ""),
            width=view.movie_width,
            aspect=view.aspect,
            note=kinds,
        )


def _overlay(view: FrameView, matte: DisplayImage) -> DisplayImage:
    """Confidence over the plate, where it is known."""
    if CONFIDENCE not in view.data:
        return matte
    return matte_confidence_overlay(view.plate, view.layer(CONFIDENCE, 1.0), view.layer(MATTE))


def _index(view: FrameView) -> Array:
    """Numbers of the objects; a result that was written without them has one."""
    if INDEX in view.data:
        return np.round(np.nan_to_num(view.layer(INDEX))).astype(np.float32)
    return (view.layer(MATTE) >= OBJECT_THRESHOLD).astype(np.float32)


def _row(view: FrameView, number: int, findings: Collection[Finding], columns: Sequence[str]) -> Row:
    cells = [thumbnail(_cell(name, view), view.thumbnail_width, view.aspect) for name in columns]
    kinds = "\n".join(dict.fromkeys(finding.kind for finding in findings))
    return Row(str(number), cells, kinds, warning=True)


def _page_picture(column: str, view: FrameView) -> DisplayImage:
    return outline_objects(view.plate, _index(view)) if column == "plate" else _cell(column, view)


def _cell(column: str, view: FrameView) -> DisplayImage:
    match column:
        case "matte":
            return greyscale(view.layer(MATTE))
        case "overlay":
            return object_overlay(view.plate, view.layer(MATTE), _index(view))
        case "confidence":
            return matte_confidence_overlay(view.plate, view.layer(CONFIDENCE, 1.0), view.layer(MATTE))
        case "effect":
            return greyscale(view.layer(EFFECT))
        case _:
            return view.plate
