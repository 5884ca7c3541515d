"""The three files of a review; in a folder that holds such files of somebody else's nothing is written."""

from dataclasses import dataclass
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.atomic import write_text
from vfxlib.review.html import GENERATOR, unfinished_page

__all__ = ["ReviewFiles", "begin_review"]

HEAD_BYTES = 512


@dataclass(frozen=True)
class ReviewFiles:
    """Where a review's movie, contact sheet and page lie."""

    movie: Path
    sheet: Path
    page: Path


def begin_review(folder: Path) -> ReviewFiles:
    """The files of a review in a folder, which may hold an earlier review.

    The page is written first, and says that the review is under way: by it a review that was stopped is known as ours.

    raises  OutputError if one of them is somebody else's, or the folder cannot be written
    """
    files = ReviewFiles(folder / "review.mp4", folder / "sheet.png", folder / "review.html")
    if not _is_ours(files.page):
        for path in (files.page, files.movie, files.sheet):
            if path.exists():
                raise OutputError(
                    "is there already, and is no review of Paintout's", where=path, fix="choose another --out"
                )
    write_text(files.page, unfinished_page())
    return files


def _is_ours(page: Path) -> bool:
    try:
        with page.open("rb") as file:
            return GENERATOR.encode() in file.read(HEAD_BYTES)
    except OSError:
        return False
