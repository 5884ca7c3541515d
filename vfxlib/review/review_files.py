"""The files of a review; in a folder that holds such files of somebody else's nothing is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text
from vfxlib.io.movie_writer import find_encoder
from vfxlib.io.open_file import open_regular
from vfxlib.review.movie_options import SIDE_BY_SIDE, movie_name
from vfxlib.review.page import GENERATOR, unfinished_page

__all__ = ["MOVIE_MARK", "ReviewFiles", "begin_review"]

HEAD_BYTES = 512
MOVIE_MARK = "Paintout review"  # in a movie's comment, by which it is known as ours
# ours wherever the page is: an older review did not mark its movie
ALWAYS = ("review.html", "sheet.png", "review.mp4", "review_frames")
MOVIE_HEAD_BYTES = 8 << 20  # in which a movie tells of itself


@dataclass(frozen=True)
class ReviewFiles:
    """Where a review's movies, contact sheet and page lie, and the folder of the page's pictures.

    movies  by their mode, at least one
    """

    movies: Mapping[str, Path]
    sheet: Path
    page: Path
    pictures: Path

    @property
    def movie(self) -> Path:
        """The movie that is looked at first."""
        return next(iter(self.movies.values()))

    @property
    def paths(self) -> tuple[Path, ...]:
        """All of them, the movies first."""
        return (*self.movies.values(), self.sheet, self.page)


def begin_review(folder: Path, modes: Sequence[str] = (SIDE_BY_SIDE,)) -> ReviewFiles:
    """The files of a review in a folder, which may hold an earlier review.

    The page is written first, and says that the review is under way: by it a review that was stopped is known as ours.

    modes   of the movies, each of which is a file
    raises  OutputError if one of them is somebody else's, the folder cannot be written, or no movie can be made here
    """
    find_encoder()
    movies = {mode: folder / movie_name(mode) for mode in modes}
    files = ReviewFiles(movies, folder / "sheet.png", folder / "review.html", folder / "review_frames")
    known = _is_ours(files.page)
    for path in (files.page, files.sheet, files.pictures, *movies.values()):
        ours = known and (path.name in ALWAYS or _is_our_movie(path))
        if path.exists() and not ours:
            raise OutputError(
                "is there already, and is no review of Paintout's", where=path, fix="choose another --out"
            )
    write_text(files.page, unfinished_page())
    return files


def _is_ours(page: Path) -> bool:
    try:
        with open_regular(page) as file:
            return GENERATOR.encode() in file.read(HEAD_BYTES)
    except OSError:
        return False


def _is_our_movie(path: Path) -> bool:
    """True of a movie that a review has made; an earlier review may have made fewer of them."""
    try:
        with open_regular(path) as file:
            return MOVIE_MARK.encode() in file.read(MOVIE_HEAD_BYTES)
    except OSError:
        return False
