"""Numbers at the edges: pixels beyond all light, rates that nobody can look at, truths that are no numbers."""

import json
from fractions import Fraction

import av
import numpy as np
import pytest

from tests import exr
from tests.hostile.place import HEIGHT, WIDTH, Case, Place, cases, try_case
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, write_exr


def checkered(value: float) -> np.ndarray:
    picture = np.random.default_rng(3).random((HEIGHT, WIDTH, 3)).astype(np.float32)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    picture[(y + x) % 2 == 0] = value
    return picture


def full(value: float) -> np.ndarray:
    return np.full((HEIGHT, WIDTH, 3), value, np.float32)


def lamp() -> np.ndarray:
    picture = checkered(0.5)
    picture[20, 40] = 3e38
    return picture


def write(place: Place, name: str, number: int, picture: np.ndarray) -> None:
    channels = {letter: picture[..., i] for i, letter in enumerate("RGB")}
    exr.write(place.folder / f"{name}/{name}.{number:04d}.exr", channels, (WIDTH, HEIGHT))


def plate_of(picture: np.ndarray):
    """The node on plates of this picture."""

    def make(place: Place) -> None:
        for number in (1, 2, 3):
            write(place, "plate", number, picture)

    return make


PLATES = [
    Case(name, plate_of(picture), 0, result=(1, 2, 3), quick=False)
    for name, picture in {
        "a chequerboard of NaN": checkered(np.nan),
        "a chequerboard beyond all light": checkered(-3e38),
        "one pixel beyond all light beside the matte": lamp(),
    }.items()
]


@cases(PLATES)
def test_pixels_at_the_edges_of_number_leave_numbers_in_the_hole(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    hole = read_channels(place.folder / "matte/matte.0001.exr", 1).channels["A"] > 0
    for number in case.result:
        made = read_channels(place.out(number), number).channels
        plate = read_channels(place.folder / f"plate/plate.{number:04d}.exr", number).channels
        for name in "RGB":
            assert np.isfinite(made[name][hole]).all()
            assert np.array_equal(made[name].view(np.uint32)[~hole], plate[name].view(np.uint32)[~hole])
        assert all(np.isfinite(made[name]).all() for name in made if name not in "RGB")


def matte_of(value: float):
    def make(place: Place) -> None:
        for number in (1, 2, 3):
            matte = np.zeros((HEIGHT, WIDTH), np.float32)
            matte[15:25, 24:36] = value
            path = place.folder / f"matte/matte.{number:04d}.exr"
            exr.write(path, {"A": matte}, (WIDTH, HEIGHT), colorInteropID="")

    return make


MATTES = [
    Case("faint", matte_of(1e-8), 0, result=(1, 2, 3)),
    Case("beyond all measure", matte_of(3e38), 0, result=(1, 2, 3)),
    Case("infinite", matte_of(np.inf), 0, result=(1, 2, 3)),
    Case("NaN", matte_of(np.nan), 2, ("is empty",), ()),
    Case("negative", matte_of(-1), 2, ("is empty",), ()),
]


@cases(MATTES)
def test_mattes_at_the_edges_of_number_are_taken_or_refused(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


SCORE = [
    "score",
    "--result",
    "plate/plate.####.exr",
    "--truth",
    "truth/truth.####.exr",
    "--matte",
    "matte/matte.####.exr",
]


def truth(value: float, rows: slice, *more: str, frames: tuple[int, ...] = (1, 2, 3)):
    """Score against a truth that holds a value in some rows."""

    def make(place: Place) -> list[str]:
        for number in frames:
            picture = np.random.default_rng(number).random((HEIGHT, WIDTH, 3)).astype(np.float32)
            picture[rows] = value
            write(place, "truth", number, picture)
        return [*SCORE, *more]

    return make


NONE = slice(0, 0)
SCORES = [
    Case("NaN in the truth", truth(np.nan, slice(15, 17), "--json"), 0, ("72 pixels of the hole are not judged",)),
    Case("inf in the truth", truth(np.inf, slice(15, 17), "--json", "--encoding", "log"), 0, ("are not judged",)),
    Case("a truth that is no number in the hole", truth(np.nan, slice(10, 30)), 2, ("nothing of the hole",)),
    Case("one frame", truth(0, NONE, "--json", frames=(2,)), 0, ("no warping: no two frames follow",)),
    Case("frames that the result lacks", truth(0, NONE, frames=(2, 3, 4)), 0, ("frames 4 of the truth have no matte",)),
    Case("no frame in common", truth(0, NONE, frames=(7,)), 2, ("no frame in common",)),
    Case(
        "a colour space without effect",
        truth(0, NONE, "--colorspace", "lin_rec709"),
        0,
        ("--colorspace changes nothing",),
    ),
    Case("a colour space that does not exist", truth(0, NONE, "--colorspace", "nonsense"), 2, ("nonsense",)),
]


@cases(SCORES)
def test_what_cannot_be_judged_is_said_and_no_figure_is_nan(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    words = case.make(Place(tmp_path))
    assert place.main(*words) == case.code
    said = capsys.readouterr().out
    assert "nan" not in said.lower()
    if "--json" in words:
        assert json.loads(said, parse_constant=pytest.fail)["notes"]


@pytest.mark.parametrize("rate", [Fraction(1, 2147483647), Fraction(1000000)])
def test_a_review_of_a_plate_with_an_impossible_rate_plays_at_24(rate, tmp_path, capsys):
    def make(place: Place) -> list[str]:
        for number in (1, 2, 3):
            path = place.plate(number)
            whole = Box(0, 0, WIDTH, HEIGHT)
            channels = read_channels(path, number).channels
            attributes = {"framesPerSecond": rate, "colorInteropID": "lin_rec709_scene"}
            write_exr(
                path, display=whole, origin=(0, 0), data=whole, aspect=1.0, channels=channels, attributes=attributes
            )
        assert place.run() == 0
        return ["review", "out/clean.work/job.json", "--out", "seen"]

    try_case(Case("", make, 0, ("review.mp4",)), tmp_path, capsys)
    with av.open(str(tmp_path / "seen/review.mp4")) as movie:
        stream = movie.streams.video[0]
        assert stream.average_rate == 24
        assert sum(1 for _ in movie.decode(stream)) == 3
