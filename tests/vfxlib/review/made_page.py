"""A page's values, as bare as they may be."""

from vfxlib.review.facts import Facts
from vfxlib.review.page import Page, PageFrame, PageLayer

__all__ = ["bare_page"]


def bare_page(**more: object) -> Page:
    """A page of one frame; ``more`` stands in place of the usual values."""
    values = {
        "title": "the title",
        "subtitle": "the subtitle",
        "about": [("size", "64 x 36")],
        "verdict": None,
        "summary": "no frame is in doubt",
        "findings": [],
        "layers": [PageLayer("plate", "plate", "As it came."), PageLayer("clean", "clean plate", "The result.")],
        "frames": [PageFrame(1001, "0 % low")],
        "left_out": "",
        "shown": ("clean", 1001),
        "size": (64, 36),
        "small": (64, 36),
        "curves": [],
        "columns": [],
        "rows": [],
        "facts": Facts(),
        "folder": "review_frames",
        "movies": [("", "review.mp4")],
        "sheet": "sheet.png",
    }
    return Page(**(values | more))
