"""The movies of a review, frame by frame: side by side, wiped, their difference, what is known laid over the result."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from vfxlib.colour.ocio import Colours
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.io.movie_writer import movie_colour, open_movie_writer
from vfxlib.review.burn_in import Slate, burn_in, with_ground
from vfxlib.review.contact_sheet import thumbnail
from vfxlib.review.false_colour import DisplayImage
from vfxlib.review.movie_options import DIFFERENCE, OVERLAY, SIDE_BY_SIDE, WIPE, MovieOptions
from vfxlib.review.review_files import MOVIE_MARK
from vfxlib.version import VERSION

__all__ = ["CONFIDENCE_CAPTIONS", "DIFFERENCE_GAIN", "MoviePictures", "movie_frame", "wipe_place", "write_movies"]

NARROWEST = 16  # pixels of a picture in a movie, with ground beside it: players and encoders fail on less
DIFFERENCE_GAIN = 8  # one code value of 255 can just be seen then
CONFIDENCE_CAPTIONS = ("confidence", "red 0, blue 1")
SWEEP = 4.0  # seconds in which the line of a wipe crosses the picture
LINE = 400  # a wipe's line is as wide as one of so many parts of the picture


@dataclass(frozen=True)
class MoviePictures:
    """What the movies show of a frame; all pictures [h w 3], display, of one size.

    number            the frame
    plate, result     what is compared
    marked            the plate with what is removed outlined on it
    overlay           makes what the mode "overlay" shows
    left, right       what plate and result are called
    overlay_captions  what the overlay is called, and what its colours mean
    width             pixels of a picture in the movie; narrower if it is very tall
    aspect            pixel aspect ratio
    note              what there is to say of the frame, beside its number
    """

    number: int
    plate: DisplayImage
    result: DisplayImage
    marked: DisplayImage
    overlay: Callable[[], DisplayImage]
    left: str
    right: str
    overlay_captions: tuple[str, str]
    width: int
    aspect: float
    note: str = ""


def movie_frame(mode: str, shown: MoviePictures, slate: Slate, place: float = 0.5) -> DisplayImage:
    """A frame of a movie, with its words burnt in.

    mode     of ``MODES``
    slate    label and about; the captions are the mode's
    place    where the line of a wipe stands, 0 (left) to 1 (right)
    returns  [h w 3]  display; even width and height, as movies need them
    """

    def sized(picture: DisplayImage) -> DisplayImage:
        return with_ground(thumbnail(picture, max(1, shown.width // 2 * 2), shown.aspect), NARROWEST)

    left, right = shown.left, shown.right
    if mode == SIDE_BY_SIDE:
        picture = np.concatenate([sized(shown.marked), sized(shown.result)], axis=1)
    elif mode == WIPE:
        picture = _wiped(sized(shown.plate), sized(shown.result), place)
    elif mode == DIFFERENCE:
        picture = sized(_difference(shown.plate, shown.result))
        left, right = f"difference x {DIFFERENCE_GAIN}", "of display values"
    else:
        assert mode == OVERLAY
        picture = sized(shown.overlay())
        left, right = shown.overlay_captions
    return burn_in(picture, replace(slate, left=left, right=right), shown.number, shown.note)


def _difference(before: DisplayImage, after: DisplayImage) -> DisplayImage:
    apart = np.abs(after.astype(np.int16) - before.astype(np.int16))
    return np.asarray(np.minimum(apart * DIFFERENCE_GAIN, 255), np.uint8)


def _wiped(before: DisplayImage, after: DisplayImage, place: float) -> DisplayImage:
    """One picture left of a line, the other right of it; the line is white and has dark edges."""
    width = before.shape[1]
    at = round(place * width)
    wiped = np.concatenate([before[:, :at], after[:, at:]], axis=1)
    if 0 < at < width:
        core = max(1, width // LINE)
        begin = at - core // 2
        wiped[:, max(0, begin - 1) : begin + core + 1] = 0
        wiped[:, max(0, begin) : begin + core] = 255
    return wiped


def wipe_place(index: int, count: int, rate: Fraction) -> float:
    """Where the moving line of a wipe stands: there and back, in 4 seconds each, or in half a movie that is shorter.

    index    of the frame in the movie, from 0
    count    frames of the movie
    rate     frames a second
    returns  0 (all of the result is seen) to 1 (all of the plate)
    """
    once = min(SWEEP * float(rate), max(1, count // 2))
    return 1.0 - abs((index + 0.5) / once % 2.0 - 1.0)  # in the middle of what the frame is shown for


def write_movies(
    files: Mapping[str, Path],
    pictures: Iterable[MoviePictures],
    frames: Sequence[int],
    *,
    colours: Colours,
    rate: Fraction,
    options: MovieOptions,
    label: str,
) -> None:
    """Write a movie of each mode, all of them in one go: each frame is read once.

    Its time code counts from the first frame, so that a player that counts frames shows their numbers.

    files     mode -> where to
    pictures  one of each frame; one in memory at a time
    frames    their numbers
    colours   that they are seen by
    label     shot and version
    raises    OutputError if one of them cannot be written; what ``pictures`` raises
    """
    exposure = f"  ·  exposure {options.exposure:+g}" if options.exposure else ""
    about = f"Paintout {VERSION}  ·  {', '.join(colours.view)}{exposure}"
    slate = Slate("", label=label, about=about, numbers=max(map(str, frames), key=len))
    said = f"{MOVIE_MARK}; frames {format_frames(frames, MOST_PARTS)}; {about}"
    with ExitStack() as stack:
        writers = {
            mode: stack.enter_context(
                open_movie_writer(
                    path,
                    rate,
                    colour=movie_colour(colours.view_interop),
                    first=frames[0],
                    about={"title": label, "comment": said},
                )
            )
            for mode, path in files.items()
        }
        for index, shown in enumerate(pictures):
            place = wipe_place(index, len(frames), rate) if options.wipe_at is None else options.wipe_at
            for mode, writer in writers.items():
                writer.add(movie_frame(mode, shown, slate, place))
