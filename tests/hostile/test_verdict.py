"""The verdict refuses what the job would refuse, before any work, and writes over nothing."""

from collections.abc import Callable

import numpy as np
import pytest

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case

SHOT = ("check", "--plate", "plate/plate.####.exr", "--matte", "matte/matte.####.exr")


def checked(*more: str, before: Callable[[Place], object] = lambda place: None) -> Callable[[Place], list[str]]:
    """``paintout check`` of the place's shot."""

    def make(place: Place) -> list[str]:
        before(place)
        return [*SHOT, *more]

    return make


def words(*given: str) -> Callable[[Place], list[str]]:
    return lambda place: list(given)


def mattes(value: float, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        for number in FRAMES:
            pixels = np.full(size[::-1], value, np.float16)
            write(place.folder / f"matte/matte.{number:04d}.exr", {"A": pixels}, size, colorInteropID="")

    return make


def nothing_but_nan(place: Place) -> None:
    for number in FRAMES:
        pixels = dict.fromkeys("RGB", np.full((HEIGHT, WIDTH), np.nan, np.float16))
        write(place.folder / f"plate/plate.{number:04d}.exr", pixels, (WIDTH, HEIGHT))


def shrunk(width: int, height: int) -> Callable[[Place], None]:
    def make(place: Place) -> None:
        for number in FRAMES:
            for name, letters, value in (("plate", "RGB", 0.2), ("matte", "A", 0.0 if number == 2 else 1.0)):
                pixels = dict.fromkeys(letters, np.full((height, width), value, np.float16))
                write(place.folder / f"{name}/{name}.{number:04d}.exr", pixels, (width, height))

    return make


def cut_off(place: Place) -> None:
    path = place.folder / "plate/plate.0002.exr"
    path.write_bytes(path.read_bytes()[:-300])


def mine(name: str) -> Callable[[Place], object]:
    def make(place: Place) -> None:
        path = place.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")

    return make


def saved_job(*change: tuple[str, str]) -> Callable[[Place], list[str]]:
    def make(place: Place) -> list[str]:
        assert place.run("--save", "job.json") == 0
        path = place.folder / "job.json"
        text = path.read_text()
        for old, new in change:
            assert old in text
            text = text.replace(old, new)
        path.write_text(text)
        return ["check", "job.json"]

    return make


TABLE = [
    Case("a matte of another size", checked(before=mattes(1, (32, 20))), 2, ("the matte is 32x20, the plate 64x40",)),
    Case("a matte that is empty everywhere", checked(before=mattes(0)), 2, ("empty on every frame",)),
    Case("a matte over all of every frame", checked(before=mattes(1)), 2, ("covers the whole picture",)),
    Case("the same in a dry run", lambda place: (mattes(1)(place), place.words("--dry-run"))[1], 2, ("covers",)),
    Case("a missing matte", checked(before=lambda p: (p.folder / "matte/matte.0002.exr").unlink()), 2, ("frames 2",)),
    Case("a missing frame", checked(before=lambda p: (p.folder / "plate/plate.0002.exr").unlink()), 2, ("missing",)),
    Case("a frame that was cut off", checked(before=cut_off), 2, ("plate.0002.exr",)),
    Case("frames that are not there", checked("--frames", "7-9"), 2, ("frames 7-9",)),
    Case("one frame", checked("--frames", "2"), 0, ("no other frame exists: 0 %",)),
    Case("a channel that is not there", checked("--matte-channel", "Z"), 2, ("no matte channel",)),
    Case("a plate of NaN", checked("--heat-map", "map", before=nothing_but_nan), 0, ("poor",), changes=("map/",)),
    Case("a plate of one pixel", checked("--heat-map", "map", before=shrunk(1, 1)), 0, ("verdict",), changes=("map/",)),
    Case("a plate of one line", checked("--heat-map", "m", before=shrunk(3000, 1)), 0, ("verdict",), changes=("m/",)),
    Case("a plate of one column", checked("--heat-map", "m", before=shrunk(1, 900)), 0, ("verdict",), changes=("m/",)),
    Case("a wide plate", checked("--heat-map", "m", before=shrunk(40_000, 2)), 0, ("verdict",), changes=("m/",)),
    Case("a plate alone", words("check", "--plate", "plate"), 2, ("no matte is given",)),
    Case("a matte alone", words("check", "--matte", "matte"), 2, ("no plate is given",)),
    Case("a matte and a key", checked("--key", "1=matte/matte.0001.exr"), 2, ("leave out one of them",)),
    Case(
        "a key that is not there",
        words("check", "--plate", "plate", "--key", "1=nothing.exr"),
        2,
        ("nothing.exr",),
    ),
    Case("a sequence and a plate", words("check", "plate", "--plate", "plate"), 2, ("--plate as well",)),
    Case("a heat map of a sequence", words("check", "plate", "--heat-map", "map"), 2, ("--heat-map",)),
    Case("no heat map's name", checked("--heat-map", ""), 2, ("--heat-map",)),
    Case("somebody's picture in its place", checked("--heat-map", "m", before=mine("m/heat_map.png")), 2, ("m/heat",)),
    Case("a file in place of its folder", checked("--heat-map", "m", before=mine("m")), 2, ("m",), changes=()),
    Case("a job that is not there", words("check", "job.json"), 2, ("job.json",)),
    Case("a job that is a picture", words("check", "plate/plate.json"), 2, ("plate.json",)),
    Case("a job", saved_job(), 0, ("verdict   ",), changes=()),
    Case("a job whose matte has gone", saved_job(("matte.####", "mat.####")), 2, ("mat.####.exr",)),
]


@cases(TABLE)
def test_what_is_hostile_to_the_verdict(case: Case, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    try_case(case, tmp_path, capsys)
