"""What a person looks at to judge a clean plate: a movie side by side, a contact sheet, the frames to check first."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vfxlib.colour.ocio import Colours
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.io.png import write_png
from vfxlib.layer_names import CONFIDENCE, MATTE, PROVENANCE_METHOD
from vfxlib.review.clean_page import write_clean_page
from vfxlib.review.contact_sheet import Row, contact_sheet, thumbnail
from vfxlib.review.facts import Facts
from vfxlib.review.false_colour import (
    METHODS,
    DisplayImage,
    confidence_overlay,
    confidence_veil,
    matte_overlay,
    outline_matte,
    provenance_overlay,
)
from vfxlib.review.frame_confidence import WARNING_SHARE, FrameConfidence, frame_confidence
from vfxlib.review.frame_view import FrameView, common_frames, frame_rate, shot_summary, spread_frames, view_frame
from vfxlib.review.look_at import LookAt
from vfxlib.review.movie_frames import CONFIDENCE_CAPTIONS, MoviePictures, write_movies
from vfxlib.review.movie_options import ONE_MOVIE, MovieOptions
from vfxlib.review.review_files import ReviewFiles, begin_review

__all__ = ["CleanPlateReview", "make_review", "movie_pictures"]

ROWS = 8  # frames of the contact sheet
COLUMNS = {  # of the contact sheet, with the layer that each needs
    "plate": "",
    "matte": MATTE,
    "clean plate": "",
    "confidence": CONFIDENCE,
    "provenance": PROVENANCE_METHOD,
}
LAYERS = tuple(layer for layer in COLUMNS.values() if layer)


@dataclass(frozen=True)
class CleanPlateReview(ReviewFiles):
    """What was made.

    frames   every frame, the least confident first
    look_at  frames to look at and why, worst first
    """

    frames: tuple[FrameConfidence, ...]
    look_at: tuple[LookAt, ...]


def make_review(
    output: Footage,
    plate: Footage,
    colours: Colours,
    out_dir: Path,
    *,
    options: MovieOptions = ONE_MOVIE,
    outline: bool = True,
    title: str = "clean plate",
    keys: Collection[int] = (),
    facts: Facts | None = None,
) -> CleanPlateReview:
    """Make movies, a contact sheet and a page of the frames that output and plate both have.

    output    layered clean plate, channels of design 6; whatever it lacks is left out
    plate     what it was made from
    colours   of the plate
    out_dir   gets review.mp4, sheet.png, review.html and review_frames/, unless it holds such files of somebody else's
    options   of the movies, more of which are review.MODE.mp4
    outline   True draws a line around the matte on the plate's side of the movie
    title     head of sheet and page
    keys      frames that an artist has given a matte of: all that was given is shown on them
    facts     of the job, which the page tells; None if there is none
    raises    SequenceError if they have no frame in common; PictureError, OutputError
    """
    frames = common_frames(output, plate)
    header = plate.header(frames[0])
    files = begin_review(out_dir, options.modes)
    exposure = options.exposure
    confidences: list[FrameConfidence] = []
    write_movies(
        files.movies,
        movie_pictures(
            output, plate, colours, frames, exposure=exposure, outline=outline, confidences=confidences, keys=keys
        ),
        frames,
        colours=colours,
        rate=options.rate or frame_rate(header),
        options=options,
        label=options.label or title,
    )
    confidences.sort(key=lambda c: (-c.low, c.mean, c.number))
    by_number = {each.number: each for each in confidences}
    layers = output.header(frames[0]).channels
    columns = [name for name, layer in COLUMNS.items() if not layer or layer in layers]
    rows = [
        _row(view_frame(output, plate, colours, number, LAYERS, exposure=exposure), by_number[number], columns, keys)
        for number in spread_frames(frames, [confidences[0].number, *sorted(set(keys) & set(frames))[:1]], ROWS)
    ]
    subtitle = shot_summary(format_frames(frames), header, colours, exposure)
    methods = frozenset[int]().union(*(each.methods for each in confidences))
    legend = [METHODS[number] for number in sorted(METHODS) if number in methods]
    write_png(files.sheet, contact_sheet(columns, rows, title=title, subtitle=subtitle, legend=legend))
    look_at = write_clean_page(
        *(files, output, plate, colours, confidences),
        title=title,
        subtitle=subtitle,
        exposure=exposure,
        keys=keys,
        facts=facts,
    )
    return CleanPlateReview(files.movies, files.sheet, files.page, files.pictures, tuple(confidences), look_at)


def movie_pictures(
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: tuple[int, ...],
    *,
    exposure: float = 0.0,
    outline: bool = True,
    confidences: list[FrameConfidence] | None = None,
    keys: Collection[int] = (),
) -> Iterator[MoviePictures]:
    """What the movies show of each frame, the plate and the clean plate; one in memory at a time.

    confidences  is given that of each frame on the way
    keys         frames whose matte was given, which is laid over them
    """
    for number in frames:
        view = view_frame(output, plate, colours, number, LAYERS, exposure=exposure)
        if confidences is not None:
            confidences.append(frame_confidence(number, view.data))
        marked = outline_matte(view.plate, view.layer(MATTE)) if outline else view.plate
        if number in keys:
            marked = matte_overlay(view.plate, view.layer(MATTE))
        known = CONFIDENCE in view.data
        yield MoviePictures(
            number,
            view.plate,
            view.result,
            marked,
            partial(_overlay, view),
            left="the key" if number in keys else "plate",
            right="clean plate",
            overlay_captions=CONFIDENCE_CAPTIONS if known else ("matte", ""),
            width=view.movie_width,
            aspect=view.aspect,
        )


def _overlay(view: FrameView) -> DisplayImage:
    """Confidence over the clean plate; the matte where none is known."""
    matte = view.layer(MATTE)
    if CONFIDENCE in view.data:
        return confidence_veil(view.result, view.layer(CONFIDENCE), matte)
    return matte_overlay(view.result, matte)


def _row(view: FrameView, confidence: FrameConfidence, columns: list[str], keys: Collection[int]) -> Row:
    cells = [thumbnail(_cell(name, view), view.thumbnail_width, view.aspect) for name in columns]
    low = "under 1" if 0 < confidence.low < 0.01 else f"{100 * confidence.low:.0f}"
    note = f"{low} % low" if confidence.filled else "untouched"
    note = f"key, {note}" if confidence.number in keys else note
    return Row(str(confidence.number), cells, note, warning=confidence.low > WARNING_SHARE)


def _cell(column: str, view: FrameView) -> DisplayImage:
    match column:
        case "matte":
            return matte_overlay(view.plate, view.layer(MATTE))
        case "confidence":
            return confidence_overlay(view.result, view.layer(CONFIDENCE), view.layer(MATTE))
        case "provenance":
            return provenance_overlay(view.result, view.layer(PROVENANCE_METHOD), view.layer(MATTE))
        case "clean plate":
            return view.result
        case _:
            return view.plate
