"""A review's page: names that are mark-up or no text, pictures of somebody else's, results with strange numbers."""

import numpy as np

from tests.exr import write
from tests.hostile.place import HEIGHT, WIDTH, Case, Place, cases, try_case

REVIEW = ["review", "out/clean.work/job.json", "--out", "seen"]
MADE = ("out/", "seen/")


def after_a_run(change, *more: str):
    """A review of a result, or of what somebody has made of it."""

    def make(place: Place) -> list[str]:
        assert place.run() == 0
        change(place)
        return [*REVIEW, *more]

    return make


def nothing(place: Place) -> None:
    pass


def missing(place: Place) -> None:
    place.out(2).unlink()


def somebody_s_pictures(place: Place) -> None:
    (place.folder / "seen/review_frames").mkdir(parents=True)
    (place.folder / "seen/review_frames/clean.1.png").write_text("mine")


def a_file_for_the_folder(place: Place) -> None:
    (place.folder / "seen").mkdir()
    (place.folder / "seen/review_frames").write_text("mine")


def layers(value: float):
    """A result whose every layer has one value."""

    def change(place: Place) -> None:
        names = ("matte.A", "confidence.A", "provenance.method", "forward.u", "forward.v", "backward.u", "backward.v")
        for number in (1, 2, 3):
            wild = dict.fromkeys((*"RGB", *names), np.full((HEIGHT, WIDTH), value, np.float32))
            place.out(number).unlink()
            write(place.out(number), wild, (WIDTH, HEIGHT))

    return change


TABLE = [
    Case(
        "a title of mark-up",
        after_a_run(nothing, "--title", "</h1><script>alert(1)</script>{{ 1 }}"),
        0,
        (),
        None,
        MADE,
    ),
    Case(
        "a title with a path, quotes and lines", after_a_run(nothing, "--title", "../a'\"\n\t\x01b"), 0, (), None, MADE
    ),
    Case("a title that is no text", after_a_run(nothing, "--title", "sh\udcff010"), 0, (), None, MADE),
    Case("a title without end", after_a_run(nothing, "--title", "long" * 900), 0, (), None, MADE),
    Case(
        "pictures of somebody else's",
        after_a_run(somebody_s_pictures),
        2,
        ("review_frames", "is no review"),
        None,
        ("out/",),
    ),
    Case("a file where the pictures go", after_a_run(a_file_for_the_folder), 2, ("review_frames",), None, ("out/",)),
    Case("a result with a frame missing", after_a_run(missing), 0, (), None, MADE),
    *(
        Case(f"a result of {value} in every layer", after_a_run(layers(value)), 0, (), None, MADE)
        for value in (np.nan, np.inf, -np.inf, 3e38, -3e38, 0.0, 1e-40)
    ),
]


@cases(TABLE)
def test_what_is_hostile_to_a_page(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    if case.code == 0:
        page = (place.folder / "seen/review.html").read_text(encoding="utf-8")
        assert "<script>alert" not in page
        assert "is being made" not in page
