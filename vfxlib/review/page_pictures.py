"""The pictures beside a page: each layer of each frame, large for the viewer and small for the strips."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.io.os_errors import writing
from vfxlib.io.png import write_png
from vfxlib.review.contact_sheet import thumbnail
from vfxlib.review.false_colour import DisplayImage
from vfxlib.review.frame_view import spread_frames

__all__ = ["MOST_FRAMES", "MOST_MARKED", "PagePictures", "clear_pictures", "frames_at_once"]

LARGE, SMALL = 960, 256  # pixels of width
TALLEST_LARGE, TALLEST_SMALL = 1080, 240
EFFORT = 1  # a page has hundreds of them
MOST_FRAMES = 100  # with pictures from the first pass on
MOST_MARKED = 20  # more of them, whatever they were found to be afterwards
_OURS = re.compile(r"[a-z_]+\.-?\d+(\.small)?\.png")


def frames_at_once(frames: Sequence[int], required: Collection[int]) -> tuple[int, ...]:
    """The frames that get pictures before it is known which are worth it: all of a short shot, some of a long one.

    required  those that are known to be worth it; as many as there is room for
    """
    wanted = [number for number in frames if number in set(required)]
    return tuple(spread_frames(frames, wanted[: MOST_FRAMES // 2], MOST_FRAMES))


def clear_pictures(folder: Path) -> None:
    """Take away what an earlier page had.

    folder   of the pictures, of a review that is ours
    raises   OutputError if it is no folder of its own, or cannot be written
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise OutputError("is no folder of a review", where=folder, fix="take it away, or choose another --out")
    if folder.is_dir():
        with writing(folder):
            for path in folder.iterdir():
                if _OURS.fullmatch(path.name):
                    path.unlink()


@dataclass
class PagePictures:
    """Writes the pictures of one frame after another.

    folder  that they go to
    large, small  width and height of the last ones written
    written frames that have pictures
    """

    folder: Path
    large: tuple[int, int] = (1, 1)
    small: tuple[int, int] = (1, 1)
    written: set[int] = field(default_factory=set)

    def write(self, number: int, pictures: Mapping[str, DisplayImage], aspect: float) -> None:
        """Write every layer of a frame.

        pictures  key -> [h w 3]  display
        aspect    pixel aspect ratio
        raises    OutputError
        """
        for key, picture in pictures.items():
            width = max(1, round(float(picture.shape[1]) * aspect))
            large = thumbnail(picture, min(LARGE, width), aspect, TALLEST_LARGE)
            small = thumbnail(picture, min(SMALL, width), aspect, TALLEST_SMALL)
            write_png(self.folder / f"{key}.{number}.png", large, effort=EFFORT)
            write_png(self.folder / f"{key}.{number}.small.png", small, effort=EFFORT)
            self.large, self.small = ((each.shape[1], each.shape[0]) for each in (large, small))
        self.written.add(number)
